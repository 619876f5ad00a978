"""The last line of every report: how many checks there were, and what they were worth."""

from collections.abc import Iterator, Sequence

from backproof.result import DID_NOT_FINISH, CheckResult, counts_of, is_unfinished

WORDS = {"passed": "passed", "failed": "failed", "error": "raised", "timeout": "timed out", "todo": "to do"}
SYMBOLS = {"passed": "✓", "failed": "✗", "error": "!", "timeout": "⏱", "todo": "·"}


def summary_line(checks: Sequence[CheckResult]) -> str:
    """Return for example ``40 of 52 checks passed, 3 failed, 9 to do: 51.5 of 70 points``."""
    counts = counts_of(checks)
    others = [
        f"{getattr(counts, outcome)} {word}"
        for outcome, word in WORDS.items()
        if outcome != "passed" and getattr(counts, outcome)
    ]
    score, max_score = (sum(getattr(check, name) for check in checks) for name in ("points", "max_points"))
    found = ", ".join([f"{counts.passed} of {counts.total} checks passed", *others])
    note = f" ({DID_NOT_FINISH})" if is_unfinished(checks) else ""
    return f"{found}: {score:g} of {max_score:g} points{note}"


def still_to_do(checks: Sequence[CheckResult]) -> list[str]:
    """Return a line for each module: the functions that its checks wait for, each once."""
    waiting: dict[str, dict[str, None]] = {}
    for check in checks:
        if check.outcome == "todo" and check.failure is not None:
            waiting.setdefault(check.module, {})[check.failure.expected] = None
    return [f"{module}: {', '.join(functions)}" for module, functions in waiting.items()]


def distinct_failures(checks: Sequence[CheckResult]) -> Iterator[tuple[CheckResult, list[CheckResult]]]:
    """Yield each failure once, with the other checks that failed for the very same reason."""
    failed = [check for check in checks if check.outcome not in ("passed", "todo")]
    by_message: dict[str, list[CheckResult]] = {}
    for check in failed:
        by_message.setdefault(check.failure.message if check.failure else "", []).append(check)
    for first, *others in by_message.values():
        yield first, others
