"""Checks of independence: of samples, of later times, and of order."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from backproof.model_checks.findings import Finding, Skipped, error
from backproof.model_checks.layers import TOLERANCE, LayerOutput, description, first_that_differs, relative_difference
from backproof.model_checks.pytree import largest_difference, permuted, size_of, tensors_in
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Call, Subject
from backproof.model_checks.watch import watched


@model_check
def samples_do_not_mix(subject: Subject) -> Iterator[Finding]:
    """In evaluation no sample's output depends on another sample.

    Each sample is replaced in turn, since a leak may have one direction, or one source. A difference of 0.00001 of the
    largest output counts: the same numbers added in another order differ by less in float32.
    """
    length = subject.num_samples
    if length < 2:
        raise Skipped("the batch has one sample")
    base, again = _layers(subject, subject.first_call()), _layers(subject, subject.first_call())
    if first_that_differs(base, again, relative_difference):
        raise Skipped("evaluation is not deterministic")
    if not any(t.ndim and t.shape[0] == length for t in tensors_in(base[-1].value)):
        raise Skipped("the output has no row for each sample")
    for sample in range(length):
        order = list(range(length))
        order[sample] = (sample + length // 2) % length
        call = subject.reordered(order)
        with subject.trial(training=False), torch.no_grad():
            output = subject.outputs(call)
        if largest_difference(output, base[-1].value) == 0:
            continue
        changed = _layers(subject, call)
        others = [row for row in range(length) if row != sample]
        if _rows_differ(base[-1:], changed[-1:], others, length):
            where = _rows_differ(base, changed, others, length) or base[-1]
            hit = next(row for row in others if _rows_differ(base[-1:], changed[-1:], [row], length))
            message = f"another sample {sample} changes the output of sample {hit}; "
            message += f"the first layer to show it is {description(where.name)}"
            advice = "look for view or reshape in place of permute, a mean or softmax over axis 0, batch_first, "
            yield error(where.name, message, advice + "or batch statistics in evaluation")
            return


def _layers(subject: Subject, call: Call) -> list[LayerOutput]:
    with subject.trial(training=False), watched(subject.model) as record:
        subject.outputs(call)
    return record.layers


def _rows_differ(
    base: list[LayerOutput], changed: list[LayerOutput], rows: list[int], length: int
) -> LayerOutput | None:
    """Return the first layer whose outputs for these samples differ; a sample may have several rows."""

    def of_rows(one: Tensor, other: Tensor) -> float:
        if not one.ndim or one.shape != other.shape or not one.numel():
            return 0.0
        if one.shape[0] % length:
            one, other = (_with_axis_first(tensor, length) for tensor in (one, other))
        if one.shape[0] % length:
            return 0.0
        return _difference(one.reshape(length, -1)[rows], other.reshape(length, -1)[rows], size_of(one))

    return first_that_differs(base, changed, of_rows)


def _with_axis_first(tensor: Tensor, length: int) -> Tensor:
    """Move the first axis of that length to the front, if any: layers may have another layout inside."""
    axis = next((axis for axis, size in enumerate(tensor.shape) if size == length), 0)
    return tensor.movedim(axis, 0)


def _difference(one: Tensor, other: Tensor, size: float) -> float:
    """Return the largest difference as a share of a size."""
    gap = largest_difference(one, other)
    return gap / size if size else gap


@model_check
def causality(subject: Subject) -> Iterator[Finding]:
    """No output depends on a later input."""
    axis = subject.options.causal
    if axis is None:
        raise Skipped("give causal=AXIS, the axis of time, for a model that must not look ahead")
    length = _length_along(subject, axis)
    base = _layers(subject, subject.first_call())
    for begin in sorted({1, length // 2, length - 1}):
        later = torch.arange(length) >= begin
        changed = _layers(subject, _with_others_where(subject, later, axis, length))
        at_fault = _times_differ(base[-1:], changed[-1:], ~later, axis)
        if at_fault:
            where = _times_differ(base, changed, ~later, axis) or at_fault
            message = f"inputs from time {begin} on change outputs before it; "
            message += f"the first layer to show it is {description(where.name)}"
            advice = "look for a missing or shifted mask, the wrong axis of a softmax, padding on the right, "
            yield error(where.name, message, advice + "bidirectional")
            return


def _length_along(subject: Subject, axis: int) -> int:
    lengths = [tensor.shape[axis] for tensor in subject.first_call().tensors if tensor.ndim > axis]
    if not lengths or lengths[0] < 2:
        raise Skipped(f"no input has several places along axis {axis}")
    return lengths[0]


def _with_others_where(subject: Subject, places: Tensor, axis: int, length: int) -> Call:
    """Return the first call with some places along an axis replaced by those of another sample."""
    samples = subject.num_samples
    other = subject.reordered([(row + 1) % samples for row in range(samples)])
    replacements = iter(other.tensors)

    def replaced(tensor: Tensor) -> Tensor:
        replacement = next(replacements)
        if tensor.ndim <= axis or tensor.shape[axis] != length:
            return tensor
        shape = [1] * tensor.ndim
        shape[axis] = length
        return torch.where(places.to(tensor.device).reshape(shape), replacement, tensor)

    return subject.first_call().changed(replaced)


def _times_differ(base: list[LayerOutput], changed: list[LayerOutput], places: Tensor, axis: int) -> LayerOutput | None:
    def of_places(one: Tensor, other: Tensor) -> float:
        if one.shape != other.shape or one.ndim < 2:
            return 0.0
        # Convolutions have channels before time: take any axis of that length except the samples'.
        axes = [axis, *range(1, one.ndim)]
        along = next((k for k in axes if k < one.ndim and one.shape[k] == len(places)), None)
        if along is None:
            return 0.0
        index = places.nonzero().flatten().to(one.device)
        return _difference(one.index_select(along, index), other.index_select(along, index), size_of(one))

    return first_that_differs(base, changed, of_places)


@model_check
def order_matters(subject: Subject) -> Iterator[Finding]:
    """Where order matters, another order gives another output."""
    axis = subject.options.ordered
    if axis is None:
        raise Skipped("give ordered=AXIS for a model to which order along an axis matters")
    length = _length_along(subject, axis)
    order = [*range(length // 2, length), *range(length // 2)]
    call = subject.first_call()
    turned = Call(permuted(call.args, order, axis, length), permuted(dict(call.kwargs), order, axis, length))
    base, other = _outputs(subject, call), _outputs(subject, turned)
    moved = permuted(base, order, axis, length)
    room = TOLERANCE * size_of(base)
    if largest_difference(base, other) <= room or largest_difference(moved, other) <= room:
        message = f"the order along axis {axis} makes no difference to the output"
        yield error("", message, "add positions to the embedding, and mind the axis along which they run")


def _outputs(subject: Subject, call: Call) -> Any:
    return _layers(subject, call)[-1].value
