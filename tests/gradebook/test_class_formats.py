"""The formats of a class, written by the command and read with the usual libraries."""

import csv
import io
import json
from contextlib import closing
from datetime import datetime
from itertools import chain, repeat

import msgspec
import pyarrow.parquet
import pytest

from backproof.gradebook.database import Gradebook
from backproof.platforms import CLASS_FORMATS, write_class
from backproof.result import Grade
from backproof.standings import ClassGrades
from tests.gradebook.conftest import DUE, FORMULA, LEARNERS, TWO_LINES, WEEK_1

FORMULA_AS_TEXT = f"'{FORMULA}"


def exported(report, name, *arguments):
    """Return the printed export; there are no error messages."""
    done = report("--format", name, "--output", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def rows(text):
    """Return the rows by learner."""
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return {row.get("learner") or row["SIS Login ID"] or row["Student"]: row for row in found}


def table(report, tmp_path, *arguments):
    """Return the rows of the Parquet file."""
    assert report("--format", "parquet", "--output", "class.parquet", *arguments).returncode == 0
    return pyarrow.parquet.read_table(tmp_path / "class.parquet").to_pylist()


def test_all_formats_are_found():
    """The formats are those of the modules of the package."""
    assert CLASS_FORMATS == ("canvas", "csv", "jsonl", "parquet")


def test_csv_has_a_row_for_each_learner(report):
    """A row has counts, points and time of the last attempt, and a column for each module; formulas are text."""
    found = rows(exported(report, "csv"))
    assert found.keys() == {*LEARNERS, FORMULA_AS_TEXT} - {FORMULA}
    assert list(found["ada"])[:5] == ["learner", "path", "submitted_at", "attempts", "late"]
    ada, grace = found["ada"], found["grace.hopper"]
    assert (ada["attempts"], ada["late"], ada["problem"]) == ("2", "", "")
    assert ada["path"].endswith("/handed-in/ada")
    assert (grace["attempts"], grace["percent"], grace["score"]) == ("1", "100", grace["max_score"])
    for row in (ada, grace):
        assert datetime.fromisoformat(row["submitted_at"]).utcoffset() is not None
        assert float(row["activations"]) + float(row["losses"]) == float(row["score"])
    assert float(ada["losses"]) < float(grace["losses"])
    assert ada["activations"] == grace["activations"]
    assert int(ada["failed"]) > 0
    assert int(ada["passed"]) + int(ada["failed"]) == int(grace["passed"])
    assert int(found[TWO_LINES]["error"]) > 0


def test_a_learner_without_a_grade_has_a_row_with_the_reason(report):
    """The other cells are blank."""
    row = rows(exported(report, "csv"))["unreadable"]
    assert row["problem"].endswith("unreadable.zip was not read")
    assert {row[name] for name in ("score", "max_score", "percent", "passed", "losses")} == {""}


@pytest.mark.parametrize("due", [DUE.isoformat(), "2026-11-21T07:59:00+08:00"])
def test_attempts_after_the_due_time_are_late(report, tmp_path, due):
    """They are late in every format; an attempt at the due time is not, in whatever zone the time is given."""
    late = {"ada", "copycat", "grace.hopper"}
    assert {name for name, row in rows(exported(report, "csv", "--due", due)).items() if row["late"] == "true"} == late
    lines = map(json.loads, exported(report, "jsonl", "--due", due).splitlines())
    assert {line["learner"] for line in lines if line["late"]} == late
    assert {row["learner"] for row in table(report, tmp_path, "--due", due) if row["late"]} == late


def test_a_due_time_without_a_zone_is_local(report):
    """The zone of the machine counts."""
    options = "--format", "csv", "--output", "-", "--due", "2026-11-20T19:59"
    late = {name for name, row in rows(report(*options, TZ="EST+5").stdout).items() if row["late"] == "true"}
    assert late == {"copycat", "grace.hopper"}


def test_canvas_knows_learners_by_login(report):
    """There is a row of the maximum points; a learner without a grade has a blank cell, not a zero."""
    text = exported(report, "canvas")
    first, second, *_ = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert first == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "week-1"]
    found = rows(text)
    assert second == ["Points Possible", "", "", "", "", found["grace.hopper"]["week-1"]]
    assert found.keys() - {"Points Possible"} == {*LEARNERS, FORMULA_AS_TEXT} - {FORMULA}
    assert found["unreadable"]["week-1"] == ""
    assert 0 < float(found["ada"]["week-1"]) < float(second[-1])


def test_json_lines_hold_whole_grades(report):
    """Grades are as in `backproof grade --json`."""
    found = {line["learner"]: line for line in map(json.loads, exported(report, "jsonl").splitlines())}
    assert list(found) == LEARNERS
    assert found["unreadable"]["grade"] is None
    assert "was not read" in found["unreadable"]["problem"]
    grade = msgspec.convert(found["ada"]["grade"], Grade)
    assert grade.schema == "backproof/grade/v1"
    assert grade.counts.total == len(grade.checks)
    assert found["ada"]["attempts"] == 2


def test_parquet_has_a_row_for_each_learner_and_check(report, tmp_path):
    """Points add up to scores, misconceptions are named, and a learner without a grade has one row without a check."""
    found = table(report, tmp_path)
    checks = [row["check"] for row in found if row["learner"] == "grace.hopper"]
    assert len(checks) == len(set(checks)) > 20
    assert len(found) == (len(LEARNERS) - 1) * len(checks) + 1
    for learner in ("ada", TWO_LINES, FORMULA):
        own = [row for row in found if row["learner"] == learner]
        assert sum(row["points"] for row in own) == pytest.approx(own[0]["score"])
    met = {name for row in found if row["learner"] == "ada" for name in row["misconceptions"]}
    assert met == {"cross_entropy_summed_over_the_batch"}
    (unreadable,) = (row for row in found if row["learner"] == "unreadable")
    assert (unreadable["check"], unreadable["score"]) == (None, None)
    assert found[0]["submitted_at"].utcoffset() is not None


def test_a_large_class_is_written_in_row_groups(filled, tmp_path):
    """No row is missing in several row groups."""
    with closing(Gradebook(filled / "class.sqlite")) as gradebook:
        standings = list(gradebook.standings(WEEK_1))
    often = chain.from_iterable(repeat(standings, 200))
    with (tmp_path / "class.parquet").open("wb") as stream:
        write_class("parquet", ClassGrades("week-1", often), stream)
    file = pyarrow.parquet.ParquetFile(tmp_path / "class.parquet")
    assert file.num_row_groups > 1
    rows_of_one = 1 + sum(len(standing.grade.checks) for standing in standings if standing.grade)
    assert file.metadata.num_rows == 200 * rows_of_one


def test_a_missing_library_is_named(report, tmp_path):
    """Without pyarrow the command prints what to install, and writes nothing."""
    # This folder comes first on Python's path, and its sitecustomize hides the installed package.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfrom importlib.machinery import PathFinder\nfind = PathFinder.find_spec\n"
        "hide = lambda cls, name, *rest: None if name == 'pyarrow' else find(name, *rest)\n"
        "PathFinder.find_spec = classmethod(hide)\n"
    )
    done = report("--format", "parquet", "--output", "class.parquet", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "backproof: --format parquet needs pyarrow: pip install 'backproof[parquet]'\n"
    assert not (tmp_path / "class.parquet").exists()
