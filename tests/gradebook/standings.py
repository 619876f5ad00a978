"""Standings made by hand, for the tests of the page of a class."""

import gzip
import json
import random
from base64 import b64decode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from backproof.problems import Outcome
from backproof.result import CheckResult, Diagnosis
from backproof.standings import Attempt, Standing
from tests.platforms.grades import checked, graded

DUE = datetime(2026, 10, 1, 12, tzinfo=UTC)
TWICE = Diagnosis("dropout_divides_twice", "kept entries are divided by keep_prob twice")
MEAN = Diagnosis("bias_gradient_is_the_mean", "dbias is the mean over the samples, not the sum")


def standing(
    name: str, *checks: CheckResult, problem: str = "", attempts: int = 1, hours: float = -1.0, seconds: float = 1.5
) -> Standing:
    """Return a learner's standing, ``hours`` after the due time; graded unless there is a problem."""
    attempt = Attempt(name, DUE + timedelta(hours=hours), f"/submissions/{name}", sha256=name)
    grade = None if problem else replace(graded(*checks, path=attempt.path), seconds=seconds)
    return Standing(attempt, attempts, grade, problem)


def mistaken(name: str, *diagnoses: Diagnosis, outcome: Outcome = "failed", **settings: Any) -> CheckResult:
    """Return a check that failed because of one of these known mistakes."""
    check = checked(name, outcome, **settings)
    assert check.failure is not None
    return replace(check, failure=replace(check.failure, diagnosis=list(diagnoses)))


def small_class() -> list[Standing]:
    """Return four learners: one with all points, two with a mistake, and one without a grade."""
    passed = [checked("layers/test_a"), checked("layers/test_b"), checked("losses/test_c", hidden=True)]
    twice = mistaken("layers/test_a", TWICE, message="dropout: ratio 2")
    hidden = mistaken("losses/test_c", MEAN, message="dbias: ratio 0.5", hidden=True)
    return [
        standing("ada", *passed, attempts=3),
        standing("bob", twice, *passed[1:]),
        standing("eve", twice, checked("layers/test_b"), hidden, hours=2.0, seconds=9.0),
        standing("mallory", problem="losses.py line 3: SyntaxError: invalid syntax"),
    ]


def large_class(learners: int = 1000, checks: int = 700) -> Iterator[Standing]:
    """Yield learners, each with failed checks and distinct messages."""
    passed = [checked(f"module_{number % 17}/test_{number}") for number in range(checks)]
    passed.sort(key=lambda check: check.module)
    mistakes = [Diagnosis(f"mistake_{number}", f"mistake number {number} was made") for number in range(40)]
    drawn = random.Random(0)
    for number in range(learners):
        made: Sequence[CheckResult] = passed.copy()
        for place in drawn.sample(range(checks), 20):
            made[place] = mistaken(passed[place].id, mistakes[place % 40], message=f"off by {drawn.random()}")
        yield standing(f"learner {number}", *made, seconds=drawn.random())


def records_in(page: str) -> Any:
    """Return the records that a page contains for its script."""
    packed = page.partition('id="records">')[2].partition("<")[0]
    return json.loads(gzip.decompress(b64decode(packed)))
