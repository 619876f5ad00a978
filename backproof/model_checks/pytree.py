"""Tensors in the tuples, lists and dictionaries that models take and return."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor


def tensors_in(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in a value, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)


def with_tensors(value: Any, change: Callable[[Tensor], Any]) -> Any:
    """Return a value of the same structure with each tensor changed."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return type(value)({key: with_tensors(item, change) for key, item in value.items()})
    if isinstance(value, list | tuple):
        items = [with_tensors(item, change) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


def detached(value: Any) -> Any:
    """Return copies of the tensors in a value, without their history."""
    return with_tensors(value, lambda tensor: tensor.detach().clone())


def largest_difference(first: Any, second: Any) -> float:
    """Return the largest difference between two values of one structure; infinite if shapes differ, 0 for NaN twice."""
    pairs = list(zip(tensors_in(first), tensors_in(second), strict=False))
    return max((difference(one, other) for one, other in pairs), default=0.0)


def difference(one: Tensor, other: Tensor) -> float:
    """Return the largest absolute difference between two tensors."""
    if one.shape != other.shape:
        return float("inf")
    if not one.numel():
        return 0.0
    # On the CPU: not every device has double precision.
    one, other = one.detach().cpu(), other.detach().cpu()
    gaps = (one.to(torch.float64) - other.to(torch.float64)).abs()
    same = (one == other) | (one.isnan() & other.isnan())
    return float(gaps.masked_fill(same, 0.0).nan_to_num(nan=float("inf"), posinf=float("inf")).max())


def size_of(value: Any) -> float:
    """Return the largest absolute number in a value."""
    sizes = [float(t.detach().abs().max()) for t in tensors_in(value) if t.numel() and not t.is_complex()]
    return max(sizes, default=0.0)


def permuted(value: Any, order: Sequence[int] | Tensor, axis: int, length: int) -> Any:
    """Reorder along an axis every tensor that has the given length there."""

    def reorder(tensor: Tensor) -> Tensor:
        if tensor.ndim <= axis or tensor.shape[axis] != length:
            return tensor
        return tensor.index_select(axis, torch.as_tensor(order, device=tensor.device))

    return with_tensors(value, reorder)
