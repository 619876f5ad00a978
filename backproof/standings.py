"""Where a class stands: plain records of what was handed in and how it was graded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backproof.result import Grade

NOT_YET = "not graded yet"


@dataclass(frozen=True)
class Suite:
    """What submissions are graded with.

    Attributes
    ----------
    version : str
        Of the suite.
    assignment : str
        Its name.
    assignment_sha256 : str
        A digest of its settings, checks and template.
    """

    version: str
    assignment: str
    assignment_sha256: str


@dataclass(frozen=True)
class Attempt:
    """What a learner handed in.

    Attributes
    ----------
    learner : str
    submitted_at : datetime
        When the newest of its files was last changed.
    path : str
    sha256 : str
        A digest of its files; empty if they cannot be read.
    problem : str
        Why they cannot be read.
    """

    learner: str
    submitted_at: datetime
    path: str
    sha256: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a learner stands: the last attempt, and what came of it.

    Attributes
    ----------
    attempt : Attempt
    attempts : int
        How many there were.
    grade : Grade or None
        None if it could not be graded, or has not been yet.
    problem : str
        Why it could not be graded.
    """

    attempt: Attempt
    attempts: int
    grade: Grade | None
    problem: str

    @property
    def why_not_graded(self) -> str:
        """Why there is no grade; empty if there is one."""
        return "" if self.grade is not None else self.problem or NOT_YET

    def is_late(self, due: datetime | None) -> bool | None:
        """Return whether the attempt came later; None if nothing is due. A time without a zone is local."""
        return None if due is None else self.attempt.submitted_at.astimezone() > due.astimezone()


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
