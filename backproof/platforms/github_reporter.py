"""The reporter of GitHub Classroom: base64 of a JSON document, for the variable ``<STEP-ID>_RESULTS``.

Source: classroom-resources/autograding-grading-reporter, ``src/main.js`` and ``src/notify-classroom.js``. A step
outputs the line, and the reporter's step gets it in its environment::

    echo "result=$(cat FILE)" >> "$GITHUB_OUTPUT"

The reporter adds up: ``max_score`` must be a number (a string gives "010"), every test needs a score (without one the
sum is null), and there must be tests (none gives NaN). It adds floating-point numbers, so each score is a multiple of
1/1024: those add up exactly. Linux refuses a variable of 128 KiB, so the failures of a long grade are cut, then the
tests are those of modules, and then there is one test.
"""

import base64
import json
from collections.abc import Iterator, Sequence

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut, first_that_fits
from backproof.reports.points import points_by_module, whole_points
from backproof.result import CheckResult, Grade

STATUS = {"passed": "pass", "failed": "fail", "todo": "fail", "error": "error", "timeout": "error"}
SCALE = 1024
# The name of the variable and the end of the string count too.
MOST_BYTES = 128 * 1024 - 256


def write_grade(grade: Grade) -> str:
    """Return one line of base64."""
    return first_that_fits((_encoded(grade, tests) for tests in _test_lists(grade)), MOST_BYTES)


def _test_lists(grade: Grade) -> Iterator[list[dict[str, object]]]:
    scores = [earned / SCALE for earned, _ in whole_points(grade.checks, SCALE)]
    for length in LENGTHS:
        yield [_check_test(check, score, length) for check, score in zip(grade.checks, scores, strict=True)]
    score_of = {check.id: score for check, score in zip(grade.checks, scores, strict=True)}
    for length in LENGTHS:
        yield [
            _module_test(module.module, module.checks, sum(score_of[check.id] for check in module.checks), length)
            for module in points_by_module(grade.checks)
        ]
    yield [_module_test(grade.assignment, grade.checks, sum(scores), LENGTHS[1])]


def _encoded(grade: Grade, tests: list[dict[str, object]]) -> str:
    document = {
        "version": 3,
        "status": _status(grade.checks),
        "max_score": sum(most for _, most in whole_points(grade.checks, SCALE)) / SCALE,
        "tests": tests or [_module_test(grade.assignment, [], 0.0, 0)],
    }
    return base64.b64encode(json.dumps(document, allow_nan=False).encode()).decode() + "\n"


def _check_test(check: CheckResult, score: float, length: int) -> dict[str, object]:
    return _test(check.id, STATUS[check.outcome], cut(failure_text(check), length), check.seconds, score)


def _module_test(module: str, checks: Sequence[CheckResult], score: float, length: int) -> dict[str, object]:
    failures = "\n\n".join(f"{check.id}\n{failure_text(check)}" for check in checks if check.failure is not None)
    seconds = round(sum(check.seconds for check in checks), 6)
    return _test(module, _status(checks), cut(failures, length), seconds, score)


def _test(name: str, status: str, message: str, seconds: float, score: float) -> dict[str, object]:
    return {
        "name": name,
        "status": status,
        "message": message,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": seconds,
        "score": score,
        "output": "",
    }


def _status(checks: Sequence[CheckResult]) -> str:
    found = {STATUS[check.outcome] for check in checks}
    return next((status for status in ("fail", "error") if status in found), "pass")
