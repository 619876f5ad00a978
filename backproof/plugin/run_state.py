"""The state of one run: which submission is graded with which seed, which check runs, and the results so far."""

import math
import shlex
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from backproof.assignment import BAD_ARGUMENTS, PLAIN_GROUP, Assignment, CheckInfo, suggestion
from backproof.contract import Contract, FunctionSpec
from backproof.diagnosis import Diagnostician
from backproof.plugin.items import (
    LOG,
    PLOT,
    check_info,
    child_seed,
    in_template_order,
    is_check,
    name_clash,
    shared_fixtures,
)
from backproof.plugin.outcomes import passed_result, result_of, unfinished_result
from backproof.plugin.probes import probe
from backproof.problems import UsageProblem
from backproof.result import CheckResult, Diagnosis
from backproof.submission import Submission, shown
from backproof.testing.calls import Call, CallLog
from backproof.testing.plots import Curve, Image
from backproof.testing.statistics import LEVEL, tests_so_far


class RunState:
    """What the hooks share while the checks of an assignment run on a submission.

    Parameters
    ----------
    assignment : Assignment
    contract : Contract
    submission : Submission, optional
        What is graded; :meth:`begin_grade` sets another one.
    seed : int
        Every check draws from a stream of its own, made from this seed and the check's id.

    Attributes
    ----------
    results : dict
        The result of each check that has run, by its id.
    plots : dict
        The curves and images that each check recorded, by its id.
    levels : dict
        The false-alarm level of the statistical tests of each check, by its id.
    running : Item or None
        The check, or the test of a learner, that runs now.
    """

    def __init__(
        self, assignment: Assignment, contract: Contract, submission: Submission | None = None, *, seed: int = 0
    ) -> None:
        self.assignment = assignment
        self.contract = contract
        self.check_files = assignment.check_files()
        self.seed = seed
        self.results: dict[str, CheckResult] = {}
        self.plots: dict[str, list[Curve | Image]] = {}
        self.levels: dict[str, float] = {}
        self._submission = submission
        self._diagnostician = Diagnostician(assignment, contract)
        self._points: Mapping[str, float] = {}
        self._property_checks: list[str] = []
        self.running: pytest.Item | None = None

    @property
    def submission(self) -> Submission:
        """The submission that is graded now."""
        assert self._submission is not None
        return self._submission

    @property
    def item(self) -> pytest.Function:
        """The item that runs now."""
        assert isinstance(self.running, pytest.Function)
        return self.running

    @property
    def log(self) -> CallLog:
        """The log of the calls of the check that runs now."""
        return self.item.stash[LOG]

    @property
    def item_seed(self) -> int:
        """The seed of the stream of the check that runs now."""
        return child_seed(self.seed, self.info(self.item).id)

    @property
    def has_failure(self) -> bool:
        """Whether a check of this grade did not pass."""
        return any(result.outcome != "passed" for result in self.results.values())

    def info(self, item: pytest.Item) -> CheckInfo:
        """Return the attributes of a check that an assignment selects by."""
        return check_info(item, self.contract)

    def functions_of(self, item: pytest.Item) -> list[FunctionSpec]:
        """Return the contract's functions that a check needs."""
        return [self.contract.functions[name] for name in self.info(item).functions]

    def select(self, items: Sequence[pytest.Item], *, is_whole: bool) -> dict[pytest.Item, CheckInfo]:
        """Return the checks that the assignment grades, in order, and distribute the points among them.

        Raises
        ------
        UsageProblem
            If two checks have the same name, the points of one are invalid, or, with ``is_whole``, the assignment
            names something that does not exist.
        """
        checks = {item: self.info(item) for item in items if is_check(item)}
        if clash := name_clash(checks):
            raise UsageProblem(clash)
        if is_whole:
            self.assignment.refuse_unknown_names(self.contract, list(checks.values()))
        for check in checks.values():
            if not (check.points >= 0 and math.isfinite(check.points)):
                raise UsageProblem(f"{check.id}: points must be a number of 0 or more, not {check.points}")
        selected = {item: check for item, check in checks.items() if self.assignment.selects(check, self.contract)}
        selected = in_template_order(selected, self.contract)
        self._points = self.assignment.points_for(list(selected.values()))
        return selected

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
        checks = {item: self.info(item) for item in items}
        self._property_checks = [check.id for check in checks.values() if check.group == PLAIN_GROUP]
        wanted, known = dict.fromkeys(only), {name for check in checks.values() for name in check.names}
        for name in wanted:
            if name not in known:
                raise UsageProblem(f"no check {name!r}{suggestion(name, [check.id for check in checks.values()])}")
        return [item for item, check in checks.items() if not wanted or not check.names.isdisjoint(wanted)]

    def unfinished(self, items: Iterable[pytest.Item]) -> list[CheckResult]:
        """Return for each check that will run the result that it has until then."""
        return [self._unfinished(item) for item in items if is_check(item)]

    def result_of_same_replies(self, item: pytest.Item) -> CheckResult | None:
        """Return a check's result if other submissions with the same replies passed it; None if the check must run."""
        check = self.info(item)
        begin = time.perf_counter()
        self.submission.begin_check()
        outcome = self.submission.outcome_of_same_replies(check.id, self.functions_of(item))
        if outcome is None:
            return None
        self.plots[check.id], self.levels[check.id] = outcome
        self.results[check.id] = passed_result(self._unfinished(item), time.perf_counter() - begin)
        return self.results[check.id]

    def result_of(self, item: pytest.Item, error: BaseException | None, seconds: float) -> CheckResult:
        """Return the result of a check that ended with ``error`` or without, and store what others can use of it."""
        check = self.info(item)
        result = result_of(
            item,
            self._unfinished(item),
            error,
            seconds=seconds,
            source=self.submission.source,
            replay=lambda: self._replay_command(check.id),
            diagnose=lambda: self._diagnosis(item, check),
        )
        recorded = item.stash[PLOT].recorded
        self.levels[check.id] = LEVEL * tests_so_far()
        if result.outcome == "passed" and shared_fixtures(item) <= self.contract.functions.keys():
            self.submission.store_replies(check.id, (recorded, self.levels[check.id]))
        return result

    def add_result(self, result: CheckResult, plots: list[Curve | Image]) -> None:
        """Add the result of a check that ran in this process or in a worker."""
        self.results[result.id] = result
        self.plots[result.id] = plots

    def finished_results(self) -> list[CheckResult]:
        """Return the results, with the diagnoses that explain all of them: a later check may have ruled one out."""
        results = {name: _with_diagnosis(result, self._diagnostician) for name, result in self.results.items()}
        properties = [results[name] for name in self._property_checks if name in results]
        failed = {function for check in properties if check.failure is not None for function in check.functions}
        for function in (name for name in self.contract.functions if name in failed):
            checks = [check for check in properties if function in check.functions]
            names = self._diagnostician.explain_pattern(function, checks)
            if names:
                named = [Diagnosis(name, self._diagnostician.explanation(name)) for name in names]
                results |= {check.id: _with_more(check, named) for check in checks if check.outcome == "failed"}
        return list(results.values())

    def first_check_files(self) -> list[str]:
        """Return the arguments with which pytest collects all checks: each file stands for those of its module."""
        return [str(files[0]) for files in self.check_files.values()]

    def module_of_learner_file(self, file: Path) -> str | None:
        """Return the module whose checks a file in a learner's folder stands for."""
        modules = self.assignment.graded_modules(self.contract)
        return next((module for module in modules if self.submission.source.module_file(module) == file), None)

    def _unfinished(self, item: pytest.Item) -> CheckResult:
        return unfinished_result(item, self.info(item), self._points)

    def _diagnosis(self, item: pytest.Item, check: CheckInfo) -> list[Diagnosis]:
        if check.group == BAD_ARGUMENTS:
            return []  # no value came back that a mistake could give as well
        names = self._diagnostician.explain(check.functions, item.stash[LOG].calls, self._probe)
        return [Diagnosis(name, self._diagnostician.explanation(name)) for name in names]

    def _probe(self, function: str) -> list[Call]:
        return probe(function, self.submission, self.contract, self.check_files)

    def _replay_command(self, check_id: str) -> str:
        source, assignment = self.submission.source, self.assignment
        words = ["backproof", "grade", shown(source.path)]
        words += ["--adapter", shown(source.entry)] if source.is_adapted and source.entry else []
        words += [] if assignment.is_default else ["--assignment", assignment.argument]
        return shlex.join([*words, "--check", check_id, "--seed", str(self.seed)])


def _with_more(result: CheckResult, named: list[Diagnosis]) -> CheckResult:
    assert result.failure is not None
    return replace(result, failure=replace(result.failure, diagnosis=[*result.failure.diagnosis, *named]))


def _with_diagnosis(result: CheckResult, diagnostician: Diagnostician) -> CheckResult:
    if result.failure is None or not result.failure.diagnosis:
        return result
    fitting = [diagnosis for diagnosis in result.failure.diagnosis if diagnostician.still_fits(diagnosis.misconception)]
    return replace(result, failure=replace(result.failure, diagnosis=fitting))
