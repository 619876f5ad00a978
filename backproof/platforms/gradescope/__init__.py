"""Gradescope: ``/autograder/results/results.json``.

Source: gradescope-autograders.readthedocs.io, "Autograder Specifications".

No test has the visibility "hidden": one such test would hide the student's total. Texts are shown verbatim.
"""

import json

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut
from backproof.reports.summary import summary_line
from backproof.result import CheckResult, Grade

UPLOAD = "Upload {folder}.zip under Configure Autograder."
IS_UPLOAD_ZIPPED = True


def write_grade(grade: Grade) -> str:
    """Return the JSON document; ``score`` overrides the sum of the tests, which has rounding errors."""
    document = {
        "score": grade.score,
        "execution_time": grade.seconds,
        "output": summary_line(grade.checks),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "tests": [_test(check) for check in grade.checks],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _test(check: CheckResult) -> dict[str, object]:
    return {
        "name": check.id,
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.outcome == "passed" else "failed",
        "output": cut(failure_text(check), LENGTHS[0]) or check.property,
        "visibility": "visible",
    }
