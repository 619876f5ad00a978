"""Canvas: a CSV file for the import of its gradebook.

Source: the Canvas instructor guide, "How do I import grades in the Gradebook?".

The student is the name of the submission's folder or file, which should be the login. The column is
``CANVAS_ASSIGNMENT`` of the environment, for example ``Week 2 (1234)``; without it, it is the name of the assignment,
and Canvas makes a new one of that name.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from backproof.reports.points import as_decimal
from backproof.result import Grade

STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(grade: Grade) -> str:
    """Return the header, the row of the most points, and the row of the student."""
    path = PurePath(grade.submission.path)
    login = path.stem if path.suffix == ".py" else path.name
    return canvas_sheet(grade.assignment, grade.max_score, {login: grade.score})


def canvas_sheet(assignment: str, max_score: float | None, scores: Mapping[str, float | None]) -> str:
    """Return what Canvas reads, with a row for each login; None is a blank cell: no score."""
    column = os.environ.get("CANVAS_ASSIGNMENT") or assignment
    students = ([login, "", "", login, "", cell(score)] for login, score in scores.items())
    return as_csv([[*STUDENT, column], ["Points Possible", "", "", "", "", cell(max_score)], *students])


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV in which a spreadsheet finds no formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_plain(text) for text in row] for row in rows)
    return text.getvalue()


def cell(number: float | None) -> str:
    """Return a number as a cell; nothing is blank."""
    return "" if number is None else as_decimal(number)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
