"""The grades of a class, as exports get them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backproof.gradebook import Standing


@dataclass(frozen=True)
class ClassGrades:
    """Where a class stands with an assignment.

    Attributes
    ----------
    assignment : str
        Its name.
    standings : iterable of Standing
        Read once: one grade is in memory at a time.
    due : datetime, optional
        With a time zone. What came later is late.
    """

    assignment: str
    standings: Iterable[Standing]
    due: datetime | None = None
