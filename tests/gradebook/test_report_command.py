"""``backproof report``: its output, the choice of the assignment, and usage errors."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from backproof.gradebook.database import Gradebook
from tests.gradebook.conftest import WEEK_1, unpacked
from tests.helpers import assert_usage_error, backproof

LATER = replace(WEEK_1, version="0.2.0")
WEEK_2 = replace(WEEK_1, assignment="week-2", assignment_sha256="2" * 64)


def add_grades(folder, *suites):
    """Add grades of other suites, for learners with a grade, to the copy of the gradebook."""
    with closing(Gradebook(folder / "class.sqlite")) as gradebook:
        graded = [standing for standing in gradebook.standings(WEEK_1) if standing.grade]
        for suite in suites:
            gradebook.add_suite(suite, 0)
            for standing in graded[:2]:
                gradebook.add_attempt(suite, standing.attempt)
                gradebook.store_grade(suite, standing.grade)
            gradebook.add_attempt(suite, replace(graded[2].attempt, sha256="of a submission that is not graded yet"))


def test_the_summary(report):
    """Without options: graded learners, scores, most frequent failures and mistakes, reasons for missing grades."""
    done = report("--due", "2026-11-20T23:59+00:00")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[0] == "6 of 7 learners graded, 3 late"
    assert lines[1] == "median 11.5 of 26 points; half of them from 7 to 16"
    failed = lines[lines.index(next(line for line in lines if line.startswith("most failed"))) + 1 :][:5]
    assert all(line.startswith("losses/test_") and line.endswith("5 (83 %)") for line in failed)
    assert any(line.startswith("the loss is summed over the batch") and line.endswith("2 (33 %)") for line in lines)
    assert lines[-1].startswith("unreadable: ")
    assert lines[-1].endswith("unreadable.zip was not read")


def test_a_page_and_an_export_at_once(report, tmp_path):
    """Both are written, and no other file."""
    done = report("--html", "class.html", "--format", "csv", "--output", "class.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "grace.hopper" in (tmp_path / "class.csv").read_text(encoding="utf-8")
    assert "grace.hopper" in unpacked((tmp_path / "class.html").read_text(encoding="utf-8"))
    assert {file.name for file in tmp_path.iterdir() if "sqlite" not in file.name} == {"class.html", "class.csv"}


def test_of_several_assignments_one_is_chosen(report, tmp_path):
    """A missing or an unknown name is a usage error that lists the assignments."""
    add_grades(tmp_path, WEEK_2)
    for arguments in ((), ("--assignment", "week-3")):
        done = report(*arguments)
        assert_usage_error(done)
        assert "week-1, week-2" in done.stderr
    done = report("--assignment", "week-2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 of 3 learners graded\n")
    assert "not graded yet" in done.stdout
    assert report("--assignment", "week-1").stdout.startswith("6 of 7 ")


def test_the_latest_version_is_used_and_reported(report, tmp_path):
    """The note is one line on standard error, so that it is not in an export."""
    add_grades(tmp_path, LATER)
    done = report()
    assert (done.returncode, done.stdout.partition("\n")[0]) == (0, "3 of 7 learners graded")
    assert len(done.stderr.splitlines()) == 1
    assert "week-1 was graded in 2 versions; this is the latest: suite 0.2.0" in done.stderr


def test_an_empty_gradebook_is_refused(tmp_path):
    """The usage error names the command that fills it, and no page is written."""
    Gradebook(tmp_path / "class.sqlite", is_new_allowed=True).close()
    done = backproof("report", "class.sqlite", "--html", "class.html", cwd=tmp_path)
    assert_usage_error(done)
    assert "backproof batch SUBMISSIONS --gradebook class.sqlite" in done.stderr
    assert not (tmp_path / "class.html").exists()


def test_files_that_are_no_gradebook(tmp_path):
    """Another file, another SQLite file, a folder and a missing file are usage errors."""
    (tmp_path / "text.sqlite").write_text("no database" * 100)
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("CREATE TABLE cats (name TEXT)")
    (tmp_path / "folder.sqlite").mkdir()
    for name in ("text.sqlite", "other.sqlite", "folder.sqlite", "missing.sqlite"):
        done = backproof("report", name, cwd=tmp_path)
        assert_usage_error(done)
        assert name in done.stderr
    assert not (tmp_path / "missing.sqlite").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--output", "class.csv"), "--format"),
        (("--format", "csv"), "--output"),
        (("--format", "parquet", "--output", "-"), "--output FILE"),
        (("--format", "csv", "--output", "class.sqlite"), "GRADEBOOK and --output"),
        (("--format", "csv", "--output", "x", "--html", "./x"), "--html and --output"),
        (("--format", "csv", "--output", "nowhere/x"), "nowhere"),
        (("--html", "."), "folder"),
        (("--format", "excel", "--output", "x"), "canvas"),
        (("--due", "2026-11-20"), "2026-11-20T23:59"),
        (("--due", "friday"), "friday"),
    ],
)
def test_wrong_usage_is_one_line(report, tmp_path, options, expected):
    """Nothing is written."""
    before = (tmp_path / "class.sqlite").read_bytes()
    done = report(*options)
    assert_usage_error(done)
    assert expected in done.stderr
    assert (tmp_path / "class.sqlite").read_bytes() == before
    assert not [file for file in tmp_path.iterdir() if "sqlite" not in file.name]


def test_a_reader_may_close_the_pipe(filled, tmp_path):
    """``| head`` ends the command without a traceback."""
    import os
    import subprocess
    import sys

    for file in filled.glob("class.sqlite*"):
        shutil.copyfile(file, tmp_path / file.name)
    command = f"{sys.executable} -m backproof report class.sqlite --format jsonl --output - | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"learner"', "")
