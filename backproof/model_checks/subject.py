"""The model under test, with its loss, a batch, and what it cannot tell about itself."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from backproof.model_checks.findings import Skipped
from backproof.model_checks.pytree import detached, permuted, tensors_in, with_tensors
from backproof.model_checks.state import SavedOptimizers, SavedState, seeded

# Samples that experiments with single samples are made on: more would only take longer.
MOST_SAMPLES = 16
# With a few samples the threads of smaller models wait for each other longer than they work: on two busy cores a
# network of a million parameters took 11 seconds with two threads, 1.7 with one.
FEW_PARAMETERS = 10_000_000


@dataclass(frozen=True)
class Answers:
    """What a model cannot tell.

    Attributes
    ----------
    causal : int or None
        The axis of time of a model that must not look ahead.
    ordered : int or None
        The axis along which order carries meaning.
    frozen : tuple of str
        Parameters that are not to be trained; ``encoder`` stands for all that begin with ``encoder.``.
    train_step : callable or None
        The user's own step: ``train_step(model, batch)``.
    num_classes : int or None
    """

    causal: int | None = None
    ordered: int | None = None
    frozen: tuple[str, ...] = ()
    train_step: Callable[[nn.Module, Any], Any] | None = None
    num_classes: int | None = None


@dataclass
class Call:
    """How a model is called."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def changed(self, change: Callable[[Tensor], Any]) -> "Call":
        """Return the call with each tensor changed."""
        return Call(with_tensors(self.args, change), with_tensors(dict(self.kwargs), change))

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors among the arguments."""
        return list(tensors_in([list(self.args), dict(self.kwargs)]))


class Subject:
    """A model, its loss and a batch, for experiments that leave nothing changed.

    Parameters
    ----------
    model : nn.Module
    loss_fn : callable
        ``loss_fn(output, target)`` for a batch ``(x, target)``, with ``output = model(x)``; or, if its first parameter
        is called ``model``, ``loss_fn(model, batch)``.
    batch : object
        Samples along the first axis of each tensor.
    answers : Answers
    seconds : float
        What all trainings together may take, about.
    """

    def __init__(
        self, model: nn.Module, loss_fn: Callable[..., Tensor], batch: Any, answers: Answers, seconds: float
    ) -> None:
        self.model = model
        # A copy, so that nothing happens to the user's own; a few samples overfit faster.
        self.batch = _first_samples(batch)
        self.answers = answers
        self.loss_fn = loss_fn
        self.takes_model = _takes_model(loss_fn)
        self.seconds = seconds
        if any(
            isinstance(p, UninitializedParameter | UninitializedBuffer) for p in [*model.parameters(), *model.buffers()]
        ):
            # Lazy layers have no shape, and so no state, before they are called.
            with seeded(0), torch.no_grad():
                self.loss()
        self._saved = SavedState(model, *([loss_fn] if isinstance(loss_fn, nn.Module) else []))
        self._saved_optimizers = SavedOptimizers(answers.train_step)
        self._batch_numbers = detached(self.batch)
        self._is_small = sum(parameter.numel() for parameter in model.parameters()) < FEW_PARAMETERS
        self._called: Call | None = None

    @property
    def trained(self) -> dict[str, nn.Parameter]:
        """The parameters that are to be trained, by name."""
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}

    @property
    def num_samples(self) -> int:
        """The length of the batch."""
        tensors = [tensor for tensor in tensors_in(self.batch) if tensor.ndim]
        if not tensors:
            raise Skipped("there is no tensor in the batch")
        return tensors[0].shape[0]

    @contextmanager
    def trial(self, *, training: bool, seed: int = 0) -> Iterator[None]:
        """Do something to the model: afterwards it, the batch and the generators are as before."""
        with seeded(seed), torch.enable_grad():
            self.model.train(training)
            self.model.zero_grad()
            try:
                yield
            finally:
                self.restore()

    @contextmanager
    def few_threads(self) -> Iterator[None]:
        """Compute in one thread what is so little that threads would wait for each other."""
        before = torch.get_num_threads()
        torch.set_num_threads(1 if self._is_small else before)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def restore(self) -> None:
        """Put the model and the batch back to where they were at first."""
        self._saved.restore()
        self._saved_optimizers.restore()
        for tensor, numbers in zip(tensors_in(self.batch), tensors_in(self._batch_numbers), strict=True):
            tensor.detach().copy_(numbers)

    def loss(self, batch: Any = None) -> Tensor:
        """Return the loss of a batch, or of the own one."""
        batch = self.batch if batch is None else batch
        if self.takes_model:
            return self.loss_fn(self.model, batch)
        x, target = batch
        return self.loss_fn(self.model(x), target)

    def outputs(self, call: Call | None = None) -> Any:
        """Return what the model makes of a call, or of the one that the loss makes."""
        call = call or self.called()
        return self.model(*call.args, **call.kwargs)

    def called(self) -> Call:
        """Return how the loss calls the model first.

        Raises
        ------
        Skipped
            If it calls only parts of it.
        """
        if self._called is None:
            calls: list[Call] = []
            with self.trial(training=False):
                handle = self.model.register_forward_pre_hook(
                    lambda _, args, kwargs: calls.append(Call(detached(args), detached(kwargs))), with_kwargs=True
                )
                self.loss()
                handle.remove()
            if not calls:
                raise Skipped("the loss never calls the model itself, only parts of it")
            self._called = calls[0]
        return self._called

    def output_and_target(self) -> tuple[Tensor, Tensor]:
        """Return the output in evaluation mode and the target, where both are a tensor.

        Raises
        ------
        Skipped
            If the loss takes more than these.
        """
        if self.takes_model:
            raise Skipped("loss_fn(model, batch) does not tell output and target apart; give loss_fn(output, target)")
        target = self.batch[1]
        with self.trial(training=False):
            output = detached(self.outputs())
        if not (isinstance(output, Tensor) and isinstance(target, Tensor)):
            raise Skipped("output and target are not one tensor each")
        return output, target.detach().clone()

    def reordered(self, order: list[int]) -> Call:
        """Return the call with the samples in another order."""
        call = self.called()
        length = self.num_samples
        return Call(permuted(call.args, order, 0, length), permuted(dict(call.kwargs), order, 0, length))


def _first_samples(batch: Any) -> Any:
    length = next((tensor.shape[0] for tensor in tensors_in(batch) if tensor.ndim), 0)
    return permuted(detached(batch), list(range(min(length, MOST_SAMPLES))), 0, length)


def _takes_model(loss_fn: Callable[..., Any]) -> bool:
    if isinstance(loss_fn, nn.Module):
        return False
    try:
        names = list(inspect.signature(loss_fn).parameters)
    except (TypeError, ValueError):
        return False
    return bool(names) and names[0] == "model"
