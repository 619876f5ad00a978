"""The result of a grade: what ``--json`` writes and every report is made from.

The fields and their names are fixed (schema ``backproof/grade/v1``): other programs read them.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from backproof.problems import Outcome

Isolation = Literal["confined", "local"]


class Diagnosis(msgspec.Struct, frozen=True):
    """A known misconception that gives the same values as the submission."""

    misconception: str
    says: str


class Failure(msgspec.Struct, frozen=True):
    """Why a check did not pass, and what to do about it."""

    message: str
    expected: str
    got: str
    counterexample: str
    hint: str | None
    replay: str
    diagnosis: list[Diagnosis]


class CheckResult(msgspec.Struct, frozen=True):
    """What became of one check."""

    id: str
    module: str
    functions: list[str]
    property: str
    outcome: Outcome
    points: float
    max_points: float
    seconds: float
    failure: Failure | None


class Counts(msgspec.Struct, frozen=True):
    """How many checks had each outcome."""

    passed: int = 0
    failed: int = 0
    todo: int = 0
    error: int = 0
    timeout: int = 0

    @property
    def total(self) -> int:
        """How many checks there are."""
        return self.passed + self.failed + self.todo + self.error + self.timeout


class GradedSubmission(msgspec.Struct, frozen=True):
    """What was graded."""

    path: str
    sha256: str


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of all checks on one submission."""

    schema: Literal["backproof/grade/v1"] = "backproof/grade/v1"
    suite_version: str
    assignment: str
    seed: int
    isolation: Isolation
    submission: GradedSubmission
    score: float
    max_score: float
    seconds: float
    counts: Counts
    checks: list[CheckResult]

    @property
    def percent(self) -> float:
        """Score as a percentage; a grade of no points at all counts as 0."""
        return 100 * self.score / self.max_score if self.max_score else 0.0


def counts_of(checks: Iterable[CheckResult]) -> Counts:
    """Count the outcomes."""
    found = Counter(str(check.outcome) for check in checks)
    return Counts(**found)


def to_json(grade: Grade) -> bytes:
    """Return the grade as JSON, indented for people who look."""
    return msgspec.json.format(msgspec.json.encode(grade), indent=2) + b"\n"
