"""Assert that a gradient agrees with finite differences of the function that it claims to differentiate.

Slopes are measured along random directions, from a cubic through nine points whose residuals bound the error. Single
coordinates are measured only after a failure, to locate it. The upstream gradient must be random: with ones, 11 of 16
known bugs of softmax and batch normalisation remain undetected, since their errors sum to zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.problems import PropertyViolated
from backproof.testing.calls import SingleValueFunction, unrecorded
from backproof.testing.closeness import common_factor
from backproof.testing.plots import Plot
from backproof.testing.precision import unit_roundoff

# A gradient that is wrong in one entry of n shows in a direction u as error * u_i, which is within a hundredth of its
# typical size (the resolution of float32) with probability 0.008, in both directions with 6e-5.
DIRECTIONS = 2
ATTEMPTS = 60
# Roundings in one value of the function, as in closeness.py.
ROUNDINGS = 64
# Roundings that differ between the values of the function at neighbouring points.
VISIBLE_ROUNDINGS = 4
# A step of eps**0.3 is 2e-5 in float64 and 8e-3 in float32. Longer ones would balance truncation and rounding better
# for smooth functions, but meet more kinks.
STEP_EXPONENT = 0.3
# The slope is that of a cubic through nine points. Its residuals show rounding, truncation and kinks:
# the error of the slope over the largest residual is at most 7.2 for one kink, wherever it lies, and for sums of up
# to six random kinks 23 in 999 of 1,000 cases and 88 in the worst of 100,000.
GRID = np.arange(-4, 5) / 4
POWERS = np.vander(GRID, 4, increasing=True)
FIT = np.linalg.pinv(POWERS)
ERROR_PER_RESIDUAL = 100
# A larger relative uncertainty of the slope means a kink nearby.
KINK_SHARE = 1e-3
# Only after a failure, to name the entry: 400 take less than a tenth of a second.
MOST_COORDINATES = 400


@dataclass(frozen=True)
class GradientClaim:
    """A gradient and the function that it claims to differentiate.

    Attributes
    ----------
    name : str
        The name in the message: ``dx``.
    function : callable
        Array like ``at`` -> array or number. One made by :meth:`~backproof.testing.ContractFunction.of` is
        evaluated at many points at once, which is faster.
    at : array
        The point of the gradient.
    gradient : array
        The claim, of ``at``'s shape: the gradient of ``sum(upstream * function(at))``.
    upstream : array or number
        Random, of the function's output shape; 1 where the function returns a loss.
    """

    name: str
    function: Callable[[np.ndarray], Any]
    at: np.ndarray
    gradient: np.ndarray
    upstream: Any = 1.0


# For each direction the slope by finite differences, and by the gradient.
Slopes = list[tuple[float, float]]
# The title of the picture of all gradient checks.
TITLE = "Gradients and finite differences"


class _NotSmoothError(Exception):
    """The slopes on both sides differ, or depend on the step: a kink lies within the step."""


def assert_gradients(
    draw: Callable[[], Sequence[GradientClaim]], rng: np.random.Generator, *, plot: Plot | None = None, label: str = ""
) -> None:
    """Assert that every claim agrees with finite differences.

    Parameters
    ----------
    draw : callable
        Returns the claims at a newly drawn point. It is called again if a kink is too near.
    rng : Generator
        For the directions.
    plot : Plot, optional
        Records the compared slopes, under ``label``: the name of the function that returned the gradients.
    label : str

    Raises
    ------
    PropertyViolated
        With the worst coordinate, both slopes, their ratio and the tolerance.
    """
    __tracebackhide__ = True
    slopes: Slopes = []
    try:
        _assert_gradients(draw, rng, slopes)
    finally:
        if plot is not None and slopes:
            measured, claimed = zip(*slopes, strict=True)
            plot.pairs(TITLE, measured, claimed, label=label, x_label="finite differences", y_label="gradient")


def _assert_gradients(draw: Callable[[], Sequence[GradientClaim]], rng: np.random.Generator, slopes: Slopes) -> None:
    """Assert that every claim agrees, and append the compared slopes to ``slopes``."""
    __tracebackhide__ = True
    compared: dict[int, int] = {}
    for _ in range(ATTEMPTS):
        claims = draw()
        with unrecorded():
            for index, claim in enumerate(claims):
                so_far = compared.get(index, 0)
                compared[index] = so_far + _compare(claim, rng, DIRECTIONS - so_far, slopes)
        if all(compared[index] >= DIRECTIONS for index in range(len(claims))):
            return
    raise PropertyViolated(
        f"no slope could be measured at {ATTEMPTS} random points: the function jumps, or gives other values when it "
        "is called again"
    )


def _compare(claim: GradientClaim, rng: np.random.Generator, directions: int, slopes: Slopes) -> int:
    """Compare a claim with the slopes along random directions, and return the number of slopes found."""
    gradient = np.asarray(claim.gradient)
    if gradient.shape != claim.at.shape:
        message = f"{claim.name} has shape {gradient.shape}; it must have the shape {claim.at.shape} of what it is for"
        raise PropertyViolated(message, expected=f"shape {claim.at.shape}", got=f"shape {gradient.shape}")
    if not np.isfinite(gradient).all():
        raise PropertyViolated(
            f"{claim.name} has values that are not finite", expected="finite values", got=str(gradient)
        )
    compared = 0
    value = np.asarray(claim.function(np.asarray(claim.at, dtype=float)))
    for _ in range(directions):
        direction = rng.standard_normal(claim.at.shape)
        direction /= np.linalg.norm(direction)
        try:
            measured, tolerance = _slope(claim, value, direction)
        except _NotSmoothError:
            continue
        compared += 1
        claimed = float(np.sum(gradient * direction, dtype=float))
        slopes.append((measured, claimed))
        if abs(claimed - measured) > tolerance:
            raise _located(claim, value, claimed, measured, tolerance, slopes)
    return compared


def _slope(claim: GradientClaim, value: np.ndarray, direction: np.ndarray) -> tuple[float, float]:
    """Return the slope along a direction and the tolerance of a right claim; ``value`` is the function's at the point.

    Raises
    ------
    _NotSmoothError
        If a kink lies within the step.
    """
    point = np.asarray(claim.at, dtype=float)
    gradient = np.asarray(claim.gradient, dtype=float)
    roundoff = unit_roundoff(value, claim.gradient, claim.at)
    step = roundoff**STEP_EXPONENT * max(1.0, float(np.abs(point).max(initial=0.0)))

    def weighted(value: Any) -> float:
        return float(np.sum(claim.upstream * np.asarray(value, dtype=float)))

    moved = _values(claim.function, [np.asarray(point + step * place * direction) for place in GRID if place])
    moved.insert(len(GRID) // 2, value)
    values = np.array([weighted(value) for value in moved])
    coefficients = FIT @ values
    slope = float(coefficients[1]) / step
    uncertainty = ERROR_PER_RESIDUAL * float(np.abs(values - POWERS @ coefficients).max()) / step

    # A result below the roundoff itself, such as 1 + 1e-20 - 1, has no correct digits.
    size = float(np.sum(np.abs(claim.upstream * value.astype(float)))) + roundoff
    # Rounding the input alone changes the value by this much: more than its own size where large terms cancel.
    input_size = float(np.sum(np.abs(gradient * point)))
    noise = ROUNDINGS * roundoff * max(size, input_size) / step
    scale = max(abs(slope), float(np.linalg.norm(gradient * direction)))
    if not np.isfinite(slope) or uncertainty > KINK_SHARE * scale + noise:
        raise _NotSmoothError
    claim_rounding = ROUNDINGS * roundoff * float(np.sum(np.abs(gradient * direction)))
    return slope, uncertainty + VISIBLE_ROUNDINGS * roundoff * size / step + claim_rounding


def _values(function: Callable[[np.ndarray], Any], points: Sequence[np.ndarray]) -> list[Any]:
    """Return a function's values at many points."""
    return (
        list(function.each(points))
        if isinstance(function, SingleValueFunction)
        else [function(point) for point in points]
    )


def _located(
    claim: GradientClaim, value: np.ndarray, claimed: float, measured: float, tolerance: float, compared: Slopes
) -> PropertyViolated:
    """Return a problem with the coordinate of the largest error, among the first ones."""
    flat = np.asarray(claim.gradient, dtype=float).ravel()
    slopes = np.full(flat.size, np.nan)
    for index in range(min(flat.size, MOST_COORDINATES)):
        unit = np.zeros(flat.size)
        unit[index] = 1.0
        try:
            slopes[index] = _slope(claim, value, unit.reshape(claim.at.shape))[0]
        except _NotSmoothError:
            continue
    known = np.isfinite(slopes)
    compared.extend(zip(slopes[known].tolist(), flat[known].tolist(), strict=True))
    if not np.any(np.abs(flat - slopes)[known] > tolerance):
        return PropertyViolated(
            f"{claim.name} does not agree with finite differences: along a random direction the slope is "
            f"{measured:.6g}, {claim.name} says {claimed:.6g}; tolerance {tolerance:.1e}",
            expected=f"{measured:.6g}",
            got=f"{claimed:.6g}",
        )
    errors = np.where(known, np.abs(flat - slopes), -1.0)
    worst = int(np.argmax(errors))
    place = ", ".join(str(int(i)) for i in np.unravel_index(worst, claim.at.shape))
    slope, wrong = slopes[worst], flat[worst]
    ratio = f" (ratio {wrong / slope:.4g})" if abs(slope) > tolerance and wrong != 0 else ""
    return PropertyViolated(
        f"{claim.name} does not agree with finite differences: at [{place}] the slope is {slope:.6g}, {claim.name} "
        f"says {wrong:.6g}{ratio}; tolerance {tolerance:.1e}" + common_factor(flat[known], slopes[known]),
        expected=f"{slope:.6g} at [{place}]",
        got=f"{wrong:.6g}",
    )
