"""Turn the outcome of a check in pytest into its result."""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from backproof.assignment import CheckInfo
from backproof.content import content_root
from backproof.plugin.items import LOG, hint_of, is_hidden, property_of
from backproof.problems import NotImportable, Problem, PropertyViolated, WrongSignature
from backproof.reports.failure import failure_text
from backproof.result import DID_NOT_FINISH, CheckResult, Diagnosis, Failure
from backproof.submission import Source
from backproof.testing.pasteable import pasteable

ENGINE = Path(__file__).resolve().parent.parent
# The callers of a check and the toolkit that it calls; in a wheel the checks lie inside of the engine.
AROUND_A_CHECK = (ENGINE / "plugin", ENGINE / "testing", content_root() / "checks")
_UNFINISHED = pytest.StashKey[CheckResult]()


def unfinished_result(item: pytest.Item, check: CheckInfo, points: Mapping[str, float]) -> CheckResult:
    """Return the result that a check has until it has run: the same one in every grade."""
    if _UNFINISHED not in item.stash:
        item.stash[_UNFINISHED] = _new_unfinished_result(item, check, points)
    return item.stash[_UNFINISHED]


def passed_result(unfinished: CheckResult, seconds: float) -> CheckResult:
    """Return the result of a check that passed."""
    return replace(unfinished, outcome="passed", points=unfinished.max_points, seconds=round(seconds, 6), failure=None)


def _new_unfinished_result(item: pytest.Item, check: CheckInfo, points: Mapping[str, float]) -> CheckResult:
    return CheckResult(
        id=check.id,
        module=check.module,
        functions=list(check.functions),
        property=property_of(item),
        outcome="error",
        points=0.0,
        max_points=points.get(check.id, check.points),
        seconds=0.0,
        failure=Failure(DID_NOT_FINISH),
        hidden=is_hidden(item),
    )


def result_of(
    item: pytest.Item,
    unfinished: CheckResult,
    error: BaseException | None,
    *,
    seconds: float,
    source: Source,
    replay: Callable[[], str],
    diagnose: Callable[[], list[Diagnosis]],
) -> CheckResult:
    """Return the result of a check that ended with ``error`` or without.

    ``replay`` returns the command that runs the check alone, and ``diagnose`` the diagnoses if it failed.
    """
    if error is None:
        return passed_result(unfinished, seconds)
    problem = _problem(error)
    failure = Failure(
        message=problem.message,
        expected=problem.expected,
        got=problem.got,
        counterexample=pasteable(item.stash[LOG].calls, source) if problem.outcome != "todo" else "",
        hint=None if isinstance(problem, NotImportable | WrongSignature) else hint_of(item),
        replay=replay(),
        diagnosis=diagnose() if problem.outcome == "failed" else [],
    )
    return replace(unfinished, outcome=problem.outcome, seconds=round(seconds, 6), failure=failure)


def rewrite_report(report: pytest.TestReport, result: CheckResult) -> None:
    """Replace the text of pytest's report by the learner's, and attach the result."""
    report.check_result = result  # type: ignore[attr-defined]
    if result.failure is None:
        return
    if result.outcome == "todo":
        report.outcome = "skipped"
        report.longrepr = (report.location[0], (report.location[1] or 0) + 1, f"to do: {result.failure.message}")
    else:
        report.outcome = "failed"
        report.longrepr = failure_text(result)


def result_in(report: pytest.TestReport | pytest.CollectReport) -> CheckResult | None:
    """Return the result that is attached to a report, if it is the report of a check."""
    return getattr(report, "check_result", None)


def is_grader_fault(excinfo: pytest.ExceptionInfo[BaseException] | None, when: str) -> bool:
    """Return whether an exception is a fault of the grader: it arose in the engine, or in a check's set-up.

    An exception in the body of a check is none: the check's own arithmetic failed on what the submission returned.
    """
    error = excinfo.value if excinfo else None
    if error is None or isinstance(error, Problem | AssertionError | BaseExceptionGroup):
        return False
    if when == "setup":
        return True
    frames = traceback.extract_tb(error.__traceback__)
    ours = [Path(frame.filename) for frame in frames if Path(frame.filename).is_relative_to(ENGINE)]
    return bool(ours) and not any(ours[-1].is_relative_to(place) for place in AROUND_A_CHECK)


def _problem(error: BaseException) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, BaseExceptionGroup):
        # Hypothesis: an example failed, and had another outcome when it was run again.
        inner = _problem(error.exceptions[0])
        inner.message += "\nThe same input does not give the same result each time."
        return inner
    if isinstance(error, AssertionError):
        return PropertyViolated(str(error) or "the property does not hold")
    return PropertyViolated(f"what came back could not be checked: {type(error).__name__}: {error}")
