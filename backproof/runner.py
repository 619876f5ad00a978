"""Run the checks of an assignment on a submission, in this process, and make the grade."""

import os
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace

from backproof import __version__
from backproof.assignment import Assignment
from backproof.contract import Contract
from backproof.plugin.checks import ChecksPlugin
from backproof.plugin.outcomes import result_in
from backproof.problems import GraderFault, UsageProblem
from backproof.result import CheckResult, Counts, Grade, GradedSubmission, legible, with_checks
from backproof.submission import Submission
from backproof.testing.plots import Curve, Image

# Variables that would let the surroundings change what a grade does.
IGNORED_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
SETTINGS = Path(__file__).with_name("runner.ini")


class Progress(Protocol):
    """Hears how a run goes on."""

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Hear which checks will run, before any has: each as the result that it has until then."""

    def finished(self, result: CheckResult) -> None:
        """Hear that one check has its result."""


@dataclass(frozen=True)
class Run:
    """A grade, and the curves that its checks recorded, by check id."""

    grade: Grade
    plots: dict[str, list[Curve | Image]]


def grade(
    submission: Submission,
    assignment: Assignment,
    contract: Contract,
    *,
    seed: int,
    only: Iterable[str] = (),
    progress: Sequence[Progress] = (),
) -> Run:
    """Run the checks and return the grade.

    Raises
    ------
    UsageProblem
        If the assignment or ``only`` names what does not exist, or nothing is left to grade.
    GraderFault
        If a check file cannot be collected, or pytest breaks down.
    """
    begin = time.perf_counter()
    checks = ChecksPlugin(submission, assignment, contract, seed=seed, only=only, is_whole=True)
    results = _run_pytest(checks, assignment, progress)
    made = with_checks(ungraded(submission, assignment, seed=seed), results)
    return Run(replace(made, seconds=round(time.perf_counter() - begin, 3)), checks.plots)


def ungraded(submission: Submission, assignment: Assignment, *, seed: int) -> Grade:
    """Return the grade of a submission of which nothing is checked yet."""
    source = submission.source
    return Grade(
        suite_version=__version__,
        assignment=assignment.name,
        seed=seed,
        isolation=submission.isolation,
        submission=GradedSubmission(path=legible(str(source.path)), sha256=source.sha256()),
        score=0.0,
        max_score=0.0,
        seconds=0.0,
        counts=Counts(),
        checks=[],
    )


class _Watcher:
    """Tells the progress, and notes what keeps the grader from running."""

    def __init__(self, progress: Sequence[Progress], checks: ChecksPlugin) -> None:
        self.problems: list[str] = []
        self._progress = progress
        self._checks = checks

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        unfinished = self._checks.unfinished(session.items)
        for progress in self._progress:
            progress.started(unfinished)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = result_in(report)
        if result is None and report.failed:
            self.problems.append(f"{report.nodeid}: {_error_line(report.longreprtext)}")
        elif result is not None:
            for progress in self._progress:
                progress.finished(result)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        self.problems.append(str(excrepr))


def _error_line(traceback: str) -> str:
    """Return the line that pytest marks as the error."""
    marked = [line[1:].strip() for line in traceback.splitlines() if line.startswith("E ")]
    return marked[0] if marked else traceback.strip().partition("\n")[0]


def _run_pytest(checks: ChecksPlugin, assignment: Assignment, progress: Sequence[Progress]) -> list[CheckResult]:
    files = assignment.check_files()
    if not files:
        raise UsageProblem(f"assignment {assignment.name}: no test_*.py in {assignment.folder('checks')}")
    watcher = _Watcher(progress, checks)
    arguments = ["-c", str(SETTINGS), "--rootdir", str(files[0].parent), *map(str, files)]
    with _undisturbed():
        exit_code = pytest.main(arguments, plugins=[checks, watcher])
    if checks.usage_problem is not None:
        raise checks.usage_problem
    if watcher.problems:
        raise GraderFault("\n".join(watcher.problems))
    if exit_code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    missing = [check_id for check_id in checks.selected if check_id not in checks.results]
    if missing:
        raise GraderFault(f"{len(missing)} of {len(checks.selected)} checks have no result, first {missing[0]}")
    if not checks.selected:
        raise UsageProblem(f"assignment {assignment.name} selects no check")
    return [checks.results[check_id] for check_id in checks.selected]


@contextmanager
def _undisturbed() -> Generator[None, None, None]:
    """Keep environment variables that belong to somebody else's pytest away from this one."""
    kept = {name: os.environ.pop(name) for name in IGNORED_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
