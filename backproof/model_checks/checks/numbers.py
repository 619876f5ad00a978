"""Checks of numbers: the loss and all others are finite, and the batch stays unchanged."""

from collections.abc import Iterator

import torch
from torch import Tensor

from backproof.model_checks.findings import Finding, error
from backproof.model_checks.layers import description
from backproof.model_checks.pytree import largest_difference, tensors_in
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Subject
from backproof.model_checks.watch import watched
from backproof.problems import Problem


@model_check
def finite(subject: Subject) -> Iterator[Finding]:
    """The loss can be computed and differentiated, and every number is finite, in training and in evaluation."""
    if any(not _is_finite(tensor) for tensor in tensors_in(subject.batch)):
        yield error("batch", "the batch has NaN or infinite numbers", "clean the data, or mask what is missing")
        return
    for training in (True, False):
        with subject.trial(training=training), watched(subject.model) as record:
            mode = "training" if training else "evaluation"
            try:
                loss = subject.loss()
                problem = _problem_of(loss)
            except Problem:
                raise  # a remote model that does not reply
            except Exception as raised:  # noqa: BLE001 - the user's model may raise anything
                where = next((name for name in reversed(record.unfinished) if name), "")
                what = f"the loss cannot be computed: {type(raised).__name__}: {raised}"
                yield error(where, what, "call the loss on this batch alone, and read where it raises")
                return
            broken = next((one for one in record.layers if any(not _is_finite(t) for t in tensors_in(one.value))), None)
            if broken is not None:
                what = f"{description(broken.name)} puts out NaN or infinite numbers in {mode}"
                advice = (
                    "look for a logarithm or a root of 0, a division by 0, a softmax over nothing, too large a rate"
                )
                yield error(broken.name, what, advice)
                return
            if problem:
                what = f"the loss {problem} in {mode}"
                yield error("", what, "return one finite number, such as a mean over samples")
                return
    yield from _gradients(subject)


def _gradients(subject: Subject) -> Iterator[Finding]:
    with subject.trial(training=True):
        loss = subject.loss()
        if not loss.requires_grad:
            return  # gradients_arrive reports it
        try:
            loss.backward()
        except RuntimeError as raised:
            what = f"the gradient of the loss cannot be computed: {str(raised).splitlines()[0]}"
            yield error("", what, "do not change in place what the gradient needs")
            return
        broken = [n for n, p in subject.trained.items() if p.grad is not None and not _is_finite(p.grad)]
    if broken:
        what = f"the gradient of {broken[-1]} and {len(broken) - 1} more parameters is NaN or infinite, the loss is not"
        advice = (
            "look for a root, a norm or a standard deviation of 0: its slope is infinite; add a small number inside"
        )
        yield error(broken[-1], what, advice)


@model_check
def inputs_unchanged(subject: Subject) -> Iterator[Finding]:
    """Neither the model nor the loss changes the batch in place."""
    with subject.trial(training=True):
        before = [tensor.detach().clone() for tensor in tensors_in(subject.batch)]
        subject.loss()
        changed = [k for k, t in enumerate(tensors_in(subject.batch)) if largest_difference(before[k], t) > 0]
    targets = [] if subject.takes_model else list(tensors_in(subject.batch[1]))
    for place in changed:
        changed_part = "target" if place >= len(before) - len(targets) else "input"
        what = f"the {changed_part} is changed in place (tensor {place} of the batch)"
        advice = "use the version that returns a new tensor: relu instead of relu_, x = x - mean instead of x -= mean"
        yield error("batch", what, advice)


def _problem_of(loss: object) -> str:
    if not isinstance(loss, Tensor):
        return f"is a {type(loss).__name__}, not a tensor"
    if loss.numel() != 1:
        return f"has the shape {tuple(loss.shape)}, and should be one number"
    return "" if _is_finite(loss) else f"is {float(loss.detach())}"


def _is_finite(tensor: Tensor) -> bool:
    return not (tensor.is_floating_point() or tensor.is_complex()) or bool(torch.isfinite(tensor.detach()).all())
