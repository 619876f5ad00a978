"""Canvas: a CSV file for the import of its gradebook.

Source: the Canvas instructor guide, "How do I import grades in the Gradebook?".

The student is the name of the submission's folder or file, which should be the login. The column is
``CANVAS_ASSIGNMENT`` of the environment, for example ``Week 2 (1234)``; without it, it is the name of the assignment,
and Canvas makes a new one of that name.
"""

import csv
import io
import os
from pathlib import PurePath

from backproof.reports.points import as_decimal
from backproof.result import Grade

STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(grade: Grade) -> str:
    """Return the header, the row of the most points, and the row of the student."""
    path = PurePath(grade.submission.path)
    login = _plain(path.stem if path.suffix == ".py" else path.name)
    column = _plain(os.environ.get("CANVAS_ASSIGNMENT") or grade.assignment)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*STUDENT, column])
    writer.writerow(["Points Possible", "", "", "", "", as_decimal(grade.max_score)])
    writer.writerow([login, "", "", login, "", as_decimal(grade.score)])
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
