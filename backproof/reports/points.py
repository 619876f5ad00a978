"""Points by module, as whole numbers, and as decimals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.result import CheckResult


@dataclass(frozen=True)
class ModulePoints:
    """The points of a module."""

    module: str
    checks: list[CheckResult]
    points: float
    max_points: float


def points_by_module(checks: Sequence[CheckResult]) -> list[ModulePoints]:
    """Return the sum of the points of each module, in the order of the modules."""
    modules = dict.fromkeys(check.module for check in checks)
    return [
        ModulePoints(module, members, *(round(sum(values), 6) for values in zip(*map(_points, members), strict=True)))
        for module in modules
        if (members := [check for check in checks if check.module == module])
    ]


def whole_points(checks: Sequence[CheckResult], scale: int) -> list[tuple[int, int]]:
    """Return the points and the most points of each check, times ``scale``, as whole numbers.

    Rounding errors are carried over to the next check, so that the most points add up to ``scale`` times the most
    points of the grade, rounded. The earned share of a check is rounded down: less than all points never become all.
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
    """Return a number for a gradebook: up to six decimals, and no exponent."""
    return f"{number:.6f}".rstrip("0").removesuffix(".")


def _points(check: CheckResult) -> tuple[float, float]:
    return check.points, check.max_points
