"""``pytest --backproof-html FILE``: the page of a learner's run."""

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from backproof.files import refuse_bad_target, write_atomically
from backproof.loading import ungraded
from backproof.plugin.run_state import RunState
from backproof.problems import GraderFault
from backproof.reports.page import as_page
from backproof.result import Grade, with_checks


class PagePlugin:
    """Writes the page when all checks have run, in whichever process.

    Raises
    ------
    UsageProblem
        If the file cannot be written.
    """

    def __init__(self, state: RunState, file: Path) -> None:
        refuse_bad_target(file)
        self._state = state
        self._file = file
        self._begin = time.perf_counter()

    def pytest_sessionfinish(self) -> None:
        """Write the page, if a check has run."""
        if not self._state.results:
            return
        try:
            write_atomically(self._file, as_page(self._grade(), self._state.plots))
        except GraderFault as fault:
            pytest.exit(str(fault), returncode=pytest.ExitCode.INTERNAL_ERROR)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the path of the page."""
        if self._state.results:
            terminalreporter.write_line(f"page: {self._file}")

    def _grade(self) -> Grade:
        """Return the grade of the checks that ran, in the assignment's order: with ``-n`` results arrive in any."""
        state = self._state
        modules = state.assignment.graded_modules(state.contract)
        places = {module: place for place, module in enumerate(modules)}
        results = sorted(state.finished_results(), key=lambda check: places.get(check.module, len(places)))
        made = with_checks(ungraded(state.submission, state.assignment, seed=state.seed), results)
        return replace(made, seconds=round(time.perf_counter() - self._begin, 3))
