"""The grades of a class, as exports get them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backproof.gradebook import Standing
from backproof.reports.class_records import NOT_YET


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

    def is_late(self, standing: Standing) -> bool | None:
        """Return whether the last attempt was late; None if there is no due time."""
        return None if self.due is None else standing.attempt.submitted_at > self.due


def why_not_graded(standing: Standing) -> str:
    """Return why there is no grade; empty if there is one."""
    return "" if standing.grade is not None else standing.problem or NOT_YET
