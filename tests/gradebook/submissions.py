"""Classes to grade: small submissions, an assignment of a few checks, and one whose check ends the grader."""

import sqlite3
from pathlib import Path

from backproof.gradebook.database import Gradebook
from backproof.standings import Standing
from tests.helpers import write_files

MEAN_SQUARED_ERROR = """
import numpy as np


def mean_squared_error(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("prediction and target have other shapes")
    difference = prediction - target
    return np.mean(difference**2), 2 * difference / difference.size
"""
HALF = MEAN_SQUARED_ERROR.replace("2 * difference /", "difference /")
LONG_AGO = 1_700_000_000


def small_assignment(folder: Path) -> Path:
    """Write an assignment of one function."""
    return write_files(folder / "week1", {"assignment.toml": 'functions = ["mean_squared_error"]\n'})


def crashing_assignment(folder: Path) -> Path:
    """Write an assignment with a check that ends its own process if a submission returns 13."""
    return write_files(
        folder / "crashing",
        {
            "assignment.toml": 'title = "One submission ends its grader"\n',
            "student_template/numbers.py": '''
                """Numbers."""


                def answer():
                    """The answer.

                    Returns
                    -------
                    number : int
                    """
                    raise NotImplementedError("answer")
            ''',
            "reference/numbers.py": "def answer():\n    return 42\n",
            "checks/test_numbers.py": '''
                import os

                from backproof.testing import assert_that, check


                @check(points=1, source="-", hint="It is 42.")
                def test_answer(answer):
                    """The answer is 42."""
                    if answer() == 13:
                        os._exit(7)
                    assert_that(answer() == 42, "it is not 42")
            ''',
        },
    )


def write_numbers(folder: Path, numbers: dict[str, int]) -> Path:
    """Write a class in which each learner returns a number."""
    files = {f"{name}/numbers.py": f"def answer():\n    return {number}\n" for name, number in numbers.items()}
    return write_files(folder, files)


def a_class(folder: Path, count: int) -> Path:
    """Write a class of distinct submissions, every other one with a wrong gradient."""
    sources = {
        f"learner{number:03}/losses.py": (HALF if number % 2 else MEAN_SQUARED_ERROR) + f"\n# {number}\n"
        for number in range(count)
    }
    return write_files(folder, sources)


def standings(file: Path) -> dict[str, Standing]:
    """Return the standing of each learner, by name."""
    with Gradebook(file) as gradebook:
        (suite,) = gradebook.suites()
        return {standing.attempt.learner: standing for standing in gradebook.standings(suite)}


def scores(file: Path) -> dict[str, float | None]:
    """Return the score of each learner as a percentage; None without a grade."""
    return {name: standing.grade and standing.grade.percent for name, standing in standings(file).items()}


def rows(file: Path) -> int:
    """Return the number of stored grades; 0 if there is no gradebook yet."""
    if not file.exists():
        return 0
    with sqlite3.connect(file) as database:
        has_grades = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'grades'").fetchone()[0]
        return database.execute("SELECT count(*) FROM grades").fetchone()[0] if has_grades else 0
