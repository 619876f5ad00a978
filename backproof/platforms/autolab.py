"""Autolab: the scores are the last line of standard output, the feedback is the line before it.

Source: docs.autolabproject.com, "Guide for Lab Authors" and "Formatted Feedback"; ``parseAutoresult`` in Autolab's
``app/helpers/assessment_autograde_core.rb``.

The assessment must have a problem with the exact name of each module. Autolab's parser puts quotation marks around
every ``word:``, also inside of a string, so the colons in strings are written as ``\\u003a``.
"""

import json

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut
from backproof.reports.points import points_by_module
from backproof.result import CheckResult, Grade

IS_PRINTED = True


def write_grade(grade: Grade) -> str:
    """Return the two lines."""
    modules = points_by_module(grade.checks)
    # The stages are keys beside Autolab's own keys, such as "stages": the prefix avoids conflicts.
    stages = {f"checks of {m.module}": {check.id: _case(check) for check in m.checks} for m in modules}
    feedback = {"_presentation": "semantic", "stages": list(stages), **stages}
    scores = {"scores": {m.module: m.points for m in modules}, "scoreboard": [grade.score]}
    return f"{_line(feedback)}\n{_line(scores)}\n"


def _case(check: CheckResult) -> dict[str, object]:
    if check.outcome == "passed":
        return {"passed": True}
    return {"passed": False, "hint": cut(failure_text(check), LENGTHS[1])}


def _line(value: object) -> str:
    """Return JSON with colons only after keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_line(key)}: {_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_line, value)) + "]"
    return json.dumps(value, allow_nan=False).replace(":", "\\u003a")
