"""The learning-rate range test: the largest stable rate of plain gradient descent."""

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from backproof.model_checks.findings import Skipped
from backproof.model_checks.state import seed_torch
from backproof.model_checks.subject import Subject

# Half a decade apart: the curvature changes by as much within the first hundred steps of a training.
RATES = tuple(10 ** (k / 2) for k in range(-10, 3))
# Where the loss curves by λ, a step at the rate η multiplies the distance to its lowest point by 1 − ηλ, which grows
# beyond η = 2/λ. One rate of the sweep beyond that, two steps multiply this part of the loss by (1 − 2√10)⁴ = 800: it
# shows if it was 1/800 of the loss at first. One step would need 1/28.
STEPS = 2
# Of the loss: float32 in another order of summation.
ROUNDING = 1e-5


@dataclass(frozen=True)
class RangeTest:
    """The loss after two steps of plain gradient descent from the same start, for each learning rate.

    Attributes
    ----------
    start : float
        The loss before.
    rates, losses : list of float
        From the lowest rate up to the first unstable one, whose loss may be infinite.
    largest_stable : float or None
        The last rate before the loss ends above its start, or is not a number.
    is_bounded : bool
        Whether a rate was too large.
    is_cut : bool
        Whether the time ran out before that.
    """

    start: float
    rates: list[float]
    losses: list[float]
    largest_stable: float | None
    is_bounded: bool
    is_cut: bool


def range_test(subject: Subject, end: float) -> RangeTest:
    """Try learning rates from low to high, each on the untrained model, until one makes the loss larger.

    Parameters
    ----------
    subject : Subject
    end : float
        On the clock of ``time.monotonic``: no rate is tried later.

    Raises
    ------
    Skipped
        If the loss has no gradient.

    References
    ----------
    Smith, Cyclical learning rates for training neural networks (2017), section 3.3: the sweep, there within one
    training. LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), section 5.1: the largest rate is 2/λ.
    """
    with subject.trial(training=True):
        loss = subject.loss()
        if not loss.requires_grad:
            raise Skipped("the loss has no gradient: see gradients_arrive")
        loss.backward()
        gradients = {name: gradient.clone() for name, gradient in gradients_of(subject).items()}
    start = float(loss.detach())
    rates: list[float] = []
    losses: list[float] = []
    largest_stable = None
    is_bounded = is_cut = False
    for rate in RATES:
        is_cut = time.monotonic() > end
        if is_cut or is_bounded:
            break
        rates.append(rate)
        losses.append(_loss_after(subject, rate, gradients))
        is_bounded = losses[-1] > start + ROUNDING * abs(start)
        largest_stable = largest_stable if is_bounded else rate
    return RangeTest(start, rates, losses, largest_stable, is_bounded, is_cut and not is_bounded)


def _loss_after(subject: Subject, rate: float, gradients: dict[str, Tensor]) -> float:
    """Return the loss after some steps; the gradients of the first step are the same for all rates."""
    with subject.trial(training=True):
        descend(subject, rate, gradients)
        for _ in range(STEPS - 1):
            subject.model.zero_grad()
            subject.loss().backward()
            descend(subject, rate, gradients_of(subject))
        # The same seed as for the start, so that dropout changes nothing.
        seed_torch(0)
        loss = float(subject.loss().detach())
    return loss if math.isfinite(loss) else math.inf


def descend(subject: Subject, rate: float, gradients: dict[str, Tensor]) -> None:
    """Take a step of plain gradient descent."""
    parameters = subject.trained
    with torch.no_grad():
        for name, gradient in gradients.items():
            parameters[name].sub_(rate * gradient.to_dense())


def gradients_of(subject: Subject) -> dict[str, Tensor]:
    """Return the gradients of the parameters that have one, by name."""
    return {name: p.grad.detach() for name, p in subject.trained.items() if p.grad is not None}
