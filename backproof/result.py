"""The result of a grade, which ``--json`` writes and every report shows.

The fields and their names are fixed (schema ``backproof/grade/v1``): other programs read them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from backproof.problems import Isolation, Outcome

# Control characters but tab and newline, unpaired surrogates, and the two noncharacters: they control a terminal,
# cannot be encoded, or are forbidden in XML.
ILLEGIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# The most characters of a text of a submission; no reader needs more.
LONGEST_TEXT = 10_000
DID_NOT_FINISH = "the grader did not finish"


def legible(text: str) -> str:
    """Return a text in which characters that no report can hold are escaped as in Python."""
    return ILLEGIBLE.sub(lambda found: repr(found[0])[1:-1], text)


class Diagnosis(msgspec.Struct, frozen=True):
    """A known misconception that gives the same values as the submission."""

    misconception: str
    says: str


class Failure(msgspec.Struct, frozen=True):
    """Why a check did not pass, and what to do about it, in legible text."""

    message: str
    expected: str = ""
    got: str = ""
    counterexample: str = ""
    hint: str | None = None
    replay: str = ""
    diagnosis: list[Diagnosis] = []

    def __post_init__(self) -> None:
        for name in ("message", "expected", "got", "counterexample", "replay"):
            text = legible(getattr(self, name))
            if len(text) > LONGEST_TEXT:
                note = f" ... ({len(text)} characters)"
                # Not longer than the limit, or reading it again would cut it again.
                text = text[: LONGEST_TEXT - len(note)] + note
            msgspec.structs.force_setattr(self, name, text)


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of one check; ``hidden`` is in the JSON only if it is true."""

    id: str
    module: str
    functions: list[str]
    property: str
    outcome: Outcome
    points: float
    max_points: float
    seconds: float
    failure: Failure | None
    hidden: bool = False


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
    """The submission that was graded."""

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


def is_unfinished(checks: Iterable[CheckResult]) -> bool:
    """Return whether any check has not run."""
    return any(check.failure is not None and check.failure.message == DID_NOT_FINISH for check in checks)


def with_checks(grade: Grade, checks: Sequence[CheckResult]) -> Grade:
    """Return a grade with other results, and the score and counts of those."""
    return msgspec.structs.replace(
        grade,
        score=round(sum(check.points for check in checks), 6),
        max_score=round(sum(check.max_points for check in checks), 6),
        counts=counts_of(checks),
        checks=list(checks),
    )


def as_shown_to_learners(grade: Grade) -> Grade:
    """Return a grade in which the last check, without a name, replaces all hidden ones.

    Every report and file that a learner may see is made from it; ``--json`` is for the instructor.
    """
    hidden = [check for check in grade.checks if check.hidden]
    if not hidden:
        return grade
    checks = [*(check for check in grade.checks if not check.hidden), _folded(hidden)]
    return msgspec.structs.replace(grade, counts=counts_of(checks), checks=checks)


def _folded(hidden: Sequence[CheckResult]) -> CheckResult:
    has_passed = all(check.outcome == "passed" for check in hidden)
    message = DID_NOT_FINISH if is_unfinished(hidden) else "Not all of the checks that are not shown have passed."
    return CheckResult(
        id="hidden",
        module="hidden",
        functions=[],
        property="Checks that are not shown.",
        outcome="passed" if has_passed else "failed",
        points=round(sum(check.points for check in hidden), 6),
        max_points=round(sum(check.max_points for check in hidden), 6),
        seconds=round(sum(check.seconds for check in hidden), 6),
        failure=None if has_passed else Failure(message),
    )


def to_json(grade: Grade) -> bytes:
    """Return the grade as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(grade), indent=2) + b"\n"
