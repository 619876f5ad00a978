"""Does a gradient agree with finite differences of the function that it claims to differentiate?

Central differences along random directions, extrapolated from three step sizes (Richardson); coordinates are tried
only after a failure, to locate it. The upstream gradient must be random: with ones, 11 of 16 known bugs of softmax
and batch normalisation go unseen, since their errors sum to zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.problems import PropertyViolated
from backproof.testing.calls import unrecorded
from backproof.testing.closeness import common_factor
from backproof.testing.precision import unit_roundoff

# A gradient that is wrong in one entry of n shows in a direction u as error * u_i, which is within a hundredth of its
# typical size (what float32 can tell) with probability 0.008, in all four directions with 4e-9.
DIRECTIONS = 4
# A right network in float32 with 54 hidden activations is smooth around 86 % of the points drawn.
ATTEMPTS = 60
# The error of one value of the function, in roundings of it, is 0.7 in the median of 25,000 draws of that network.
# Times SAFETY, half of what closeness allows.
NOISE = 8
SAFETY = 4
# Roundings in one entry of the claimed gradient: as in closeness.
ROUNDINGS = 64
# A step of eps**0.3 is 2e-5 in float64 and 8e-3 in float32. Longer ones would balance truncation and rounding better
# for smooth functions, but meet more kinks: eps**0.2 meets one in two draws of a float32 network.
STEP_EXPONENT = 0.3
# Kinks change a slope by a share of it; the truncation error after extrapolation is below 1e-6 of it. In between.
KINK_SHARE = 1e-3
# Several kinks within a step can look smooth together: 1 of 25,000 draws of that network was off by 1.05 tolerances.
# So a mismatch counts only if it is there with a step four times as short, too.
SHORTER = 0.25
# Only after a failure, to name the entry: 400 take less than a tenth of a second.
MOST_COORDINATES = 400


@dataclass(frozen=True)
class GradientClaim:
    """A gradient and what it claims to be.

    Attributes
    ----------
    name : str
        For the message: ``dx``.
    function : callable
        Array like ``at`` -> array or number.
    at : array
        Where the gradient was taken.
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


class _NotSmoothError(Exception):
    """The slopes to both sides differ, or depend on the step: a kink lies within it."""


def assert_gradients(draw: Callable[[], Sequence[GradientClaim]], rng: np.random.Generator) -> None:
    """Assert that every claim agrees with finite differences.

    Parameters
    ----------
    draw : callable
        Returns the claims at a newly drawn point. It is called again when a kink lies too near.
    rng : Generator
        For the directions.

    Raises
    ------
    PropertyViolated
        With the worst coordinate, both slopes, their ratio and the tolerance.
    """
    __tracebackhide__ = True
    for _ in range(ATTEMPTS):
        claims = draw()
        try:
            with unrecorded():
                for claim in claims:
                    _check(claim, rng)
        except _NotSmoothError:
            continue
        return
    raise PropertyViolated(
        f"no slope could be measured at {ATTEMPTS} random points: the function jumps, or gives other values when it "
        "is called again"
    )


def _check(claim: GradientClaim, rng: np.random.Generator) -> None:
    gradient = np.asarray(claim.gradient)
    if gradient.shape != claim.at.shape:
        raise PropertyViolated(
            f"{claim.name} has shape {gradient.shape}; it must have the shape {claim.at.shape} of what it is for",
            expected=f"shape {claim.at.shape}",
            got=f"shape {gradient.shape}",
        )
    if not np.isfinite(gradient).all():
        raise PropertyViolated(
            f"{claim.name} has values that are not finite", expected="finite values", got=str(gradient)
        )
    for _ in range(DIRECTIONS):
        direction = rng.standard_normal(claim.at.shape)
        direction /= np.linalg.norm(direction)
        claimed = float(np.sum(gradient * direction, dtype=float))
        for shortening in (1.0, SHORTER):
            measured, tolerance = _slope(claim, direction, shortening)
            if abs(claimed - measured) <= tolerance:
                break
        else:
            raise _located(claim, claimed, measured, tolerance)


def _slope(claim: GradientClaim, direction: np.ndarray, shortening: float = 1.0) -> tuple[float, float]:
    """Return the slope along a direction, and how far from it a right claim may be.

    Raises
    ------
    _NotSmoothError
        If a kink lies within the step.
    """
    point = np.asarray(claim.at, dtype=float)
    value = np.asarray(claim.function(point))
    roundoff = unit_roundoff(value, claim.gradient, claim.at)
    step = shortening * roundoff**STEP_EXPONENT * max(1.0, float(np.abs(point).max(initial=0.0)))

    def at(distance: float) -> float:
        moved = np.asarray(point + distance * direction)
        return float(np.sum(claim.upstream * np.asarray(claim.function(moved), dtype=float)))

    centre = float(np.sum(claim.upstream * value.astype(float)))
    steps = [step, step / 2, step / 4]
    right, left = [at(h) for h in steps], [at(-h) for h in steps]
    central = [(after - before) / (2 * h) for after, before, h in zip(right, left, steps, strict=True)]
    rough, fine = ((4 * central[k + 1] - central[k]) / 3 for k in (0, 1))

    size = float(np.sum(np.abs(claim.upstream * value.astype(float))))
    # A function that computes in float32 rounds its input, too.
    rounded_input = float(np.sum(np.abs(claim.gradient * point), dtype=float))
    noise = roundoff * (NOISE * size + rounded_input) / steps[-1]
    bends = [abs(after + before - 2 * centre) / h for after, before, h in zip(right, left, steps, strict=True)]
    scale = max(abs(fine), float(np.linalg.norm(np.asarray(claim.gradient, dtype=float) * direction)))
    has_kink_here = bends[-1] > bends[0] / 2 + 2 * noise
    has_kink_near = abs(fine - rough) > KINK_SHARE * scale + 2 * noise
    if not np.isfinite(fine) or has_kink_here or has_kink_near:
        raise _NotSmoothError
    claim_rounding = ROUNDINGS * roundoff * float(np.sum(np.abs(claim.gradient * direction)))
    return fine, SAFETY * (abs(fine - rough) + noise) + claim_rounding


def _located(claim: GradientClaim, claimed: float, measured: float, tolerance: float) -> PropertyViolated:
    """Find the coordinate with the largest error among the first ones."""
    flat = np.asarray(claim.gradient, dtype=float).ravel()
    slopes = np.full(flat.size, np.nan)
    for index in range(min(flat.size, MOST_COORDINATES)):
        unit = np.zeros(flat.size)
        unit[index] = 1.0
        try:
            slopes[index] = _slope(claim, unit.reshape(claim.at.shape))[0]
        except _NotSmoothError:
            continue
    known = np.isfinite(slopes)
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
    slope, said = slopes[worst], flat[worst]
    ratio = f" (ratio {said / slope:.4g})" if abs(slope) > tolerance and said != 0 else ""
    return PropertyViolated(
        f"{claim.name} does not agree with finite differences: at [{place}] the slope is {slope:.6g}, {claim.name} "
        f"says {said:.6g}{ratio}; tolerance {tolerance:.1e}" + common_factor(flat[known], slopes[known]),
        expected=f"{slope:.6g} at [{place}]",
        got=f"{said:.6g}",
    )
