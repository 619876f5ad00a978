"""The standings of a class: plain records of attempts and grades."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backproof.result import Grade

NOT_GRADED_YET = "not graded yet"


@dataclass(frozen=True)
class Suite:
    """The checks and the assignment that submissions are graded with.

    Attributes
    ----------
    version : str
        Of backproof.
    assignment : str
        Its name.
    assignment_sha256 : str
        A digest of its settings, checks, template and misconceptions.
    """

    version: str
    assignment: str
    assignment_sha256: str


@dataclass(frozen=True)
class Attempt:
    """One submission of a learner.

    Attributes
    ----------
    submitted_at : datetime
        The modification time of its newest Python file or notebook, or of its archive.
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
    """The last attempt of a learner, and its grade.

    Attributes
    ----------
    attempts : int
        The number of attempts.
    grade : Grade or None
        None if the attempt could not be graded, or is not graded yet.
    problem : str
        Why it could not be graded.
    """

    attempt: Attempt
    attempts: int
    grade: Grade | None
    problem: str

    @property
    def reason_not_graded(self) -> str:
        """The reason why there is no grade; empty if there is one."""
        return "" if self.grade is not None else self.problem or NOT_GRADED_YET

    def is_late(self, due: datetime | None) -> bool | None:
        """Return whether the attempt is later than ``due``; None without it. A time without a zone is local."""
        return None if due is None else self.attempt.submitted_at.astimezone() > due.astimezone()


@dataclass(frozen=True)
class ClassGrades:
    """The standings of a class in one assignment.

    Attributes
    ----------
    assignment : str
        Its name.
    standings : iterable of Standing
        Iterated once: one grade is in memory at a time.
    due : datetime, optional
        With a time zone. Later attempts are late.
    """

    assignment: str
    standings: Iterable[Standing]
    due: datetime | None = None
