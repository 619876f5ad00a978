"""The figures of a class: scores, failed checks, and mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backproof.gradebook.report.records import LETTERS, CheckRecord, ClassRecords, Learner, Mistake
from backproof.result import Counts


@dataclass(frozen=True)
class CheckFigures:
    """The number of learners with each outcome in a check; ``place`` is its place in the records."""

    place: int
    check: CheckRecord
    counts: Counts

    @property
    def failed(self) -> int:
        """The number of learners who tried it and did not pass."""
        return self.counts.total - self.counts.passed - self.counts.todo


@dataclass(frozen=True)
class Topic:
    """The checks of a module, the sum of their outcomes, and the mean share of its points in percent."""

    module: str
    checks: list[CheckFigures]
    counts: Counts
    percent: float


@dataclass(frozen=True)
class MistakeFigures:
    """The learners who made a mistake; ``place`` is its place in the records."""

    place: int
    mistake: Mistake
    learners: list[Learner]


@dataclass(frozen=True)
class ClassFigures:
    """The figures of a class; ``quartiles`` are those of the points, the median included; empty without a grade."""

    graded: list[Learner]
    problems: list[Learner]
    late: int
    quartiles: tuple[float, ...]
    most: float
    seconds: float
    topics: list[Topic]
    failed: list[CheckFigures]
    mistakes: list[MistakeFigures]


def class_figures(records: ClassRecords) -> ClassFigures:
    """Return the figures; failed checks and mistakes come by the number of learners, the most frequent first."""
    graded = [learner for learner in records.learners if learner.score is not None]
    scores = [learner.score for learner in graded if learner.score is not None]
    checks = _checks(records, graded)
    return ClassFigures(
        graded=graded,
        problems=[learner for learner in records.learners if learner.score is None],
        late=sum(learner.late for learner in records.learners),
        quartiles=tuple(np.quantile(scores, (0.25, 0.5, 0.75)).tolist()) if scores else (),
        most=max((learner.most for learner in graded), default=0.0),
        seconds=sum(learner.seconds for learner in graded),
        topics=_topics(checks, graded),
        failed=sorted((check for check in checks if check.failed), key=lambda check: -check.failed),
        mistakes=_mistakes(records, graded),
    )


def outcomes(graded: Sequence[Learner]) -> np.ndarray:
    """Return the letters of the outcomes, of shape (learners, checks)."""
    letters = "".join(learner.outcomes for learner in graded).encode("ascii")
    return np.frombuffer(letters, dtype="S1").reshape(len(graded), -1)


def _checks(records: ClassRecords, graded: Sequence[Learner]) -> list[CheckFigures]:
    if not records.checks:
        return []
    table = outcomes(graded)
    counts = {outcome: (table == letter.encode()).sum(axis=0).tolist() for outcome, letter in LETTERS.items()}
    return [
        CheckFigures(place, check, Counts(**{outcome: counts[outcome][place] for outcome in counts}))
        for place, check in enumerate(records.checks)
    ]


def _topics(checks: Sequence[CheckFigures], graded: Sequence[Learner]) -> list[Topic]:
    by_module: dict[str, list[CheckFigures]] = {}
    for check in checks:
        by_module.setdefault(check.check.module, []).append(check)
    return [
        Topic(module, members, _sum([check.counts for check in members]), _percent_of(module, graded))
        for module, members in by_module.items()
    ]


def _sum(counts: Sequence[Counts]) -> Counts:
    return Counts(**{outcome: sum(getattr(count, outcome) for count in counts) for outcome in LETTERS})


def _percent_of(module: str, graded: Sequence[Learner]) -> float:
    """Return the mean share of the points of a module; a module without points counts as 0."""
    earned = (learner.points.get(module, (0, 0)) for learner in graded)
    return 100 * float(np.mean([points / most if most else 0.0 for points, most in earned]))


def _mistakes(records: ClassRecords, graded: Sequence[Learner]) -> list[MistakeFigures]:
    made_by: list[list[Learner]] = [[] for _ in records.mistakes]
    for learner in sorted(graded, key=lambda learner: learner.name.casefold()):
        for place in learner.mistakes:
            made_by[place].append(learner)
    found = [MistakeFigures(place, mistake, made_by[place]) for place, mistake in enumerate(records.mistakes)]
    return sorted(found, key=lambda mistake: -len(mistake.learners))
