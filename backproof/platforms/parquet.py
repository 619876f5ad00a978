"""Parquet: a long table with a row for each learner and check, for pandas, Polars, DuckDB or R.

A learner without a grade has one row, without a check, so that no learner is missing.
"""

from collections.abc import Iterator
from typing import IO, Any

from backproof.standings import ClassGrades, Standing

IS_TEXT = False
NEEDS = "pyarrow"
# Of a row group: some 25 grades of all checks, which take 30 MB of memory.
MOST_ROWS = 20_000


def write_class(grades: ClassGrades, stream: IO[bytes]) -> None:
    """Write the table, one row group at a time."""
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema(
        {
            "learner": pyarrow.string(),
            "submitted_at": pyarrow.timestamp("us", tz="UTC"),
            "late": pyarrow.bool_(),
            "problem": pyarrow.string(),
            "score": pyarrow.float64(),
            "check": pyarrow.string(),
            "module": pyarrow.string(),
            "outcome": pyarrow.string(),
            "points": pyarrow.float64(),
            "max_points": pyarrow.float64(),
            "seconds": pyarrow.float64(),
            "misconceptions": pyarrow.list_(pyarrow.string()),
        }
    )
    with pyarrow.parquet.ParquetWriter(stream, schema) as writer:
        for rows in _row_groups(grades):
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))


def _row_groups(grades: ClassGrades) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for standing in grades.standings:
        rows += _rows(standing, standing.is_late(grades.due))
        if len(rows) >= MOST_ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _rows(standing: Standing, is_late: bool | None) -> list[dict[str, Any]]:
    learner = {
        "learner": standing.attempt.learner,
        "submitted_at": standing.attempt.submitted_at,
        "late": is_late,
        "problem": standing.reason_not_graded,
    }
    grade = standing.grade
    if grade is None:
        return [learner]
    return [
        {
            **learner,
            "score": grade.score,
            "check": check.id,
            "module": check.module,
            "outcome": check.outcome,
            "points": check.points,
            "max_points": check.max_points,
            "seconds": check.seconds,
            "misconceptions": [one.misconception for one in (check.failure.diagnosis if check.failure else [])],
        }
        for check in grade.checks
    ]
