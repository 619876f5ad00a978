"""The decorator that says what a check is worth, where its property comes from and what to try when it fails."""

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
        What it is worth beside the other checks.
    source : str
        The paper or textbook that states the property.
    hint : str
        What a learner may try.
    group : str, optional
        A group that an assignment can leave out.
    hidden : bool
        Whether learners see nothing of it but its points.
    """

    def mark(test: Test) -> Test:
        for marker in (pytest.mark.points(points), pytest.mark.source(source), pytest.mark.hint(hint)):
            test = marker(test)
        test = pytest.mark.hidden(test) if hidden else test
        return pytest.mark.group(group)(test) if group else test

    return mark
