"""The CSV file for Canvas, read as its importer reads it."""

import csv
import io

import pytest

from backproof.platforms import render
from tests.platforms.grades import checked, graded, mixed


def rows(grade) -> list[list[str]]:
    """Return the rows, all of the same length."""
    found = list(csv.reader(io.StringIO(render("csv", grade), newline=""), strict=True))
    assert {len(row) for row in found} == {6}
    return found


def test_header_points_possible_and_student():
    """There are the columns that Canvas needs, the row of the maximum points, and the student by login."""
    assert rows(mixed()) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "week-2"],
        ["Points Possible", "", "", "", "", "5"],
        ["ada", "", "", "ada", "", "1"],
    ]


def test_the_column_can_be_an_existing_one(monkeypatch):
    """An unknown title makes a new assignment in Canvas; title and id together name an existing one."""
    monkeypatch.setenv("CANVAS_ASSIGNMENT", 'Week 2, "losses" (1234)')
    assert rows(mixed())[0][-1] == 'Week 2, "losses" (1234)'


def test_a_zero_is_a_score():
    """No points are written as 0: a blank cell is no score, and EX excuses."""
    assert rows(graded(checked(outcome="failed")))[-1][-1] == "0"


@pytest.mark.parametrize(("points", "cell"), [(1 / 3, "0.333333"), (1234567.5, "1234567.5"), (10.0, "10")])
def test_scores_are_plain_decimals(points, cell):
    """No exponent and no lost digit."""
    assert rows(graded(checked(max_points=points)))[-1][-1] == cell


@pytest.mark.parametrize("name", ['O"Neil, Ada', "a\nb", "ünal", "ada; DROP", "EX"])
def test_names_are_quoted(name):
    """Commas, quotation marks and line breaks in a name move no cell."""
    assert rows(graded(checked(), path=f"/submissions/{name}", assignment=name))[-1][0] == name


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(name):
    """A spreadsheet runs no formula from the name of a folder."""
    assert rows(graded(checked(), path=f"/submissions/{name}", assignment=name))[-1][0] == f"'{name}"


def test_a_file_is_named_without_its_ending():
    """The name of a single file is the student's login with .py."""
    assert rows(graded(checked(), path="/submissions/ada.lovelace.py"))[-1][0] == "ada.lovelace"
