"""Canvas: the CSV file that its gradebook imports, for one grade (format ``csv``) or for a class (``canvas``).

Source: the Canvas instructor guide, "How do I import grades in the Gradebook?".

The student is the name of the submission's folder or file, or of the learner in a class; it should be the login. The
environment variable ``CANVAS_ASSIGNMENT`` sets the column, for example ``Week 2 (1234)``. Its default is the name of
the assignment, which Canvas creates. A learner without a grade has a blank cell, which Canvas leaves unchanged.
"""

import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO

from backproof.platforms.csv import as_csv, cell
from backproof.result import Grade, legible
from backproof.standings import ClassGrades

GRADE_FORMAT = "csv"
STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def write_grade(grade: Grade) -> str:
    """Return the header, the row of the maximum points, and the row of the student."""
    path = PurePath(grade.submission.path)
    login = path.stem if path.suffix == ".py" else path.name
    return _sheet(grade.assignment, grade.max_score, {login: grade.score})


def write_class(grades: ClassGrades, stream: IO[bytes]) -> None:
    """Write the header, the row of the maximum points, and the row of each learner."""
    scores: dict[str, float | None] = {}
    max_score = None
    for standing in grades.standings:
        grade = standing.grade
        scores[standing.attempt.learner] = None if grade is None else grade.score
        max_score = max_score if grade is None else grade.max_score
    stream.write(legible(_sheet(grades.assignment, max_score, scores)).encode())


def _sheet(assignment: str, max_score: float | None, scores: Mapping[str, float | None]) -> str:
    """Return the CSV text, with a row for each login; None is a blank cell: no score."""
    column = os.environ.get("CANVAS_ASSIGNMENT") or assignment
    students = ([login, "", "", login, "", cell(score)] for login, score in scores.items())
    return as_csv([[*STUDENT, column], ["Points Possible", "", "", "", "", cell(max_score)], *students])
