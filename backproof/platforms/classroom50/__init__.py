"""Classroom 50: ``./result.json``, schema ``classroom50/result/v1``.

Source: foundation50/classroom50, ``schemas/result-v1.schema.json``, and ``validate_result`` in
``cli/gh-teacher/skeleton/dotgithub/scripts/runner.py``.

Its points are whole numbers: if ours are not, all are multiplied by a hundred. The runner sets the environment
variables, and replaces ``owner`` and ``assignment_type`` by its own values. No other key may be at the top level.
"""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from backproof.problems import UsageProblem
from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut
from backproof.reports.points import whole_points
from backproof.result import CheckResult, Grade

VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
UPLOAD = "Put the files into CLASSROOM/autograders/ASSIGNMENT/ of your classroom50 repository."
TAG = "submit/"
SCALE = 100


def write_grade(grade: Grade) -> str:
    """Return the JSON document.

    Raises
    ------
    UsageProblem
        If an environment variable of the runner is missing.
    """
    shares = whole_points(grade.checks, _scale(grade.checks))
    document = {
        "schema": "classroom50/result/v1",
        **_identity(),
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(earned for earned, _ in shares),
        "max-score": sum(most for _, most in shares),
        "tests": [
            {
                "test-name": check.id,
                "passed": check.outcome == "passed",
                "score": earned,
                "max-score": most,
                "output": cut(failure_text(check), LENGTHS[0]),
            }
            for check, (earned, most) in zip(grade.checks, shares, strict=True)
        ],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _identity() -> dict[str, str]:
    """Return the runner's facts about the submission."""
    for variable in VARIABLES.values():
        if not os.environ.get(variable):
            raise UsageProblem(f"classroom50: the environment variable {variable} is missing; its runner sets it")
    identity = {key: os.environ[variable] for key, variable in VARIABLES.items()}
    if not identity["submission"].startswith(TAG):
        raise UsageProblem(f"classroom50: SUBMISSION_TAG must begin with {TAG}, not {identity['submission']!r}")
    owner = os.environ.get("OWNER") or os.environ.get("USERNAME")
    if owner:
        identity["owner"] = owner
    return {**identity, "assignment_type": os.environ.get("ASSIGNMENT_TYPE") or "individual"}


def _scale(checks: Sequence[CheckResult]) -> int:
    is_whole = all(float(number).is_integer() for check in checks for number in (check.points, check.max_points))
    return 1 if is_whole else SCALE
