"""Failures grouped by cause, the one to fix first at the top."""

from collections.abc import Sequence
from dataclasses import dataclass

from backproof.result import CheckResult


@dataclass(frozen=True)
class Cause:
    """One reason why checks failed.

    Attributes
    ----------
    check : CheckResult
        The check that shows the cause best.
    others : list of CheckResult
        Other checks that failed for the same reason.
    """

    check: CheckResult
    others: list[CheckResult]

    @property
    def reason(self) -> str:
        """The reason in one line: the known mistake, or the message."""
        failure = self.check.failure
        if failure is None:
            return ""
        if failure.diagnosis:
            return failure.diagnosis[0].says
        first, *others = failure.message.splitlines()
        # The last line of a traceback is the exception.
        return f"{first} {others[-1].strip()}" if others and self.check.outcome == "error" else first

    @property
    def points(self) -> float:
        """The number of points lost."""
        return sum(check.max_points - check.points for check in (self.check, *self.others))


def causes(checks: Sequence[CheckResult]) -> list[Cause]:
    """Return the causes of failure: those that cost the most points first, and of these known mistakes first.

    Checks have the same cause if the same known mistakes explain them, or else if their messages are equal. The check
    that is shown needs the fewest functions, and of these checks has the shortest counterexample. The entry for hidden
    checks comes last: a learner cannot work on it.
    """
    by_reason: dict[object, list[CheckResult]] = {}
    for check in checks:
        if check.failure is not None and check.outcome != "todo":
            named = tuple(diagnosis.misconception for diagnosis in check.failure.diagnosis)
            by_reason.setdefault(named or check.failure.message, []).append(check)
    found = [_cause(members) for members in by_reason.values()]
    return sorted(found, key=lambda cause: (not cause.check.functions, -cause.points, not _is_named(cause.check)))


def _cause(members: list[CheckResult]) -> Cause:
    check = min(members, key=lambda member: (len(member.functions), len(_counterexample(member))))
    return Cause(check, [member for member in members if member is not check])


def _counterexample(check: CheckResult) -> str:
    return check.failure.counterexample if check.failure is not None else ""


def _is_named(check: CheckResult) -> bool:
    return check.failure is not None and bool(check.failure.diagnosis)
