"""Canvas: the CSV file that its gradebook imports, with a row for each learner.

As ``backproof grade --format csv`` writes it for one: the login is the learner's name, the column is
``CANVAS_ASSIGNMENT`` of the environment or the assignment's name. Who has no grade has a blank cell, which Canvas
leaves as it is.
"""

from typing import IO

from backproof.class_grades import ClassGrades
from backproof.gradebooks.csv import canvas_sheet
from backproof.result import legible


def write(grades: ClassGrades, stream: IO[bytes]) -> None:
    """Write the header, the row of the most points, and the row of each learner."""
    scores: dict[str, float | None] = {}
    max_score = None
    for standing in grades.standings:
        grade = standing.grade
        scores[standing.attempt.learner] = None if grade is None else grade.score
        max_score = max_score if grade is None else grade.max_score
    stream.write(legible(canvas_sheet(grades.assignment, max_score, scores)).encode())
