"""The exports of a class, through the command line, read as their users read them."""

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
    """Return what the command prints, which complains of nothing."""
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


def test_the_formats_are_those_that_were_promised():
    """The formats are the modules of the package."""
    assert CLASS_FORMATS == ("canvas", "csv", "jsonl", "parquet")


def test_csv_has_a_row_for_each_learner(report):
    """Counts, points and time of the last attempt, and a column for each module; formulas are text."""
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


def test_who_was_not_graded_has_a_row_that_says_why(report):
    """Blank cells, and the problem."""
    row = rows(exported(report, "csv"))["unreadable"]
    assert row["problem"].endswith("unreadable.zip was not read")
    assert {row[name] for name in ("score", "max_score", "percent", "passed", "losses")} == {""}


@pytest.mark.parametrize("due", [DUE.isoformat(), "2026-11-21T07:59:00+08:00"])
def test_what_came_after_the_due_time_is_late(report, tmp_path, due):
    """In every format; to the minute is in time, whatever zone the time is told in."""
    late = {"ada", "copycat", "grace.hopper"}
    assert {name for name, row in rows(exported(report, "csv", "--due", due)).items() if row["late"] == "true"} == late
    lines = map(json.loads, exported(report, "jsonl", "--due", due).splitlines())
    assert {line["learner"] for line in lines if line["late"]} == late
    assert {row["learner"] for row in table(report, tmp_path, "--due", due) if row["late"]} == late


def test_a_due_time_without_a_zone_is_local(report):
    """The machine's zone is the instructor's."""
    options = "--format", "csv", "--output", "-", "--due", "2026-11-20T19:59"
    late = {name for name, row in rows(report(*options, TZ="EST+5").stdout).items() if row["late"] == "true"}
    assert late == {"copycat", "grace.hopper"}


def test_canvas_knows_learners_by_login(report):
    """The row of the most points, and a blank cell, no zero, for who was not graded."""
    text = exported(report, "canvas")
    first, second, *_ = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert first == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "week-1"]
    found = rows(text)
    assert second == ["Points Possible", "", "", "", "", found["grace.hopper"]["week-1"]]
    assert found.keys() - {"Points Possible"} == {*LEARNERS, FORMULA_AS_TEXT} - {FORMULA}
    assert found["unreadable"]["week-1"] == ""
    assert 0 < float(found["ada"]["week-1"]) < float(second[-1])


def test_json_lines_hold_whole_grades(report):
    """As `backproof grade --json` writes them."""
    found = {line["learner"]: line for line in map(json.loads, exported(report, "jsonl").splitlines())}
    assert list(found) == LEARNERS
    assert found["unreadable"]["grade"] is None
    assert "was not read" in found["unreadable"]["problem"]
    grade = msgspec.convert(found["ada"]["grade"], Grade)
    assert grade.schema == "backproof/grade/v1"
    assert grade.counts.total == len(grade.checks)
    assert found["ada"]["attempts"] == 2


def test_parquet_has_a_row_for_each_learner_and_check(report, tmp_path):
    """Points add up to scores, misconceptions are named, and who was not graded has one row without a check."""
    found = table(report, tmp_path)
    checks = [row["check"] for row in found if row["learner"] == "grace.hopper"]
    assert len(checks) == len(set(checks)) > 20
    assert len(found) == (len(LEARNERS) - 1) * len(checks) + 1
    for learner in ("ada", TWO_LINES, FORMULA):
        own = [row for row in found if row["learner"] == learner]
        assert sum(row["points"] for row in own) == pytest.approx(own[0]["score"])
    met = {name for row in found if row["learner"] == "ada" for name in row["misconceptions"]}
    assert met == {"cross_entropy_summed_over_the_batch"}
    (nobody,) = (row for row in found if row["learner"] == "unreadable")
    assert (nobody["check"], nobody["score"]) == (None, None)
    assert found[0]["submitted_at"].utcoffset() is not None


def test_a_large_class_is_written_in_row_groups(filled, tmp_path):
    """And in several of them nothing is missing."""
    with closing(Gradebook(filled / "class.sqlite")) as gradebook:
        standings = list(gradebook.standings(WEEK_1))
    often = chain.from_iterable(repeat(standings, 200))
    with (tmp_path / "class.parquet").open("wb") as stream:
        write_class("parquet", ClassGrades("week-1", often), stream)
    file = pyarrow.parquet.ParquetFile(tmp_path / "class.parquet")
    assert file.num_row_groups > 1
    rows_of_one = 1 + sum(len(standing.grade.checks) for standing in standings if standing.grade)
    assert file.metadata.num_rows == 200 * rows_of_one


def test_parquet_says_what_to_install(report, tmp_path):
    """Without pyarrow, one line, and nothing is written."""
    # Python looks here before it looks for what is installed, and finds no package.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfrom importlib.machinery import PathFinder\nfind = PathFinder.find_spec\n"
        "hide = lambda cls, name, *rest: None if name == 'pyarrow' else find(name, *rest)\n"
        "PathFinder.find_spec = classmethod(hide)\n"
    )
    done = report("--format", "parquet", "--output", "class.parquet", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "backproof: --format parquet needs pyarrow: pip install 'backproof[parquet]'\n"
    assert not (tmp_path / "class.parquet").exists()
