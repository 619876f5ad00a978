"""The hooks of pytest: which checks are collected, how one runs, and what is reported of it."""

from collections.abc import Generator
from pathlib import Path

import pytest

from backproof.assignment import Assignment, CheckInfo
from backproof.contract import Contract
from backproof.plugin import workers
from backproof.plugin.collection import CheckModule, definition_lines
from backproof.plugin.fixtures import contract_fixtures, sampled_parameters
from backproof.plugin.items import LOG, PLOT, begin, is_check, is_hidden, run_examples
from backproof.plugin.outcomes import is_grader_fault, result_in, rewrite_report
from backproof.plugin.run_state import RunState
from backproof.problems import UsageProblem
from backproof.reports.summary import fix_first, still_to_do, summary_line
from backproof.submission import Submission
from backproof.testing.statistics import begin_count

MARKERS = (
    "points(n): what the check is worth (default 1)",
    "hint(text): what a learner may try when the check fails",
    "source(text): the paper or textbook that states the property",
    "group(name): a group of checks that an assignment can leave out",
    "hidden: learners see nothing of the check but its points",
    "sampled(only=None): runs once for each function that has a sample in the check module",
)


class ChecksPlugin:
    """Runs the checks of an assignment on a submission; further parameters are those of :class:`RunState`.

    Parameters
    ----------
    is_whole : bool
        Whether all check files are collected, so that a name which fits no check is a mistake.
    learner_folder : bool
        Whether the submission is the folder in which a learner runs pytest: then its files stand for their checks.

    Attributes
    ----------
    usage_problem : UsageProblem or None
        Why the checks cannot be run as they are.
    """

    def __init__(
        self,
        assignment: Assignment,
        contract: Contract,
        submission: Submission | None = None,
        *,
        seed: int = 0,
        is_whole: bool = False,
        learner_folder: bool = False,
    ) -> None:
        self.state = RunState(assignment, contract, submission, seed=seed)
        self.usage_problem: UsageProblem | None = None
        self._is_whole = is_whole
        self._learner_folder = learner_folder
        # Modules of which all check files are collected, under the name of the first one.
        self._collected: set[str] = set()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers and the fixtures of the contract's functions."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)
        pytest.register_assert_rewrite("backproof.testing.general")
        config.pluginmanager.register(contract_fixtures(self.state, self.state.contract))
        config.pluginmanager.register(workers)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Let a learner's ``losses.py`` stand for the checks of the module ``losses``."""
        collectors = yield
        module = self.state.module_of_learner_file(file_path) if self._learner_folder else None
        files = self.state.check_files.get(module or "", [])
        if module is None or not files:
            return collectors
        return [CheckModule.from_parent(parent, path=file_path, check_files=files, module_name=module)]

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the checks of missing files to a learner's folder: they are to do."""
        report = yield
        is_top = isinstance(collector, pytest.Dir) and self._learner_folder
        if is_top and collector.path == self.state.submission.source.root:
            for module in self.state.assignment.graded_modules(self.state.contract):
                file = self.state.submission.source.module_file(module)
                files = self.state.check_files.get(module, [])
                if files and not file.exists():
                    # An editor can open the check file and run its checks: the file that they check is missing.
                    report.result.append(_check_module(collector, files[0], module, files, file.name))
        return report

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Import check modules with the settings that checks run under."""
        module, files = next((pair for pair in self.state.check_files.items() if module_path in pair[1]), ("", []))
        if not files:
            return None
        if module_path == files[0]:
            self._collected.add(module)
        else:
            files = [] if module in self._collected else [module_path]
        # The id is the same wherever the content lies, and whether the module is a file or a folder.
        return _check_module(parent, module_path, module, files, f"checks/test_{module}.py")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run the properties of every function once for each function that has a sample."""
        if "sample" in metafunc.fixturenames:
            metafunc.parametrize("sample", sampled_parameters(metafunc, self.state.contract), indirect=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Select the checks that the assignment grades, and distribute the points."""
        try:
            selected = self.state.select(items, is_whole=self._is_whole)
        except UsageProblem as problem:
            self.usage_problem = problem
            pytest.exit(str(problem), returncode=pytest.ExitCode.USAGE_ERROR)
        if self._learner_folder:
            selected = {item: check for item, check in selected.items() if not is_hidden(item)}
            _set_locations(selected)
        dropped = dict.fromkeys(item for item in items if is_check(item) and item not in selected)
        ordered = iter(selected)
        kept = [next(ordered) if item in selected else item for item in items if item not in dropped]
        # Hidden checks run last: no later message of the submission can show their inputs.
        items[:] = sorted(kept, key=is_hidden)
        if dropped:
            config.hook.pytest_deselected(items=list(dropped))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Give the check an empty log of calls, and find the functions that it needs.

        If one is missing or invalid, the check ends here: it is to do, or its message names the fault.
        """
        self.state.running = item
        if is_check(item):
            begin(item)
            begin_count()
            for spec in self.state.functions_of(item):
                self.state.submission.find(spec)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a check that is given examples on the same ones wherever it runs."""
        return True if is_check(pyfuncitem) and run_examples(pyfuncitem, self.state.item_seed) else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn the outcome of a check into its result, and the traceback into a message for a learner."""
        excinfo = call.excinfo
        is_over = call.when == "call" or (call.when == "setup" and excinfo is not None)
        if not is_over or not is_check(item) or is_grader_fault(excinfo, call.when):
            return (yield)
        # Without an exception pytest does not spend a tenth of a second on an unused traceback.
        call.excinfo = None
        report = yield
        result = self.state.result_of(item, excinfo.value if excinfo else None, call.duration)
        rewrite_report(report, result)
        report.check_plots = item.stash[PLOT].recorded  # type: ignore[attr-defined]
        item.stash[LOG].clear()
        if result.outcome != "todo":
            call.excinfo = excinfo  # a debugger wants it
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Return the status ``to do`` for a check that is to do."""
        result = result_in(report)
        return ("to do", "t", "TO DO") if result is not None and result.outcome == "todo" else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the results, also those that come from a worker."""
        result = result_in(report)
        if result is not None:
            self.state.add_result(result, report.check_plots)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        """Print the score and what to fix first, below all else: the end is what is on the screen."""
        yield
        checks = list(self.state.results.values())
        if checks:
            terminalreporter.ensure_newline()
            terminalreporter.section("backproof")
            for line in [*still_to_do(checks), summary_line(checks), *fix_first(checks)]:
                terminalreporter.write_line(line)


def _check_module(parent: pytest.Collector, path: Path, module: str, files: list[Path], node_id: str) -> CheckModule:
    name = f"test_{module}.py"
    return CheckModule.from_parent(parent, path=path, name=name, check_files=files, module_name=module, nodeid=node_id)


def _set_locations(checks: dict[pytest.Item, CheckInfo]) -> None:
    """Set the location of each check to the learner's function, to which an editor jumps."""
    lines = {file: definition_lines(file) for file in {item.path for item in checks}}
    for item, check in checks.items():
        line = lines[item.path].get(check.functions[0], 0) if check.functions else 0
        item.location = (item.nodeid.partition("::")[0], line, item.name)
