"""The decorator of a check: its points, the source of its property and a hint for a failure."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


def check(
    *, points: float = 1.0, source: str, hint: str, group: str | None = None, hidden: bool = False
) -> Callable[[Test], Test]:
    """Mark a test as a check: the markers ``points``, ``source``, ``hint``, ``group`` and ``hidden``, in one line.

    Parameters
    ----------
    points : float
        The weight among the checks.
    source : str
        The paper or textbook that states the property.
    hint : str
        Advice to the learner.
    group : str, optional
        A group that an assignment can exclude.
    hidden : bool
        Whether learners see only its points.
    """

    def mark(test: Test) -> Test:
        for marker in (pytest.mark.points(points), pytest.mark.source(source), pytest.mark.hint(hint)):
            test = marker(test)
        test = pytest.mark.hidden(test) if hidden else test
        return pytest.mark.group(group)(test) if group else test

    return mark
