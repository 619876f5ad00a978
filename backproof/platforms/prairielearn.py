"""PrairieLearn: ``/grade/results/results.json``.

Source: PrairieLearn's documentation, "External grading", and ``pl-external-grader-results.py``.

A full score must be exactly 1, which the sum of ten times 0.1 is not. One test without points would disable the points
of all. A document of more than 1 MB is refused, so the failures of a long one are cut.
"""

import json
import math
from collections.abc import Iterator, Sequence

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut, first_that_fits
from backproof.reports.summary import summary_line
from backproof.result import CheckResult, Grade

MOST_BYTES = 1_000_000


def write_grade(grade: Grade) -> str:
    """Return the JSON document."""
    return first_that_fits(_versions(grade), MOST_BYTES)


def _versions(grade: Grade) -> Iterator[str]:
    for length in LENGTHS:
        yield _document(grade, [_test(check, length) for check in grade.checks])
    yield _document(grade, [])


def _document(grade: Grade, tests: list[dict[str, object]]) -> str:
    document = {"score": _score(grade.checks), "message": summary_line(grade.checks), "tests": tests}
    return json.dumps(document, allow_nan=False) + "\n"


def _test(check: CheckResult, length: int) -> dict[str, object]:
    return {
        "name": check.id,
        "description": check.property,
        "points": check.points,
        "max_points": check.max_points,
        "output": cut(failure_text(check), length),
    }


def _score(checks: Sequence[CheckResult]) -> float:
    """Return the share of the points, in [0, 1]; ``fsum`` rounds once, so equal points give exactly 1."""
    worth = math.fsum(check.max_points for check in checks)
    return math.fsum(check.points for check in checks) / worth if worth else 0.0
