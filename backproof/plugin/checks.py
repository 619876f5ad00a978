"""The checks of one run: one object holds the submission, the assignment and the seed, and has the hooks."""

import math
import shlex
import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from backproof.assignment import BAD_ARGUMENTS, PLAIN_GROUP, Assignment, CheckInfo, load_assignment, suggestion
from backproof.contract import Contract, FunctionSpec, load_contract
from backproof.diagnosis import Diagnostician
from backproof.plugin import workers
from backproof.plugin.collection import CheckModule, definition_lines
from backproof.plugin.fixtures import contract_fixtures, sampled_parameters
from backproof.plugin.items import (
    LOG,
    PLOT,
    begin,
    check_info,
    child_seed,
    is_check,
    is_hidden,
    run_examples,
    shared_fixtures,
)
from backproof.plugin.outcomes import (
    is_grader_fault,
    passed_result,
    result_in,
    result_of,
    rewrite_report,
    unfinished_result,
)
from backproof.plugin.probes import probe
from backproof.problems import UsageProblem
from backproof.reports.summary import fix_first, still_to_do, summary_line
from backproof.result import CheckResult, Diagnosis, Isolation
from backproof.submission import LocalSubmission, Submission, find_source, shown
from backproof.testing.calls import Call, CallLog
from backproof.testing.plots import Curve, Image
from backproof.testing.statistics import LEVEL, begin_count, tests_so_far

MARKERS = (
    "points(n): what the check is worth (default 1)",
    "hint(text): what a learner may try when the check fails",
    "source(text): the paper or textbook that states the property",
    "group(name): a group of checks that an assignment can leave out",
    "hidden: learners see nothing of the check but its points",
    "sampled(only=None): runs once for each function that has a sample in the check module",
)


def load_submission(
    path: Path, *, adapter: Path | None = None, assignment: str | None = None, isolation: Isolation = "local"
) -> tuple[Submission, Assignment, Contract]:
    """Find a submission and what it is to be graded on.

    Raises
    ------
    UsageProblem
    """
    chosen = load_assignment(assignment)
    settings = chosen.settings
    limit, patterns = settings.limits.submission_kb, settings.policy.files
    contract = load_contract(chosen.folder("student_template"))
    source = find_source(path, adapter, most_kilobytes=limit, patterns=patterns)
    if isolation == "local":
        submission: Submission = LocalSubmission(source)
    else:
        from backproof.confinement.submission import ConfinedSubmission

        submission = ConfinedSubmission(
            source,
            limits=settings.limits,
            forbidden=settings.policy.forbidden,
            secrets=chosen.secrets(),
            needs_torch=chosen.needs_torch(contract),
        )
    return submission, chosen, contract


class ChecksPlugin:
    """Runs the checks of an assignment on a submission.

    Parameters
    ----------
    assignment : Assignment
    contract : Contract
    submission : Submission, optional
        What is graded; one after the other may be, with :meth:`begin_grade`.
    seed : int
        Every check draws from a stream of its own, made from this seed and the check's id.
    is_whole : bool
        Whether all check files are collected, so that a name which fits no check is a mistake.
    learner_folder : bool
        Whether the submission is the folder in which a learner runs pytest: then its files stand for their checks.
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
        self.assignment = assignment
        self.contract = contract
        self.seed = seed
        self._submission = submission
        self._diagnostician = Diagnostician(assignment, contract)
        self.results: dict[str, CheckResult] = {}
        self.usage_problem: UsageProblem | None = None
        self.plots: dict[str, list[Curve | Image]] = {}
        self.levels: dict[str, float] = {}
        self._is_whole = is_whole
        self._learner_folder = learner_folder
        self._points: dict[str, float] = {}
        self._property_checks: list[str] = []
        self._item: pytest.Item | None = None

    @property
    def submission(self) -> Submission:
        """What is graded now."""
        assert self._submission is not None
        return self._submission

    @property
    def log(self) -> CallLog:
        """Where the calls of the check that runs are noted."""
        return self.item.stash[LOG]

    @property
    def item(self) -> pytest.Function:
        """What runs now."""
        assert isinstance(self._item, pytest.Function)
        return self._item

    @property
    def item_seed(self) -> int:
        """The seed of its own stream, if it is a check."""
        return child_seed(self.seed, check_info(self.item, self.contract).id)

    @property
    def has_failure(self) -> bool:
        """Whether a check of this grade did not pass."""
        return any(result.outcome != "passed" for result in self.results.values())

    def finished_results(self) -> list[CheckResult]:
        """Return the results, with the diagnoses that explain all of them: a later check may have ruled one out."""
        results = {name: _with_diagnosis(result, self._diagnostician) for name, result in self.results.items()}
        properties = [results[name] for name in self._property_checks if name in results]
        failed = {function for check in properties if check.failure is not None for function in check.functions}
        for function in (name for name in self.contract.functions if name in failed):
            checks = [check for check in properties if function in check.functions]
            names = self._diagnostician.explain_pattern(function, checks)
            if names:
                named = [Diagnosis(name, self._diagnostician.says(name)) for name in names]
                results |= {check.id: _with_more(check, named) for check in checks if check.outcome == "failed"}
        return list(results.values())

    def begin_grade(
        self, submission: Submission, seed: int, items: Sequence[pytest.Item], only: Iterable[str]
    ) -> list[pytest.Item]:
        """Grade another submission from now on, and return the checks to run.

        Raises
        ------
        UsageProblem
            If ``only`` names no check.
        """
        self._submission, self.seed = submission, seed
        self.results, self.plots, self.levels = {}, {}, {}
        self._diagnostician.begin_grade()
        checks = {item: check_info(item, self.contract) for item in items}
        self._property_checks = [check.id for check in checks.values() if check.group == PLAIN_GROUP]
        wanted, known = dict.fromkeys(only), {name for check in checks.values() for name in check.names}
        for name in wanted:
            if name not in known:
                raise UsageProblem(f"no check {name!r}{suggestion(name, [check.id for check in checks.values()])}")
        return [item for item, check in checks.items() if not wanted or not check.names.isdisjoint(wanted)]

    def result_of_same_answers(self, item: pytest.Item) -> CheckResult | None:
        """Return a check's result if others that answered as the submission does have passed it; else it must run."""
        check = check_info(item, self.contract)
        begin = time.perf_counter()
        self.submission.begin_check()
        outcome = self.submission.outcome_of_same_answers(check.id, self._functions_of(check))
        if outcome is None:
            return None
        self.plots[check.id], self.levels[check.id] = outcome
        seconds = time.perf_counter() - begin
        self.results[check.id] = passed_result(unfinished_result(item, check, self._points), seconds)
        return self.results[check.id]

    def unfinished(self, items: Iterable[pytest.Item]) -> list[CheckResult]:
        """Return for each check that will run the result that it has until then."""
        checks = {item: check_info(item, self.contract) for item in items if is_check(item)}
        return [unfinished_result(item, check, self._points) for item, check in checks.items()]

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers and the fixtures of the contract's functions."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)
        pytest.register_assert_rewrite("backproof.testing.general")
        config.pluginmanager.register(contract_fixtures(self, self.contract))
        config.pluginmanager.register(workers)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Let a learner's ``losses.py`` stand for the checks in ``test_losses.py``."""
        collectors = yield
        check_file = self._check_file_for(file_path)
        if check_file is None:
            return collectors
        return [CheckModule.from_parent(parent, path=file_path, check_file=check_file)]

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the checks of files that are not there yet to a learner's folder: they are to do."""
        report = yield
        if self._learner_folder and isinstance(collector, pytest.Dir) and collector.path == self.submission.source.root:
            report.result += [
                # An editor can open the check file, and run its checks alone; the file that they ask for is not there.
                CheckModule.from_parent(collector, path=check_file, check_file=check_file, nodeid=file.name)
                for file, check_file in self._learner_files().items()
                if not file.exists()
            ]
        return report

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Import check modules with the settings that checks run under."""
        if module_path.parent != self.assignment.folder("checks"):
            return None
        # The id is the same wherever the content lies, also outside of pytest's root folder.
        node_id = f"{module_path.parent.name}/{module_path.name}"
        return CheckModule.from_parent(parent, path=module_path, check_file=module_path, nodeid=node_id)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run the properties of every function once for each function that has a sample."""
        if "sample" in metafunc.fixturenames:
            metafunc.parametrize("sample", sampled_parameters(metafunc, self.contract), indirect=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep what the assignment grades, and share out the points."""
        checks = {item: check_info(item, self.contract) for item in items if is_check(item)}
        try:
            self._refuse_mistakes(list(checks.values()))
        except UsageProblem as problem:
            self.usage_problem = problem
            pytest.exit(str(problem), returncode=pytest.ExitCode.USAGE_ERROR)
        selected = {item: check for item, check in checks.items() if self.assignment.selects(check, self.contract)}
        self._points = self.assignment.points_for(list(selected.values()))
        if self._learner_folder:
            selected = {item: check for item, check in selected.items() if not is_hidden(item)}
        dropped = [item for item in items if item in checks and item not in selected]
        kept = [item for item in items if item not in checks or item in selected]
        # Hidden ones last: what a submission sees of them it can show in no check that comes after.
        items[:] = sorted(kept, key=is_hidden)
        if self._learner_folder:
            _point_at_the_functions(selected)
        if dropped:
            config.hook.pytest_deselected(items=dropped)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Give the check an empty log of calls, and see that the functions are there which it needs.

        If one is not, the check is to do, or says what is wrong, before it begins.
        """
        self._item = item
        if is_check(item):
            begin(item)
            begin_count()
            for spec in self._functions_of(check_info(item, self.contract)):
                self.submission.find(spec)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a check that is given examples on the same ones wherever it runs."""
        return True if is_check(pyfuncitem) and run_examples(pyfuncitem, self.item_seed) else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn what happened to a check into its result, and the traceback into words for a learner."""
        excinfo = call.excinfo
        is_over = call.when == "call" or (call.when == "setup" and excinfo is not None)
        if not is_over or not is_check(item) or is_grader_fault(excinfo, call.when):
            return (yield)
        # Without an exception pytest does not spend a tenth of a second on a traceback that nobody will read.
        call.excinfo = None
        report = yield
        check = check_info(item, self.contract)
        result = result_of(
            item,
            check,
            excinfo.value if excinfo else None,
            seconds=call.duration,
            points=self._points,
            source=self.submission.source,
            replay=lambda: self._replay_command(check.id),
            diagnose=lambda: self._diagnosis(item, check),
        )
        rewrite_report(report, result)
        report.check_plots = item.stash[PLOT].recorded  # type: ignore[attr-defined]
        item.stash[LOG].clear()
        self.levels[result.id] = LEVEL * tests_so_far()
        if result.outcome == "passed" and shared_fixtures(item) <= self.contract.functions.keys():
            self.submission.keep_answers(check.id, (item.stash[PLOT].recorded, self.levels[check.id]))
        if result.outcome != "todo":
            call.excinfo = excinfo  # a debugger wants it
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Call a check that is to do by that name."""
        result = result_in(report)
        return ("to do", "t", "TO DO") if result is not None and result.outcome == "todo" else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the results, also those that come from a worker."""
        result = result_in(report)
        if result is not None:
            self.results[result.id] = result
            self.plots[result.id] = report.check_plots

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        """Tell the score and what to fix first, below all else: the end is what is on the screen."""
        yield
        checks = list(self.results.values())
        if checks:
            terminalreporter.ensure_newline()
            terminalreporter.section("backproof")
            for line in [*still_to_do(checks), summary_line(checks), *fix_first(checks)]:
                terminalreporter.write_line(line)

    def _refuse_mistakes(self, checks: list[CheckInfo]) -> None:
        if self._is_whole:
            self.assignment.refuse_unknown_names(self.contract, checks)
        for check in checks:
            if not (check.points >= 0 and math.isfinite(check.points)):
                raise UsageProblem(f"{check.id}: points must be a number of 0 or more, not {check.points}")

    def _functions_of(self, check: CheckInfo) -> list[FunctionSpec]:
        return [self.contract.functions[name] for name in check.functions]

    def _diagnosis(self, item: pytest.Item, check: CheckInfo) -> list[Diagnosis]:
        if check.group == BAD_ARGUMENTS:
            return []  # no value came back that a mistake could give as well
        names = self._diagnostician.explain(check.functions, item.stash[LOG].calls, self._probe)
        return [Diagnosis(name, self._diagnostician.says(name)) for name in names]

    def _probe(self, function: str) -> list[Call]:
        return probe(function, self.submission, self.contract, self.assignment.folder("checks"))

    def _replay_command(self, check_id: str) -> str:
        source, assignment = self.submission.source, self.assignment
        words = ["backproof", "grade", shown(source.path)]
        words += ["--adapter", shown(source.entry)] if source.is_adapted and source.entry else []
        words += [] if assignment.is_default else ["--assignment", assignment.argument]
        return shlex.join([*words, "--check", check_id, "--seed", str(self.seed)])

    def _check_file_for(self, file: Path) -> Path | None:
        return self._learner_files().get(file) if self._learner_folder else None

    def _learner_files(self) -> dict[Path, Path]:
        """Return the check file of each file that a learner is asked for."""
        checks = self.assignment.folder("checks")
        files = {
            self.submission.source.module_file(module): checks / f"test_{module}.py"
            for module in self.assignment.graded_modules(self.contract)
        }
        return {file: check_file for file, check_file in files.items() if check_file.is_file()}


def _with_more(result: CheckResult, named: list[Diagnosis]) -> CheckResult:
    assert result.failure is not None
    return replace(result, failure=replace(result.failure, diagnosis=[*result.failure.diagnosis, *named]))


def _with_diagnosis(result: CheckResult, diagnostician: Diagnostician) -> CheckResult:
    if result.failure is None or not result.failure.diagnosis:
        return result
    fitting = [diagnosis for diagnosis in result.failure.diagnosis if diagnostician.still_fits(diagnosis.misconception)]
    return replace(result, failure=replace(result.failure, diagnosis=fitting))


def _point_at_the_functions(checks: dict[pytest.Item, CheckInfo]) -> None:
    """Let an editor jump from a check to the learner's function that it checks."""
    lines = {file: definition_lines(file) for file in {item.path for item in checks}}
    for item, check in checks.items():
        line = lines[item.path].get(check.functions[0], 0) if check.functions else 0
        item.location = (item.nodeid.partition("::")[0], line, item.name)
