"""The end of every report: functions to write, numbers of checks and points, and the failure to fix first."""

from collections.abc import Sequence

from backproof.reports.causes import causes
from backproof.result import DID_NOT_FINISH, CheckResult, counts_of, is_unfinished

OUTCOME_LABELS = {"passed": "passed", "failed": "failed", "error": "raised", "timeout": "timed out", "todo": "to do"}
SYMBOLS = {"passed": "✓", "failed": "✗", "error": "!", "timeout": "⏱", "todo": "·"}


def summary_line(checks: Sequence[CheckResult]) -> str:
    """Return for example ``40 of 52 checks passed, 3 failed, 9 to do: 51.5 of 70 points``."""
    counts = counts_of(checks)
    others = [
        f"{getattr(counts, outcome)} {word}"
        for outcome, word in OUTCOME_LABELS.items()
        if outcome != "passed" and getattr(counts, outcome)
    ]
    score, max_score = (sum(getattr(check, name) for check in checks) for name in ("points", "max_points"))
    found = ", ".join([f"{counts.passed} of {counts.total} checks passed", *others])
    note = f" ({DID_NOT_FINISH})" if is_unfinished(checks) else ""
    return f"{found}: {score:g} of {max_score:g} points{note}"


def missing_functions(checks: Sequence[CheckResult]) -> dict[str, list[str]]:
    """Return the missing functions by module, each once."""
    waiting: dict[str, dict[str, None]] = {}
    for check in checks:
        if check.outcome == "todo" and check.failure is not None:
            waiting.setdefault(check.module, {})[check.failure.expected] = None
    return {module: list(functions) for module, functions in waiting.items()}


def still_to_do(checks: Sequence[CheckResult]) -> list[str]:
    """Return a line for each module in which functions are missing, and one for all modules that are not begun.

    For example ``to do in data: k_fold, minibatches`` and ``not begun: stopping, training``.
    """
    missing, begun = missing_functions(checks), begun_modules(checks)
    lines = [f"to do in {module}: {', '.join(functions)}" for module, functions in missing.items() if module in begun]
    untouched = [module for module in missing if module not in begun]
    return lines + ([f"not begun: {', '.join(untouched)}"] if untouched else [])


def begun_modules(checks: Sequence[CheckResult]) -> set[str]:
    """Return the modules of which a check found its functions; a module that is graded alone is always begun."""
    modules = {check.module for check in checks}
    return modules if len(modules) == 1 else {check.module for check in checks if check.outcome != "todo"}


def fix_first(checks: Sequence[CheckResult]) -> list[str]:
    """Return the lines about the failure to fix first, with its cause; none if nothing failed."""
    found = causes(checks)
    if not found:
        return []
    check, others = found[0].check, len(found[0].others)
    assert check.failure is not None
    more = f" (and {others} more)" if others else ""
    advice = [f"    {label}: {text}" for label in ("hint", "replay") if (text := getattr(check.failure, label))]
    return [f"fix this first: {check.id}{more}", f"    {found[0].reason}", *advice]
