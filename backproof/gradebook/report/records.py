"""The records of a class, made from one grade at a time: small enough for a page of a thousand learners."""

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

# The outcomes of a learner have one letter for each check; a space if the grade lacks the check.
LETTERS = {"passed": "p", "failed": "f", "error": "e", "timeout": "t", "todo": "o"}
LACKING = " "
# Of each text of a failure; instructors read no more.
MOST_CHARACTERS = 2000


class CheckRecord(msgspec.Struct, frozen=True):
    """A check, the same for all learners."""

    id: str
    module: str
    property: str
    points: float
    hidden: bool


class Mistake(msgspec.Struct, frozen=True):
    """A known mistake; or several that give the same values, so that any of them may be the one."""

    names: tuple[str, ...]
    says: str


class CauseRecord(msgspec.Struct, frozen=True):
    """Why checks failed: the clearest check, its failure, and the other checks; each as its place in a list."""

    check: int
    failure: int
    others: list[int]


class Learner(msgspec.Struct, kw_only=True):
    """A learner's last attempt and grade; without a grade, ``problem`` has the reason and ``score`` is None.

    ``points`` are by module, ``mistakes`` are places in the list of all, ``command`` grades the attempt again.
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
    """The data of a class that a page needs.

    Learners come by score, the best first, then by name, without a grade last. Equal failures are stored once, as JSON.
    """

    checks: list[CheckRecord]
    mistakes: list[Mistake]
    failures: list[msgspec.Raw]
    learners: list[Learner]


def class_records(standings: Iterable[Standing], due: datetime | None) -> ClassRecords:
    """Return the records of a class; grades are not retained.

    Parameters
    ----------
    standings : iterable of Standing
        Iterated once.
    due : datetime, optional
        Later attempts are late; local time without a zone.
    """
    recorder = _Recorder(due)
    learners = [recorder.record(standing) for standing in standings]
    checks = list(recorder.checks.values())
    for learner in learners:
        learner.outcomes = learner.outcomes.ljust(len(checks), LACKING) if learner.score is not None else ""
    learners.sort(key=lambda learner: (learner.score is None, -learner.percent, learner.name.casefold(), learner.name))
    return ClassRecords(checks, list(recorder.mistakes), [msgspec.Raw(text) for text in recorder.failures], learners)


class _Recorder:
    """Collects the data that learners share; the order of the keys is that of the lists."""

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
            problem=legible(standing.reason_not_graded),
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
            CauseRecord(self._place(cause.check), self._failure(cause.check), list(map(self._place, cause.others)))
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

    def _failure(self, check: CheckResult) -> int:
        """Return the place of a failure; its replay line contains the learner's path, so the page makes it."""
        assert check.failure is not None
        names = ("message", "expected", "got", "counterexample")
        texts = {name: cut(getattr(check.failure, name), MOST_CHARACTERS) for name in names}
        failure = msgspec.structs.replace(check.failure, replay="", **texts)
        return self.failures.setdefault(msgspec.json.encode(failure), len(self.failures))


def _mistakes(checks: Iterable[CheckResult]) -> list[Mistake]:
    """Return the known mistakes of a learner; if one check names several and another only one of these, that one."""
    found: dict[frozenset[str], Mistake] = {}
    for check in checks:
        if check.failure is not None and check.failure.diagnosis:
            named = dict(sorted((diagnosis.misconception, diagnosis.says) for diagnosis in check.failure.diagnosis))
            found.setdefault(frozenset(named), Mistake(tuple(named), " or: ".join(named.values())))
    return [mistake for names, mistake in found.items() if not any(others < names for others in found)]


def _command(checks: Sequence[CheckResult], path: str) -> str:
    """Return the command that grades a submission again, made from the replay line of one of its checks.

    Each distinct submission is graded once, so the path in that line may be another learner's.
    """
    failure: Failure | None = next((check.failure for check in checks if check.failure and check.failure.replay), None)
    words = shlex.split(failure.replay) if failure else []
    if words[:2] != ["backproof", "grade"] or "--check" not in words:
        return ""
    check = words.index("--check")
    return shlex.join([*words[:2], path, *words[3:check], *words[check + 2 :]])
