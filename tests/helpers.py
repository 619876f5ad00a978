"""Helpers of many tests: real folders, real processes, real grades."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

from backproof.assignment import Assignment, AssignmentFile
from backproof.content import content_root
from backproof.contract import Contract
from backproof.grading.runner import Grader, grade, grading
from backproof.loading import load_submission
from backproof.result import CheckResult
from backproof.submission import Submission
from backproof.testing.calls import CallLog, ContractFunction, FixedContext

REFERENCE = content_root() / "reference"
TEMPLATE = content_root() / "student_template"
CHECKS = content_root() / "checks"

Finished = subprocess.CompletedProcess[str]


def python(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Finished:
    """Run this Python in a separate process, without the variables of the outer pytest."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**inherited, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def backproof(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Finished:
    """Run the command line."""
    return python("-m", "backproof", *arguments, cwd=cwd, environment=environment)


def run_pytest(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Finished:
    """Run pytest as a learner does."""
    return python("-m", "pytest", *arguments, cwd=cwd, environment=environment)


def graded_json(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run ``backproof grade`` and return the content of its ``--json``."""
    file = cwd / "grade.json"
    done = backproof("grade", *arguments, "--json", file, cwd=cwd, environment=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text(encoding="utf-8"))


def assert_usage_error(done: Finished) -> None:
    """Assert wrong usage: exit code 2, one line on standard error, nothing on standard output."""
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert done.stderr.startswith("backproof: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write indented texts as files, with the folders that they need."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return folder


def copied_reference(folder: Path, *modules: str) -> Path:
    """Copy the reference, or some of its modules, to a folder that a test may change."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(REFERENCE.glob("*.py")):
        if not modules or file.stem in modules:
            shutil.copyfile(file, folder / file.name)
    return folder


def assert_full_marks(loaded: tuple[Submission, Assignment, Contract], seeds: Iterable[int]) -> None:
    """Assert that a submission fails no check, with any of the seeds."""
    submission, assignment, contract = loaded

    def grade_all(grader: Grader) -> None:
        for seed in seeds:
            result = grader.grade(submission, seed=seed).grade
            failed = {check.id: check.failure.message for check in result.checks if check.failure is not None}
            assert failed == {}, f"seed {seed}"
            assert result.score == result.max_score > 0

    grading(assignment, contract, grade_all)


def replaced(file: Path, old: str, new: str) -> None:
    """Replace a text of a file; it is an error if the file lacks it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def double_the_loss(folder: Path) -> None:
    """Double the cross-entropy of a copied reference, and leave its gradient right."""
    replaced(folder / "losses.py", "return loss, ", "return 2 * loss, ")


def results(
    path: Path, *only: str, adapter: Path | None = None, assignment: Path | None = None, **selection: tuple[str, ...]
) -> dict[str, CheckResult]:
    """Grade in this process and return the results by check id.

    ``selection`` has the keys of an assignment.toml: ``modules=("losses",)`` grades that module alone.
    """
    submission, chosen, contract = load_submission(
        path, adapter=adapter, assignment=str(assignment) if assignment else None
    )
    if selection:
        chosen = replace(chosen, settings=AssignmentFile(**selection))
    return {check.id: check for check in grade(submission, chosen, contract, seed=0, only=only).grade.checks}


def outcomes(found: Mapping[str, CheckResult]) -> set[str]:
    """Return the set of outcomes."""
    return {check.outcome for check in found.values()}


def functions_of(path: Path, adapter: Path | None = None) -> dict[str, ContractFunction]:
    """Load a submission, and return its functions as a check calls them."""
    submission, _, contract = load_submission(path, adapter=adapter)
    return {
        name: ContractFunction(spec, FixedContext(submission, CallLog())) for name, spec in contract.functions.items()
    }


def pytest_outcomes(done: Finished) -> dict[str, int]:
    """Read pytest's last line: ``{"passed": 3, "to do": 2}``."""
    last = done.stdout.strip().splitlines()[-1]
    return {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|errors?|to do|deselected)", last)}


def without_seconds(value: Any) -> Any:
    """Leave out the seconds, which differ from run to run."""
    if isinstance(value, dict):
        return {key: without_seconds(inner) for key, inner in value.items() if key != "seconds"}
    return [without_seconds(inner) for inner in value] if isinstance(value, list) else value


def outcome_of_each(done: Finished) -> dict[str, str]:
    """Read ``-rA``: the short summary with every test's outcome."""
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith(("PASSED ", "FAILED ", "ERROR "))]
    return {name: outcome for outcome, name, *_ in lines}


def assert_fits(value: Any, schema: Any, where: str = "grade") -> None:
    """Assert that a value has exactly the keys of a schema, with values of its types."""
    if isinstance(schema, dict):
        assert isinstance(value, dict), where
        assert value.keys() == schema.keys(), where
        for key, inner in schema.items():
            assert_fits(value[key], inner, f"{where}.{key}")
    elif isinstance(schema, list):
        assert isinstance(value, list), where
        for place, item in enumerate(value):
            assert_fits(item, schema[0], f"{where}[{place}]")
    else:
        assert isinstance(value, schema), where
        assert not isinstance(value, bool), where
