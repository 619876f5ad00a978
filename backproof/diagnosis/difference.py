"""The difference between two results."""

from typing import Any

import numpy as np

from backproof.submission import Opaque

# Right code with another order of operations differs by roundings, also where large terms cancel; the smallest mistake
# of the catalogue changes a value by more than 1e-4 of its size. These thresholds lie in between.
SAME_DOUBLE = 1e-6
SAME_SINGLE = 1e-3


def difference(one: Any, other: Any) -> float:
    """Return the largest difference over the size of the larger result, inf if they differ in structure."""
    if isinstance(one, Opaque) and isinstance(other, Opaque):
        return 0.0
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return np.inf
        return max((difference(one[key], other[key]) for key in one), default=0.0)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return np.inf
        return max((difference(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
    if _is_numeric(one) and _is_numeric(other):
        return _array_difference(np.asarray(one, dtype=float), np.asarray(other, dtype=float))
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.inf  # complex numbers, which no contract has
    return 0.0 if type(one) is type(other) and one == other else np.inf


def same_within(result: Any) -> float:
    """Return the difference up to which another result counts as the same, by the precision of this one."""
    return SAME_SINGLE if any(leaf.dtype == np.float32 for leaf in _arrays(result)) else SAME_DOUBLE


def elements(result: Any) -> int:
    """Return the number of elements in the arrays of a result."""
    return sum(leaf.size for leaf in _arrays(result))


def _array_difference(one: np.ndarray, other: np.ndarray) -> float:
    if one.shape != other.shape:
        return np.inf
    size = _size(one, other)
    if not np.isfinite(size):
        finite = np.isfinite(one) & np.isfinite(other)
        if not np.array_equal(one[~finite], other[~finite], equal_nan=True):
            return np.inf
        one, other = one[finite], other[finite]
        size = _size(one, other)
    return float(np.abs(one - other).max(initial=0.0) / size) if size else 0.0


def _size(one: np.ndarray, other: np.ndarray) -> Any:
    return np.maximum(np.abs(one).max(initial=0.0), np.abs(other).max(initial=0.0))


def _is_numeric(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.ndarray) and np.asarray(value).dtype.kind in "fiub"


def _arrays(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _arrays(item)]
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _arrays(item)]
    return [value] if isinstance(value, np.ndarray | np.number) else []
