"""``backproof report``: what it prints and writes, which assignment it takes, and what it refuses."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from backproof.gradebook.database import Gradebook
from tests.gradebook.conftest import WEEK_1, unpacked
from tests.helpers import assert_one_line_of_complaint, backproof

LATER = replace(WEEK_1, version="0.2.0")
WEEK_2 = replace(WEEK_1, assignment="week-2", assignment_sha256="2" * 64)


def graded_again(folder, *suites):
    """Enter grades of other suites, of who was graded, into the copy of the gradebook."""
    with closing(Gradebook(folder / "class.sqlite")) as gradebook:
        graded = [standing for standing in gradebook.standings(WEEK_1) if standing.grade]
        for suite in suites:
            gradebook.begin(suite, 0)
            for standing in graded[:2]:
                gradebook.hand_in(suite, standing.attempt)
                gradebook.keep(suite, standing.grade)
            gradebook.hand_in(suite, replace(graded[2].attempt, sha256="of a text that waits"))


def test_the_summary(report):
    """Without an option: who was graded, the scores, what is failed and mistaken most, and why somebody is missing."""
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
    """Both are written whole, and nothing else."""
    done = report("--html", "class.html", "--format", "csv", "--output", "class.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "grace.hopper" in (tmp_path / "class.csv").read_text(encoding="utf-8")
    assert "grace.hopper" in unpacked((tmp_path / "class.html").read_text(encoding="utf-8"))
    assert {file.name for file in tmp_path.iterdir() if "sqlite" not in file.name} == {"class.html", "class.csv"}


def test_of_several_assignments_one_is_chosen(report, tmp_path):
    """By its name; without it, or with another, one line names them."""
    graded_again(tmp_path, WEEK_2)
    for arguments in ((), ("--assignment", "week-3")):
        done = report(*arguments)
        assert_one_line_of_complaint(done)
        assert "week-1, week-2" in done.stderr
    done = report("--assignment", "week-2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 of 3 learners graded\n")
    assert "not graded yet" in done.stdout
    assert report("--assignment", "week-1").stdout.startswith("6 of 7 ")


def test_the_latest_version_is_taken_and_said(report, tmp_path):
    """In one line on standard error, so that an export stays one."""
    graded_again(tmp_path, LATER)
    done = report()
    assert (done.returncode, done.stdout.partition("\n")[0]) == (0, "3 of 7 learners graded")
    assert len(done.stderr.splitlines()) == 1
    assert "week-1 was graded in 2 versions; this is the latest: suite 0.2.0" in done.stderr


def test_an_empty_gradebook_says_how_to_fill_it(tmp_path):
    """It is no error of SQLite's, and no empty page."""
    Gradebook(tmp_path / "class.sqlite", is_new_allowed=True).close()
    done = backproof("report", "class.sqlite", "--html", "class.html", cwd=tmp_path)
    assert_one_line_of_complaint(done)
    assert "backproof batch SUBMISSIONS --gradebook class.sqlite" in done.stderr
    assert not (tmp_path / "class.html").exists()


def test_files_that_are_no_gradebook(tmp_path):
    """Another file, another SQLite file, a folder, none."""
    (tmp_path / "text.sqlite").write_text("no database" * 100)
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("CREATE TABLE cats (name TEXT)")
    (tmp_path / "folder.sqlite").mkdir()
    for name in ("text.sqlite", "other.sqlite", "folder.sqlite", "missing.sqlite"):
        done = backproof("report", name, cwd=tmp_path)
        assert_one_line_of_complaint(done)
        assert name in done.stderr
    assert not (tmp_path / "missing.sqlite").exists()


@pytest.mark.parametrize(
    ("options", "says"),
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
def test_wrong_usage_is_one_line(report, tmp_path, options, says):
    """And nothing is written."""
    before = (tmp_path / "class.sqlite").read_bytes()
    done = report(*options)
    assert_one_line_of_complaint(done)
    assert says in done.stderr
    assert (tmp_path / "class.sqlite").read_bytes() == before
    assert not [file for file in tmp_path.iterdir() if "sqlite" not in file.name]


def test_a_reader_may_stop(filled, tmp_path):
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
