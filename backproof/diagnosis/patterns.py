"""The checks that each known mistake in a function with random numbers fails, and their messages.

A submission may draw in another order than the reference, so its values cannot be compared. The pattern can: a
mistake is named if it fails the same checks as the submission, with the same messages except for the numbers.
The patterns lie in ``patterns.json`` beside the misconceptions; ``backproof validate`` writes them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from backproof.contract import FunctionSpec
from backproof.problems import UsageProblem
from backproof.result import CheckResult

FILE = "patterns.json"
# More than these have too little in common with what the submission does.
MOST_NAMED = 3

Pattern = Mapping[str, str]
_NUMBERS = re.compile(r"[-+]?(\d+\.?\d*(e[-+]?\d+)?|inf|nan)")
_LISTS = re.compile(r"\[[^\[\]]*\]")


def draws_random_numbers(spec: FunctionSpec) -> bool:
    """Return whether a function takes a generator."""
    return any(field.type_text == "Generator" for field in spec.parameters)


def pattern_of(checks: Sequence[CheckResult]) -> dict[str, str]:
    """Return the message of each failed check, by its id, with a # for each number."""
    return {check.id: _without_numbers(check.failure.message) for check in checks if check.failure is not None}


def load_patterns(misconceptions: Path) -> dict[str, Pattern]:
    """Return the pattern of each misconception; empty if there is no file.

    Raises
    ------
    UsageProblem
        If the file cannot be read.
    """
    file = misconceptions / FILE
    if not file.is_file():
        return {}
    try:
        patterns: dict[str, Pattern] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageProblem(f"{file} is not valid JSON: {error}; `backproof validate` writes it anew") from error
    return patterns


def matching(found: Pattern, total: int, known: Mapping[str, Pattern]) -> list[str]:
    """Return the misconceptions whose pattern equals the found one, of ``total`` checks.

    None if every check failed, since any wrong code may do that, or if too many have this pattern.
    """
    if len(found) == total:
        return []
    named = [name for name, pattern in known.items() if dict(pattern) == dict(found)]
    return named if len(named) <= MOST_NAMED else []


def _without_numbers(message: str) -> str:
    """Return a message without the numbers and lists, which differ from draw to draw."""
    return _NUMBERS.sub("#", _LISTS.sub("[]", message))
