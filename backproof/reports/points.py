"""Points as some readers want them: for each module, or as whole numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.result import CheckResult


@dataclass(frozen=True)
class ModulePoints:
    """What the checks of a module earned.

    Attributes
    ----------
    module : str
    checks : list of CheckResult
    points, max_points : float
    """

    module: str
    checks: list[CheckResult]
    points: float
    max_points: float


def points_by_module(checks: Sequence[CheckResult]) -> list[ModulePoints]:
    """Sum up the points of each module, in the order in which the modules come."""
    modules = dict.fromkeys(check.module for check in checks)
    return [
        ModulePoints(module, members, *(round(sum(values), 6) for values in zip(*map(_points, members), strict=True)))
        for module in modules
        if (members := [check for check in checks if check.module == module])
    ]


def whole_points(checks: Sequence[CheckResult], scale: int) -> list[tuple[int, int]]:
    """Return the points and the most points of each check, times ``scale``, as whole numbers.

    What rounding takes from one check it gives to the next, so that the most points add up to ``scale`` times the most
    points of the grade, rounded. A check keeps its share of what it could have earned, rounded down: less than all
    never becomes all.
    """
    shares = []
    exact, given = 0.0, 0
    for check in checks:
        exact += check.max_points * scale
        most = round(exact) - given
        given += most
        earned = most if check.points >= check.max_points else math.floor(most * check.points / check.max_points)
        shares.append((earned, most))
    return shares


def as_decimal(number: float) -> str:
    """Return a number as a gradebook reads it: all its digits, and no exponent."""
    return f"{number:.6f}".rstrip("0").removesuffix(".")


def _points(check: CheckResult) -> tuple[float, float]:
    return check.points, check.max_points
