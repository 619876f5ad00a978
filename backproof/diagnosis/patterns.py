"""For functions that draw random numbers: which checks each known mistake fails, and with which words.

Somebody else's code draws in another order, so that values say nothing. What can be compared is the pattern: a
mistake is named when it fails the very checks that the submission fails, with the same messages but for the numbers.
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
    """Return what failed, and the message with a # for each number."""
    return {check.id: _words(check.failure.message) for check in checks if check.failure is not None}


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
    """Return the misconceptions with the very pattern that was found, of ``total`` checks.

    None if every check failed, since anybody's nonsense does that, or if too many have this pattern.
    """
    if len(found) == total:
        return []
    named = [name for name, pattern in known.items() if dict(pattern) == dict(found)]
    return named if len(named) <= MOST_NAMED else []


def _words(message: str) -> str:
    """Return a message without what differs from draw to draw."""
    return _NUMBERS.sub("#", _LISTS.sub("[]", message))
