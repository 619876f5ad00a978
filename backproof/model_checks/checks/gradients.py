"""Checks of the gradient: every parameter gets one, and it is the slope of the loss."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from backproof.model_checks.findings import Finding, Skipped, error, listed, warning
from backproof.model_checks.pytree import with_tensors
from backproof.model_checks.registry import model_check
from backproof.model_checks.state import seeded
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import trained

# Central differences in float64 with this step are right to about 1e-9 of the loss's curvature, and rounding adds
# 1e-16 / 1e-5 = 1e-11 of the loss. In float32 there is no such step: rounding, curvature and the kinks of rectifiers
# made a right network differ by a third (measured), as much as a detached branch does.
STEP = 1e-5
# Relative, between slope and gradient: five orders above the error, and far below any detached branch.
TOLERANCE = 1e-3
# Rounding hides slopes below this share of the loss.
FLATTEST = 1e-7
# Moves the inputs of rectifiers away from exactly 0.
JITTER = 1e-3


@model_check
def gradients_arrive(subject: Subject) -> Iterator[Finding]:
    """Every parameter that is to be trained gets a gradient, at the latest after a few steps.

    Ten steps: factors that start at zero, as the last layer of a residual block or one half of LoRA, have moved by
    then. Zero means exactly zero, in all parameters of a layer: a bias before a normalisation rightly has no slope.
    """
    if not subject.trained:
        raise Skipped("no parameter is to be trained")
    with subject.trial(training=True):
        if not subject.loss().requires_grad:
            message = "the loss has no gradient: no parameter has a part in it that can be followed back"
            yield error("", message, "look for detach, .data, .item(), .numpy(), argmax or no_grad on the way")
            return
    largest = trained(subject).largest_gradients
    missing = [name for name in subject.trained if name not in largest]
    if missing:
        message = f"no gradient reaches {listed(missing)}"
        yield error(_parts(missing), message, "it is not used, or detached on the way to the loss; if meant, freeze it")
    # A bias before a normalisation, and some that cancel, rightly have the slope 0; a whole layer does not.
    dead = [name for name in largest if largest[name] == 0 and _whole_layer_is_zero(name, largest)]
    if dead:
        message = f"the gradient of {listed(dead)} is exactly 0, also after some steps"
        yield error(_parts(dead), message, "its units are dead, or multiplied by 0: look at its bias and what follows")


def _whole_layer_is_zero(name: str, largest: dict[str, float]) -> bool:
    layer = name.rpartition(".")[0]
    return all(size == 0 for other, size in largest.items() if other.rpartition(".")[0] == layer)


def _parts(names: list[str]) -> str:
    """Return the names of the layers of some parameters."""
    return listed(list(dict.fromkeys(name.rpartition(".")[0] or name for name in names)))


@model_check
def gradients_are_right(subject: Subject) -> Iterator[Finding]:
    """The gradient is the slope of the loss: no part of it is cut off on its way back.

    Measured in float64 by central differences along the gradient itself. A difference of a thousandth counts: it is
    five orders above the error of the measurement, and a detached branch makes a far larger one.
    """
    wrong = _wrong_twice(subject)
    if wrong:
        name, (slope, gradient) = next(reversed(wrong.items()))
        names = ", ".join(reversed(wrong))
        message = f"along the gradient of {name} the loss has the slope {slope:.4g}, the gradient gives {gradient:.4g}"
        advice = "a branch is detached, or an own backward is wrong; a straight-through gradient may be meant so"
        yield warning(names, message, advice)


def _wrong_twice(subject: Subject) -> dict[str, tuple[float, float]]:
    """Return slope and gradient of the parameters for which they differ at two points: one may be a kink."""
    with subject.trial(training=False):
        for module in (subject.model, subject.loss_fn):
            if isinstance(module, nn.Module):
                module.double()
        batch = with_tensors(subject.batch, lambda t: t.double() if t.is_floating_point() else t.clone())
        try:
            loss = subject.loss(batch)
        except RuntimeError as raised:
            # The model's own constants stay in float32, and some functions do not mix types.
            raise Skipped(f"the model does not run in float64: {str(raised).splitlines()[0]}") from raised
        if not loss.requires_grad or loss.dtype != torch.float64:
            raise Skipped("the loss does not follow the parameters into float64")
        _jitter(subject)
        wrong = _wrong_slopes(subject, batch)
        if wrong:
            _jitter(subject)
            again = _wrong_slopes(subject, batch)
            wrong = {name: slopes for name, slopes in again.items() if name in wrong}
    return wrong


def _jitter(subject: Subject) -> None:
    with torch.no_grad():
        for parameter in subject.trained.values():
            size = float(parameter.abs().mean()) + JITTER
            parameter.add_(JITTER * size * torch.randn_like(parameter))


def _wrong_slopes(subject: Subject, batch: object) -> dict[str, tuple[float, float]]:
    """Return slope and gradient of each parameter for which they differ."""
    parameters = {name: p for name, p in subject.trained.items() if p.dtype == torch.float64}
    loss = _loss(subject, batch)
    found = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
    gradients = {n: g.to_dense() for n, g in zip(parameters, found, strict=True) if g is not None}
    room = FLATTEST * (abs(float(loss.detach())) + 1e-3)

    def differ(slope: float, gradient: float) -> bool:
        return abs(slope - gradient) > TOLERANCE * max(abs(slope), abs(gradient)) + room

    if not differ(*_slopes(subject, batch, parameters, gradients)):
        return {}
    each = {name: _slopes(subject, batch, parameters, {name: gradients[name]}) for name in gradients}
    return {name: slopes for name, slopes in each.items() if differ(*slopes)}


def _loss(subject: Subject, batch: object) -> Tensor:
    """Return the loss with the same random numbers each time: some losses draw noise or times."""
    with seeded(0):
        return subject.loss(batch)


def _slopes(
    subject: Subject, batch: object, parameters: dict[str, nn.Parameter], gradients: dict[str, Tensor]
) -> tuple[float, float]:
    """Return the slope of the loss along some gradients: the measured one, and that of the gradients."""
    length = math.sqrt(sum(float(gradient.pow(2).sum()) for gradient in gradients.values()))
    if not length:
        return 0.0, 0.0
    losses = []
    with torch.no_grad():
        for steps in (1, -2):
            for name, gradient in gradients.items():
                parameters[name].add_(steps * STEP / length * gradient)
            losses.append(float(_loss(subject, batch)))
        for name, gradient in gradients.items():
            parameters[name].add_(STEP / length * gradient)
    return (losses[0] - losses[1]) / (2 * STEP), length
