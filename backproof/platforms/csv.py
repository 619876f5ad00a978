"""CSV: a row for each learner, with the points of each module, for any spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from msgspec.structs import asdict

from backproof.reports.points import as_decimal, points_by_module
from backproof.result import Counts, legible
from backproof.standings import ClassGrades, Standing

LATE = {None: "", True: "true", False: "false"}
LEARNER_COLUMNS = ("learner", "path", "submitted_at", "attempts", "late")
GRADE_COLUMNS = ("score", "max_score", "percent", *Counts.__struct_fields__)
# A spreadsheet takes a cell with such a beginning for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_class(grades: ClassGrades, stream: IO[bytes]) -> None:
    """Write the header and the rows, with a column for each module of any learner."""
    rows = [(_cells(standing, standing.is_late(grades.due)), _points(standing)) for standing in grades.standings]
    modules = list(dict.fromkeys(module for _, points in rows for module in points))
    header = [*LEARNER_COLUMNS, *GRADE_COLUMNS, "problem", *modules]
    table = ([*cells, *(cell(points.get(module)) for module in modules)] for cells, points in rows)
    stream.write(legible(as_csv([header, *table])).encode())


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV without formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_plain(text) for text in row] for row in rows)
    return text.getvalue()


def cell(number: float | None) -> str:
    """Return a number as a cell; None is blank."""
    return "" if number is None else as_decimal(number)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(standing: Standing, is_late: bool | None) -> list[str]:
    attempt, grade = standing.attempt, standing.grade
    when = attempt.submitted_at.isoformat(timespec="seconds")
    learner = [attempt.learner, attempt.path, when, str(standing.attempts), LATE[is_late]]
    if grade is None:
        return [*learner, *[""] * len(GRADE_COLUMNS), standing.reason_not_graded]
    numbers = [grade.score, grade.max_score, round(grade.percent, 2), *asdict(grade.counts).values()]
    return [*learner, *map(cell, numbers), ""]


def _points(standing: Standing) -> dict[str, float]:
    checks = [] if standing.grade is None else standing.grade.checks
    return {module.module: module.points for module in points_by_module(checks)}
