"""Known mistakes that are written in another way get their name, and no other one."""

import importlib.util
import sys
from pathlib import Path

import pytest

from backproof.diagnosis.catalogue import load_misconceptions
from backproof.grading.runner import grade, grading
from backproof.loading import load_submission
from backproof.submission import LocalSubmission

TOP = Path(__file__).resolve().parents[2]
FILES = sorted((Path(__file__).parent / "rewrites").glob("*.py"))
SUBMISSION, ASSIGNMENT, CONTRACT = load_submission(TOP / "reference")
MISCONCEPTIONS = load_misconceptions(ASSIGNMENT, CONTRACT)
REFERENCE = grade(SUBMISSION, ASSIGNMENT, CONTRACT, seed=0).grade


def rewrites(file):
    """Return the functions of a file that are named like a misconception."""
    spec = importlib.util.spec_from_file_location(f"rewrites_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return {name: function for name, function in vars(module).items() if name in MISCONCEPTIONS}


def diagnoses(names_and_functions, seed):
    """Grade the reference with each function in place of the right one; return what was named for each."""

    def work(grader):
        found = {}
        for name, function in names_and_functions.items():
            imitates = MISCONCEPTIONS[name].imitates
            submission = LocalSubmission(SUBMISSION.source, replacements={imitates: function})
            only = [check.id for check in REFERENCE.checks if imitates in check.functions]
            checks = grader.grade(submission, seed=seed, only=only).grade.checks
            assert any(check.outcome in ("failed", "error") for check in checks), f"{name} is not caught"
            found[name] = {
                diagnosis.misconception
                for check in checks
                if check.failure is not None
                for diagnosis in check.failure.diagnosis
                if MISCONCEPTIONS[diagnosis.misconception].imitates == imitates
            }
        return found

    return grading(ASSIGNMENT, CONTRACT, work)


@pytest.fixture(scope="module")
def named():
    """The misconceptions that were named for each rewrite."""
    return {name: found for file in FILES for name, found in diagnoses(rewrites(file), seed=0).items()}


def test_there_are_many():
    """Rewrites of at least 40 mistakes, from every module."""
    assert sum(len(rewrites(file)) for file in FILES) >= 40
    assert {file.stem for file in FILES} == set(ASSIGNMENT.graded_modules(CONTRACT))


def test_nine_of_ten_are_named(named):
    """The right misconception is among those named, in at least 90 % of the rewrites."""
    missed = [name for name, found in named.items() if name not in found]
    assert len(missed) <= 0.1 * len(named), missed


def test_none_is_named_wrongly(named):
    """No rewrite is taken for another mistake alone."""
    assert {name: found for name, found in named.items() if found and name not in found} == {}
