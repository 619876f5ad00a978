"""Train the model for some steps on its small batch: several checks use the result."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from backproof.model_checks.findings import Skipped
from backproof.model_checks.subject import Subject

MOST_STEPS = 200
# Adam's default, and ten times that for small models: the second is tried if the first is too slow.
LEARNING_RATES = (1e-3, 1e-2)
# Gradients are observed in these steps: factors that are zero at first have moved by then.
OBSERVED_STEPS = 10
FEWEST_STEPS = 3
# The batch counts as learnt when the loss is below this share of the first loss.
LEARNT = 0.1
# Above this share of the first loss nothing was learnt; label smoothing alone keeps a third.
HALF = 0.5


@dataclass
class Training:
    """The outcome of a training.

    Attributes
    ----------
    losses : list of float
        Before each step.
    largest_gradients : dict of float
        The largest absolute gradient of each parameter in the first steps; parameters that got none are missing.
    numbers : dict of Tensor
        Parameters and buffers at its end.
    is_cut : bool
        Whether the time ran out.
    failure : str
        What the model or the loss raised, if anything.
    """

    learning_rate: float
    losses: list[float] = field(default_factory=list)
    largest_gradients: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, Tensor] = field(default_factory=dict)
    is_cut: bool = False
    failure: str = ""

    @property
    def is_finite(self) -> bool:
        """Whether every step had a finite loss."""
        return not self.failure and all(map(math.isfinite, self.losses))

    def remaining(self) -> float:
        """Return which share of the first loss, or of 1 if that is 0, the lowest loss leaves."""
        first = self.losses[0]
        scale = abs(first) if first else 1.0
        return 1 - (first - min(self.losses)) / scale


_runs: WeakKeyDictionary[Subject, Training] = WeakKeyDictionary()


def trained(subject: Subject) -> Training:
    """Train with Adam until the batch is learnt or steps or time run out; return the best run."""
    if subject not in _runs:
        _runs[subject] = _best_run(subject)
    return _runs[subject]


def _best_run(subject: Subject) -> Training:
    runs: list[Training] = []
    for rate in LEARNING_RATES:
        runs.append(_train(subject, rate))
        if (runs[-1].is_finite and runs[-1].remaining() < HALF) or runs[-1].is_cut:
            break
    return min(runs, key=lambda run: run.remaining() if run.is_finite else math.inf)


def _train(subject: Subject, learning_rate: float) -> Training:
    training = Training(learning_rate)
    # A third of the time for each of two runs, and for all other checks.
    end = time.monotonic() + subject.seconds / 3
    with subject.trial(training=True):
        optimizer = torch.optim.Adam(subject.trained.values(), lr=learning_rate)
        for step in range(MOST_STEPS + 1):
            optimizer.zero_grad()
            try:
                loss = subject.loss()
            except (RuntimeError, ValueError, IndexError) as raised:
                training.failure = f"{type(raised).__name__}: {str(raised).splitlines()[0]}"
                break
            if not loss.requires_grad:
                raise Skipped("the loss has no gradient: see gradients_arrive")
            training.losses.append(float(loss.detach()))
            if not math.isfinite(training.losses[-1]) or training.remaining() < LEARNT or step == MOST_STEPS:
                break
            # However long a step takes: after three of them, factors that were zero at first have moved.
            if step >= FEWEST_STEPS and time.monotonic() > end:
                training.is_cut = True
                break
            loss.backward()
            if step < OBSERVED_STEPS:
                _note_gradients(subject, training)
            optimizer.step()
        training.numbers = {name: t.detach().clone() for name, t in _tensors(subject).items()}
    return training


def _note_gradients(subject: Subject, training: Training) -> None:
    largest = training.largest_gradients
    for name, parameter in subject.trained.items():
        if parameter.grad is not None:
            gradient = parameter.grad.detach()
            size = float(gradient.to_dense().abs().max()) if gradient.numel() else 0.0
            largest[name] = max(largest.get(name, 0.0), size)


def _tensors(subject: Subject) -> dict[str, Tensor]:
    return {**dict(subject.model.named_parameters()), **dict(subject.model.named_buffers())}


@contextmanager
def after_training(subject: Subject, *, training: bool = False, seed: int = 0) -> Iterator[Training]:
    """Run an experiment on the model as it is after training."""
    run = trained(subject)
    with subject.trial(training=training, seed=seed):
        with torch.no_grad():
            for name, tensor in _tensors(subject).items():
                if name in run.numbers and run.numbers[name].shape == tensor.shape:
                    tensor.copy_(run.numbers[name])
        yield run
