"""Run the checks of an assignment on submissions, and make the grades."""

import gc
import os
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from msgspec.structs import replace

from backproof.assignment import PLAIN_GROUP, Assignment
from backproof.contract import Contract
from backproof.loading import ungraded
from backproof.plugin.hooks import ChecksPlugin
from backproof.plugin.outcomes import result_in
from backproof.plugin.run_state import RunState
from backproof.problems import GraderFault, UsageProblem
from backproof.result import CheckResult, Grade, with_checks
from backproof.submission import Submission
from backproof.testing.plots import Curve, Image

# Environment variables that would change a grade.
IGNORED_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
SETTINGS = Path(__file__).with_name("runner.ini")

Result = TypeVar("Result")


class Progress(Protocol):
    """A listener for the progress of a run."""

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Receive the checks that will run, each as the result that it has until then."""

    def finished(self, result: CheckResult) -> None:
        """Receive the result of one check."""


@dataclass(frozen=True)
class Run:
    """A grade, with the plots and levels that are not part of it.

    Attributes
    ----------
    plots : dict
        The curves and images that each check recorded, by its id.
    levels : dict
        The false-alarm level of the statistical tests of each check, by its id.
    """

    grade: Grade
    plots: dict[str, list[Curve | Image]]
    levels: dict[str, float]


class Grader:
    """The checks of one assignment, collected once, to grade one submission after the other.

    Only :func:`grading` creates one, since it needs a running pytest.
    """

    def __init__(self, state: RunState, items: Sequence[pytest.Item]) -> None:
        self.assignment = state.assignment
        self.contract = state.contract
        self._state = state
        self._items = items
        self._progress: Sequence[Progress] = ()
        self._problems: list[str] = []

    def checks(self) -> list[CheckResult]:
        """Return the checks, each as the result that it has before it has run."""
        return self._state.unfinished(self._items)

    def property_checks(self, function: str) -> list[str]:
        """Return the ids of the checks of a function's own properties."""
        checks = [self._state.info(item) for item in self._items]
        return [check.id for check in checks if function in check.functions and check.group == PLAIN_GROUP]

    def grade(
        self,
        submission: Submission,
        *,
        seed: int,
        only: Iterable[str] = (),
        progress: Sequence[Progress] = (),
        is_stopped_by_failure: bool = False,
    ) -> Run:
        """Run the checks and return the grade.

        Parameters
        ----------
        submission : Submission
        seed : int
            Every check draws from a stream of its own, made from this seed and the check's id.
        only : iterable of str
            Ids of the checks to run; all if empty.
        progress : sequence of Progress
        is_stopped_by_failure : bool
            Whether to stop at the first check that does not pass.

        Raises
        ------
        UsageProblem
            If ``only`` names a check that does not exist.
        GraderFault
            If a check cannot be run.
        """
        begin = time.perf_counter()
        items = self._state.begin_grade(submission, seed, self._items, only)
        self._progress, self._problems = progress, []
        unfinished = self._state.unfinished(items)
        for listener in progress:
            listener.started(unfinished)
        for item, next_item in zip_longest(items, items[1:]):
            self._run(item, next_item)
            if is_stopped_by_failure and self._state.has_failure:
                # The module was left set up for the next check, which will not run.
                item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
                break
        if self._problems:
            raise GraderFault("\n".join(self._problems))
        made = with_checks(ungraded(submission, self.assignment, seed=seed), self._state.finished_results())
        return Run(replace(made, seconds=round(time.perf_counter() - begin, 3)), self._state.plots, self._state.levels)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Report the progress, and note faults of the grader."""
        result = result_in(report)
        if result is None and report.failed:
            self._problems.append(f"{report.nodeid}: {_error_line(report.longreprtext)}")
        elif result is not None:
            self._report(result)

    def _run(self, item: pytest.Item, next_item: pytest.Item | None) -> None:
        """Run a check, unless its result is known."""
        known = self._state.result_of_same_replies(item)
        if known is None:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=next_item)
            return
        if next_item is None or next_item.parent is not item.parent:
            # Nothing was set up for this check, but fixtures of an earlier one may end before the next.
            item.ihook.pytest_runtest_teardown(item=item, nextitem=next_item)
        self._report(known)

    def _report(self, result: CheckResult) -> None:
        for listener in self._progress:
            listener.finished(result)


def grading(
    assignment: Assignment, contract: Contract, work: Callable[[Grader], Result], *, plugins: Iterable[object] = ()
) -> Result:
    """Collect the checks of an assignment, call ``work`` with the grader, and return its result.

    ``plugins`` are further plugins of pytest.

    Raises
    ------
    UsageProblem
        If the assignment names something that does not exist, or selects no check.
    GraderFault
        If a check file cannot be collected, or pytest breaks down.
    """
    checks = assignment.folder("checks")
    plugin = ChecksPlugin(assignment, contract, is_whole=True)
    files = plugin.state.first_check_files()
    if not files:
        raise UsageProblem(f"assignment {assignment.name}: no test_*.py in {checks}")
    session = _Session(plugin, work)
    arguments = ["-c", str(SETTINGS), "--rootdir", str(checks), *files]
    with _without_outer_pytest():
        exit_code = pytest.main(arguments, plugins=[plugin, session, *plugins])
    if plugin.usage_problem is not None:
        raise plugin.usage_problem
    if session.error is not None:
        raise session.error
    if session.problems:
        raise GraderFault("\n".join(session.problems))
    if exit_code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    result: Result = session.result[0]
    return result


def grade(
    submission: Submission,
    assignment: Assignment,
    contract: Contract,
    *,
    seed: int,
    only: Iterable[str] = (),
    progress: Sequence[Progress] = (),
) -> Run:
    """Grade one submission.

    Raises
    ------
    UsageProblem
        If the assignment or ``only`` names something that does not exist, or nothing is left to grade.
    GraderFault
        If a check file cannot be collected, or pytest breaks down.
    """
    begin = time.perf_counter()
    run = grading(
        assignment, contract, lambda grader: grader.grade(submission, seed=seed, only=only, progress=progress)
    )
    return Run(replace(run.grade, seconds=round(time.perf_counter() - begin, 3)), run.plots, run.levels)


class _Session:
    """Runs the work in place of pytest's own loop over the checks."""

    def __init__(self, plugin: ChecksPlugin, work: Callable[[Grader], Any]) -> None:
        self.problems: list[str] = []
        self.error: BaseException | None = None
        self.result: list[Any] = []
        self._plugin = plugin
        self._work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.problems:
            return True
        if not session.items:
            self.error = UsageProblem(f"assignment {self._plugin.state.assignment.name} selects no check")
            return True
        # Without a conftest.py all items have the same hooks, which pytest would look up nine thousand times a grade.
        session.gethookproxy = lambda fspath: session.config.hook  # type: ignore[method-assign]  # noqa: ARG005
        # Loaded modules stay: garbage collection of them would take a twentieth of a grade.
        gc.freeze()
        grader = Grader(self._plugin.state, session.items)
        session.config.pluginmanager.register(grader)
        try:
            self.result.append(self._work(grader))
        except BaseException as error:  # noqa: BLE001 - raised again after pytest has ended
            self.error = error
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        self.problems.append(str(excrepr))


def _error_line(traceback: str) -> str:
    """Return the line that pytest marks as the error."""
    marked = [line[1:].strip() for line in traceback.splitlines() if line.startswith("E ")]
    return marked[0] if marked else traceback.strip().partition("\n")[0]


@contextmanager
def _without_outer_pytest() -> Generator[None, None, None]:
    """Hide the environment variables of an outer pytest from this one."""
    kept = {name: os.environ.pop(name) for name in IGNORED_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
