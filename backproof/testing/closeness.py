"""Assert that two arrays are equal, up to the roundings that no right implementation can avoid."""

from typing import Any

import numpy as np

from backproof.problems import PropertyViolated
from backproof.testing.precision import unit_roundoff

# Roundings on the way to one number. The computations of the contract are sums and products of a few dozen terms and
# an exponential or two, whose forward error is at most a small multiple of their count times the unit roundoff
# (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). 64 leaves room for another order of
# operations; the smallest bug in the catalogue changes a value by more than 1e-4, far above 64 * 1.2e-7.
ROUNDINGS = 64


def assert_close(got: Any, expected: Any, what: str, *, magnitude: float = 0.0, roundings: float = ROUNDINGS) -> None:
    """Assert that ``got`` equals ``expected`` up to rounding.

    Parameters
    ----------
    got : array or number
        From the submission.
    expected : array or number
        The right value, broadcastable to got's shape. The tolerance follows the coarser dtype of the two: the result
        of another function of the submission may be in single precision, and is right only to that.
    what : str
        The name of the value, for the message.
    magnitude : float
        The size of terms that cancelled, if larger than the result: a loss of logits of 1e4 is right to 1e4 roundoffs.
    roundings : float
        The number of roundings on the way to the result.

    Raises
    ------
    PropertyViolated
        With the count of wrong values, the worst one's index, both values, their ratio and the tolerance.
    """
    __tracebackhide__ = True
    got, expected = np.asarray(got), np.asarray(expected)
    if not _can_be_broadcast(expected.shape, got.shape):
        message = f"{what} has shape {got.shape}, expected {expected.shape}"
        raise PropertyViolated(message, expected=f"shape {expected.shape}", got=f"shape {got.shape}")
    expected = np.broadcast_to(expected, got.shape)
    tolerance = np.broadcast_to(roundings * unit_roundoff(got, expected) * (np.abs(expected) + magnitude), got.shape)
    with np.errstate(invalid="ignore"):
        is_near = np.isfinite(expected) & (np.abs(got.astype(float) - expected) <= tolerance)
    wrong = ~is_near & (got != expected)
    if wrong.any():
        raise _mismatch(got, expected, wrong, tolerance, what)


def assert_finite(got: Any, what: str) -> None:
    """Raise PropertyViolated, with the first value that is not finite, unless all are."""
    __tracebackhide__ = True
    got = np.asarray(got)
    bad = ~np.isfinite(got)
    if bad.any():
        first = got[bad][0]
        where = f"the first{_index(np.unravel_index(int(np.argmax(bad)), got.shape))} is" if got.ndim else "it is"
        raise PropertyViolated(
            f"{_count(bad, what)} not finite, {where} {first}", expected="finite values", got=shown(got)
        )


def shown(value: Any) -> str:
    """Format an array or number in a few lines, with six significant digits."""
    return np.array2string(np.asarray(value), precision=6, threshold=24, edgeitems=3, separator=", ")


def _mismatch(
    got: np.ndarray, expected: np.ndarray, wrong: np.ndarray, tolerance: np.ndarray, what: str
) -> PropertyViolated:
    with np.errstate(invalid="ignore"):
        error = np.nan_to_num(np.abs(got.astype(float) - expected), nan=np.inf)
    worst = np.unravel_index(int(np.argmax(np.where(wrong, error, -1.0))), got.shape)
    here, there = float(got[worst]), float(expected[worst])
    ratio = f" (ratio {here / there:.6g})" if here * there != 0 and np.isfinite(here) else ""
    if got.ndim == 0:
        message = f"{what} is {here:.10g}, expected {there:.10g}{ratio}; tolerance {float(tolerance):.1e}"
        return PropertyViolated(message, expected=f"{there:.10g}", got=f"{here:.10g}")
    message = (
        f"{_count(wrong, what)} wrong; worst{_index(worst)}: expected {there:.10g}, got {here:.10g}{ratio}; "
        f"tolerance {float(tolerance[worst]):.1e}"
    )
    message += common_factor(got[wrong], expected[wrong])
    return PropertyViolated(message, expected=shown(expected), got=shown(got))


def common_factor(got: np.ndarray, expected: np.ndarray) -> str:
    """Return a sentence if one factor explains all errors, else an empty string."""
    got, expected = got.astype(float), expected.astype(float)
    size = np.abs(expected).max(initial=0.0)
    is_large = np.abs(expected) > 1e-3 * size
    if is_large.sum() < 2 or not (np.isfinite(got).all() and np.isfinite(size)):
        return ""
    factor = float(np.median(got[is_large] / expected[is_large]))
    is_common = np.abs(got - factor * expected).max() <= 1e-3 * abs(factor) * size
    if not is_common or abs(factor) < 1e-12 or abs(factor - 1) < 1e-3:
        return ""
    return f". All of them are {factor:.4g} times what they should be"


def _can_be_broadcast(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def _count(wrong: np.ndarray, what: str) -> str:
    if wrong.ndim == 0:
        return f"{what} is"
    return f"{what}: {int(wrong.sum())} of {wrong.size} values {'is' if wrong.sum() == 1 else 'are'}"


def _index(index: tuple[Any, ...]) -> str:
    return f" at [{', '.join(str(int(i)) for i in index)}]" if index else ""
