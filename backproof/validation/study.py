"""The study: grade right submissions with many seeds, every misconception and every mutant, and count."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from backproof import __version__
from backproof.assignment import Assignment, load_assignment
from backproof.diagnosis.catalogue import load_misconceptions
from backproof.grading.process_pool import grade_all
from backproof.grading.runner import Run, grade
from backproof.grading.warm_grader import Job
from backproof.loading import load_submission
from backproof.problems import GraderFault, UsageProblem
from backproof.result import CheckResult, Grade
from backproof.submission import Source, find_source
from backproof.validation.findings import (
    CheckFindings,
    FalseFailure,
    MisconceptionFindings,
    Survivor,
    Threshold,
    Validation,
)
from backproof.validation.mutants import EQUIVALENTS, Mutant, known_equivalents, mutants_of, with_mutant

REFERENCE = "reference"
# The seed of wrong submissions. One is enough: a check that needs a lucky seed does not find a misconception.
SEED = 0
CONFIDENCE = 0.95

Step = Callable[[str, int, int], None]


class Study:
    """Validates one assignment.

    Parameters
    ----------
    argument : str
        The assignment, as named on the command line.
    repeats : int
        Seeds for every right submission.
    step : callable
        Called with the progress: part of the work, number done, total.
    """

    def __init__(self, argument: str, repeats: int, step: Step) -> None:
        submission, self._assignment, self._contract = load_submission(reference_folder(argument), assignment=argument)
        self._argument = argument
        self._repeats = repeats
        self._step = step
        self._source = submission.source
        self._first: Run = grade(submission, self._assignment, self._contract, seed=SEED)
        self._checks = self._first.grade.checks
        self._variants = {REFERENCE: self._source, **_variants(self._assignment)}

    def run(self) -> Validation:
        """Grade everything and return what was found."""
        begin = time.perf_counter()
        # First the steps that detect wrong usage: the rest takes minutes.
        mutants, names = self._mutants()
        reasons = self._reasons(names)
        right = self._grade_right()
        wrong = self._grade_misconceptions()
        survivors = self._grade_mutants(mutants, reasons)
        kills = {check.id: [item.name for item in wrong if check.id in item.killed_by] for check in self._checks}
        settings = self._assignment.settings.validation
        checks = [self._check_findings(check, right[check.id], kills[check.id]) for check in self._checks]
        unchecked = [name for name in self._functions() if not self._checks_of(name)]
        failures = sum(len(check.false_failures) for check in checks)
        missed = [item.name for item in wrong if not item.killed_by]
        not_caught = [survivor for survivor in survivors if not survivor.reason]
        countable = len(mutants) - (len(survivors) - len(not_caught))
        return Validation(
            suite_version=__version__,
            assignment=self._assignment.name,
            variants=list(self._variants),
            repeats=self._repeats,
            seconds=round(time.perf_counter() - begin, 1),
            checks=checks,
            misconceptions=wrong,
            mutants=len(mutants),
            mutants_killed=len(mutants) - len(survivors),
            survivors=survivors,
            useless=[check.id for check in checks if not check.kills],
            redundant=_same_kills(checks),
            functions_without_check=unchecked,
            points_by_module=_points_by_module(self._checks),
            thresholds=[
                _at_most("false failures", settings.false_failures, failures),
                _at_least("misconceptions killed", settings.misconceptions_killed, _share(len(wrong), len(missed))),
                _at_least("mutants killed", settings.mutants_killed, _share(countable, len(not_caught))),
                _at_most("functions without a check", settings.functions_without_check, len(unchecked)),
            ],
        )

    def _grade_right(self) -> dict[str, list[tuple[str, int, CheckResult]]]:
        jobs = [
            Job((variant, seed), source, seed)
            for seed in range(self._repeats)
            for variant, source in self._variants.items()
        ]
        found: dict[str, list[tuple[str, int, CheckResult]]] = defaultdict(list)
        for (variant, seed), result in self._graded("right submissions", jobs):
            for check in result.checks:
                found[check.id].append((variant, seed, check))
        return found

    def _grade_misconceptions(self) -> list[MisconceptionFindings]:
        graded = self._functions()
        found = load_misconceptions(self._assignment, self._contract).values()
        items = [item for item in found if item.imitates in graded]
        jobs = [
            Job(item.name, self._source, SEED, misconception=item.name, only=self._checks_of(item.imitates))
            for item in items
            if self._checks_of(item.imitates)
        ]
        killed_by = {name: _failed(result) for name, result in self._graded("misconceptions", jobs)}
        return [
            MisconceptionFindings(item.name, item.imitates, item.says, killed_by.get(item.name, [])) for item in items
        ]

    def _grade_mutants(self, mutants: Sequence[Mutant], reasons: Mapping[str, str]) -> list[Survivor]:
        """Try the checks of the mutated function first, and all checks on the survivors."""
        left = list(range(len(mutants)))
        for what, is_near in (("mutants", True), ("mutants that survived their own checks", False)):
            jobs = [self._mutant_job(number, mutants[number], is_near=is_near) for number in left]
            left = [number for number, result in self._graded(what, jobs) if not _failed(result)]
        survivors = [mutants[number] for number in sorted(left)]
        return [Survivor(item.name, item.diff, reasons.get(item.name, "")) for item in survivors]

    def _mutant_job(self, number: int, mutant: Mutant, *, is_near: bool) -> Job:
        file = self._source.module_file(mutant.module)
        functions = [mutant.function]
        if mutant.function not in self._contract.functions:
            functions = [spec.name for spec in self._contract.of_module(mutant.module)]
        near = tuple(dict.fromkeys(check for name in functions for check in self._checks_of(name)))
        return Job(
            number,
            with_mutant(self._source, file, mutant),
            SEED,
            isolation="confined",
            only=near if is_near else (),
            is_stopped_by_failure=True,
        )

    def _reasons(self, names: set[str]) -> dict[str, str]:
        """Return the reasons why some mutants are equivalent; one for an unknown mutant is a UsageProblem."""
        folder = self._assignment.folder(REFERENCE)
        reasons = known_equivalents(folder)
        modules = self._assignment.graded_modules(self._contract)
        for name in reasons:
            if name.partition(".")[0] in modules and name not in names:
                raise UsageProblem(f"{folder / EQUIVALENTS} gives a reason for an unknown mutant: {name}")
        return reasons

    def _mutants(self) -> tuple[list[Mutant], set[str]]:
        """Return the mutants of graded functions and their helpers, and the names of all mutants of their modules."""
        found: list[Mutant] = []
        names: set[str] = set()
        modules = self._assignment.graded_modules(self._contract)
        graded = self._functions()
        for count, module in enumerate(modules):
            self._step("making mutants", count, len(modules))
            file = self._source.module_file(module)
            for mutant in mutants_of(file, self._source.files.texts[file]):
                names.add(mutant.name)
                if mutant.function not in self._contract.functions or mutant.function in graded:
                    found.append(mutant)
        self._step("making mutants", len(modules), len(modules))
        return found, names

    def _graded(self, what: str, jobs: Sequence[Job]) -> Iterator[tuple[Any, Grade]]:
        self._step(what, 0, len(jobs))
        for count, (key, result) in enumerate(grade_all(self._argument, jobs), start=1):
            if isinstance(result, GraderFault):
                raise result
            yield key, result
            self._step(what, count, len(jobs))

    def _functions(self) -> set[str]:
        return self._assignment.graded_functions(self._contract)

    def _checks_of(self, function: str) -> tuple[str, ...]:
        return tuple(check.id for check in self._checks if function in check.functions)

    def _check_findings(
        self, check: CheckResult, right: Sequence[tuple[str, int, CheckResult]], kills: list[str]
    ) -> CheckFindings:
        failures = [
            FalseFailure(variant, seed, c.failure.message) for variant, seed, c in right if c.failure is not None
        ]
        return CheckFindings(
            id=check.id,
            module=check.module,
            points=check.max_points,
            seconds=round(median(result.seconds for _, _, result in right), 6),
            level=self._first.levels.get(check.id, 0.0),
            right_grades=len(right),
            false_failures=failures,
            upper_bound=_upper_bound(len(failures), len(right)),
            kills=kills,
        )


def reference_folder(argument: str) -> Path:
    """Return the folder of the reference.

    Raises
    ------
    UsageProblem
        If the assignment has none.
    """
    folder = load_assignment(argument).folder(REFERENCE)
    if not folder.is_dir():
        raise UsageProblem(f"{folder} does not exist: a validation needs the right answers; put them there")
    return folder


def _variants(assignment: Assignment) -> dict[str, Source]:
    """Return the right submissions beside the reference: each file in ``variants/`` adapts it."""
    folder = assignment.folder("variants")
    files = sorted(folder.glob("*.py")) if folder.is_dir() else []
    return {file.stem: find_source(assignment.folder(REFERENCE), file) for file in files}


def _failed(result: Grade) -> list[str]:
    return [check.id for check in result.checks if check.outcome not in ("passed", "todo")]


def _upper_bound(failures: int, grades: int) -> float:
    """Return the one-sided Clopper-Pearson bound on a rate (Clopper and Pearson, Biometrika 26, 1934)."""
    from scipy.special import betaincinv

    return float(betaincinv(failures + 1, grades - failures, CONFIDENCE)) if failures < grades else 1.0


def _same_kills(checks: Iterable[CheckFindings]) -> list[list[str]]:
    """Return the groups of checks that find exactly the same mistakes."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for check in checks:
        if check.kills:
            groups[frozenset(check.kills)].append(check.id)
    return [group for group in groups.values() if len(group) > 1]


def _points_by_module(checks: Iterable[CheckResult]) -> dict[str, float]:
    points: dict[str, float] = defaultdict(float)
    for check in checks:
        points[check.module] += check.max_points
    return dict(points)


def _share(count: int, missed: int) -> float:
    return 1 - missed / count if count else 1.0


def _at_most(name: str, wanted: int, got: int) -> Threshold:
    return Threshold(name, f"at most {wanted}", str(got), got <= wanted)


def _at_least(name: str, wanted: float, got: float) -> Threshold:
    return Threshold(name, f"at least {wanted:.1%}", f"{got:.2%}", got >= wanted)
