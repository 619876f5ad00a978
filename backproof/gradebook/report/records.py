"""A class as records, made of one grade at a time: small enough for a page that holds a thousand learners."""

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from backproof.reports.causes import causes
from backproof.reports.limits import cut
from backproof.reports.points import points_by_module
from backproof.reports.summary import still_to_do
from backproof.result import DID_NOT_FINISH, CheckResult, Failure, Grade, is_unfinished, legible
from backproof.standings import Standing

# The outcomes of a learner are one letter a check; a space where a grade lacks the check.
LETTERS = {"passed": "p", "failed": "f", "error": "e", "timeout": "t", "todo": "o"}
LACKING = " "
# Of each text of a failure as much as an instructor reads.
MOST_CHARACTERS = 2000


class CheckRecord(msgspec.Struct, frozen=True):
    """A check, the same for all learners."""

    id: str
    module: str
    property: str
    points: float
    hidden: bool


class Mistake(msgspec.Struct, frozen=True):
    """A known mistake; or several, of which the values tell no more than that it is one of them."""

    names: tuple[str, ...]
    says: str


class CauseRecord(msgspec.Struct, frozen=True):
    """Why checks failed: the check that shows it best, what it said, and the others; each as its place in a list."""

    check: int
    failure: int
    others: list[int]


class Learner(msgspec.Struct, kw_only=True):
    """Where a learner stands; without a ``score`` if there is a ``problem`` instead.

    ``points`` are those of each module, ``mistakes`` places in the list of all, ``command`` what grades the last
    attempt again.
    """

    name: str
    path: str
    attempts: int
    submitted: str
    late: bool
    problem: str
    score: float | None = None
    most: float = 0.0
    percent: float = 0.0
    seconds: float = 0.0
    note: str = ""
    outcomes: str = ""
    points: dict[str, tuple[float, float]] = {}
    causes: list[CauseRecord] = []
    mistakes: list[int] = []
    todo: list[str] = []
    command: str = ""


class ClassRecords(msgspec.Struct):
    """What a page needs of a class.

    The learners come by score, the best first, then by name; last those who could not be graded. What failed with the
    same words is kept once, as JSON.
    """

    checks: list[CheckRecord]
    mistakes: list[Mistake]
    failures: list[msgspec.Raw]
    learners: list[Learner]


def class_records(standings: Iterable[Standing], due: datetime | None) -> ClassRecords:
    """Return the records of a class; no grade is kept.

    Parameters
    ----------
    standings : iterable of Standing
        Each is looked at once.
    due : datetime, optional
        What was handed in later is late; local time unless it says otherwise.
    """
    recorder = _Recorder(due)
    learners = [recorder.record(standing) for standing in standings]
    checks = list(recorder.checks.values())
    for learner in learners:
        learner.outcomes = learner.outcomes.ljust(len(checks), LACKING) if learner.score is not None else ""
    learners.sort(key=lambda learner: (learner.score is None, -learner.percent, learner.name.casefold(), learner.name))
    return ClassRecords(checks, list(recorder.mistakes), [msgspec.Raw(text) for text in recorder.failures], learners)


class _Recorder:
    """Keeps what learners have in common: in the order of the keys, which is that of the lists."""

    def __init__(self, due: datetime | None) -> None:
        self._due = due
        self.checks: dict[str, CheckRecord] = {}
        self.mistakes: dict[Mistake, int] = {}
        self.failures: dict[bytes, int] = {}
        self._places: dict[str, int] = {}

    def record(self, standing: Standing) -> Learner:
        """Return the record of a learner."""
        attempt, grade = standing.attempt, standing.grade
        learner = Learner(
            name=legible(attempt.learner),
            path=legible(attempt.path),
            attempts=standing.attempts,
            submitted=f"{attempt.submitted_at.astimezone():%Y-%m-%d %H:%M}",
            late=bool(standing.is_late(self._due)),
            problem=legible(standing.why_not_graded),
        )
        if grade is not None:
            self._add_grade(learner, grade)
        return learner

    def _add_grade(self, learner: Learner, grade: Grade) -> None:
        for check in grade.checks:
            self._place(check)
        letters = {check.id: LETTERS[check.outcome] for check in grade.checks}
        learner.score, learner.most, learner.percent = grade.score, grade.max_score, grade.percent
        learner.seconds = grade.seconds
        learner.note = DID_NOT_FINISH if is_unfinished(grade.checks) else ""
        learner.outcomes = "".join(letters.get(name, LACKING) for name in self.checks)
        learner.points = {topic.module: (topic.points, topic.max_points) for topic in points_by_module(grade.checks)}
        learner.causes = [
            CauseRecord(
                self._place(cause.check), self._said(cause.check), [self._place(other) for other in cause.others]
            )
            for cause in causes(grade.checks)
        ]
        learner.mistakes = [self.mistakes.setdefault(made, len(self.mistakes)) for made in _mistakes(grade.checks)]
        learner.todo = still_to_do(grade.checks)
        learner.command = _command(grade.checks, learner.path)

    def _place(self, check: CheckResult) -> int:
        if check.id not in self._places:
            self._places[check.id] = len(self._places)
            self.checks[check.id] = CheckRecord(check.id, check.module, check.property, check.max_points, check.hidden)
        return self._places[check.id]

    def _said(self, check: CheckResult) -> int:
        """Return the place of what a check said; the command for it has the learner's path, and is made by the page."""
        assert check.failure is not None
        texts = {
            name: cut(getattr(check.failure, name), MOST_CHARACTERS)
            for name in ("message", "expected", "got", "counterexample")
        }
        failure = msgspec.structs.replace(check.failure, replay="", **texts)
        return self.failures.setdefault(msgspec.json.encode(failure), len(self.failures))


def _mistakes(checks: Iterable[CheckResult]) -> list[Mistake]:
    """Return the known mistakes of a learner: where one check leaves two open and another names one, that one."""
    found: dict[frozenset[str], Mistake] = {}
    for check in checks:
        if check.failure is not None and check.failure.diagnosis:
            named = dict(sorted((diagnosis.misconception, diagnosis.says) for diagnosis in check.failure.diagnosis))
            found.setdefault(frozenset(named), Mistake(tuple(named), " or: ".join(named.values())))
    return [mistake for names, mistake in found.items() if not any(others < names for others in found)]


def _command(checks: Sequence[CheckResult], path: str) -> str:
    """Return the command that grades a submission again, made of the one that runs a check of it.

    The same text is graded once, whoever handed it in: the path in the command may be another learner's.
    """
    failure: Failure | None = next((check.failure for check in checks if check.failure and check.failure.replay), None)
    words = shlex.split(failure.replay) if failure else []
    if words[:2] != ["backproof", "grade"] or "--check" not in words:
        return ""
    check = words.index("--check")
    return shlex.join([*words[:2], path, *words[3:check], *words[check + 2 :]])
