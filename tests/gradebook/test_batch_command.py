"""``backproof batch``: each submission graded once, whatever it is, and whatever becomes of the grader."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.gradebook.batch_classes import (
    HALF,
    LONG_AGO,
    MEAN_SQUARED_ERROR,
    a_class,
    answers,
    deadly_assignment,
    rows,
    scores,
    small_assignment,
    standings,
)
from tests.helpers import assert_one_line_of_complaint, backproof, write_files


@pytest.fixture
def assignment(tmp_path):
    """An assignment of one function."""
    return small_assignment(tmp_path)


def batch(folder, *options, **settings):
    """Grade the class in ``submissions`` into ``class.sqlite``."""
    return backproof("batch", "submissions", "--gradebook", "class.sqlite", *options, cwd=folder, **settings)


def test_every_kind_of_submission_is_one_learner(tmp_path, assignment):
    """Folders, files, archives and notebooks; what systems leave behind is nobody's."""
    cells = [{"cell_type": "code", "source": MEAN_SQUARED_ERROR, "metadata": {}, "outputs": []}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    folder = write_files(
        tmp_path / "submissions",
        {
            "ada/losses.py": MEAN_SQUARED_ERROR,
            "ben.py": HALF,
            "eve.ipynb": json.dumps(notebook),
            "__MACOSX/ada/losses.py": HALF,
            ".DS_Store": "",
            "readme.txt": "",
        },
    )
    packed = write_files(tmp_path / "packed", {"losses.py": HALF})
    shutil.make_archive(str(folder / "dan.b"), "zip", packed)
    shutil.make_archive(str(folder / "fay"), "gztar", packed)
    done = batch(tmp_path, "--assignment", assignment)
    assert done.returncode == 0, done.stderr
    found = scores(tmp_path / "class.sqlite")
    assert list(found) == ["ada", "ben", "dan.b", "eve", "fay"]
    assert {name for name, score in found.items() if score == 100} == {"ada", "eve"}
    # dan.b and fay handed in the same files.
    assert "5 submissions: 4 graded, 1 of the same text as another in " in done.stdout


def test_a_grade_is_that_of_the_grade_command(tmp_path, assignment):
    """With the same seed the same results; paths are the learner's own, whoever handed in that text first."""
    write_files(tmp_path / "submissions", {"ada/losses.py": HALF, "ben/losses.py": HALF})
    assert batch(tmp_path, "--assignment", assignment, "--seed", "3").returncode == 0
    done = backproof(
        "grade", "submissions/ben", "--assignment", assignment, "--seed", "3", "--json", "one.json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    expected = json.loads((tmp_path / "one.json").read_text())
    grade = standings(tmp_path / "class.sqlite")["ben"].grade
    assert (grade.seed, grade.score, grade.isolation) == (3, expected["score"], "confined")
    assert grade.submission.sha256 == expected["submission"]["sha256"]
    assert grade.submission.path == "submissions/ben"
    assert [(check.id, check.outcome) for check in grade.checks] == [
        (check["id"], check["outcome"]) for check in expected["checks"]
    ]
    failed = next(check for check in grade.checks if check.failure)
    assert failed.failure.replay.startswith("backproof grade . ")


def test_nothing_is_graded_twice(tmp_path, assignment):
    """The second run does no work; --regrade does it again, with the seed of the first."""
    a_class(tmp_path / "submissions", 4)
    assert "4 graded" in batch(tmp_path, "--assignment", assignment).stdout
    seeds = {standing.grade.seed for standing in standings(tmp_path / "class.sqlite").values()}
    assert len(seeds) == 1
    assert "0 graded, 4 graded before" in batch(tmp_path, "--assignment", assignment).stdout
    assert "4 submissions: 4 graded in" in batch(tmp_path, "--assignment", assignment, "--regrade").stdout
    assert rows(tmp_path / "class.sqlite") == 4
    assert {standing.grade.seed for standing in standings(tmp_path / "class.sqlite").values()} == seeds


def test_another_assignment_is_another_grade(tmp_path, assignment):
    """What changes a grade makes it anew: here the points."""
    a_class(tmp_path / "submissions", 2)
    assert batch(tmp_path, "--assignment", assignment).returncode == 0
    write_files(assignment, {"assignment.toml": 'functions = ["mean_squared_error"]\n[points]\nlosses = 10\n'})
    assert "2 graded in" in batch(tmp_path, "--assignment", assignment).stdout
    assert rows(tmp_path / "class.sqlite") == 4


def test_attempts_are_kept_with_their_time(tmp_path, assignment):
    """A second attempt counts, and the first one is not forgotten; looking again is no attempt."""
    work = write_files(tmp_path / "submissions", {"ada/losses.py": HALF}) / "ada" / "losses.py"
    os.utime(work, (LONG_AGO, LONG_AGO))
    for _ in range(2):
        assert batch(tmp_path, "--assignment", assignment).returncode == 0
    first = standings(tmp_path / "class.sqlite")["ada"]
    assert (first.attempts, first.attempt.submitted_at.timestamp()) == (1, LONG_AGO)
    work.write_text(MEAN_SQUARED_ERROR)
    os.utime(work, (LONG_AGO + 60, LONG_AGO + 60))
    assert batch(tmp_path, "--assignment", assignment).returncode == 0
    second = standings(tmp_path / "class.sqlite")["ada"]
    assert (second.attempts, second.attempt.submitted_at.timestamp()) == (2, LONG_AGO + 60)
    assert (first.grade.percent < 100, second.grade.percent) == (True, 100)


def test_only_some(tmp_path, assignment):
    """By name or pattern; a name that fits nobody is a mistake, told before anything is graded."""
    a_class(tmp_path / "submissions", 4)
    done = batch(tmp_path, "--assignment", assignment, "--only", "learner000", "--only", "*3")
    assert "2 submissions: 2 graded" in done.stdout
    assert list(scores(tmp_path / "class.sqlite")) == ["learner000", "learner003"]
    assert_one_line_of_complaint(batch(tmp_path, "--assignment", assignment, "--only", "learner9"))


def test_what_cannot_be_read_is_told_and_kept(tmp_path, assignment):
    """One unreadable submission costs nobody else a grade; exit code 1 says that there is one."""
    write_files(tmp_path / "submissions", {"ada/losses.py": HALF, "ben.zip": "no archive", "cy/readme.txt": ""})
    done = batch(tmp_path, "--assignment", assignment)
    assert done.returncode == 1
    assert "not graded: ben: " in done.stdout
    assert "not graded: cy: " in done.stdout
    assert "3 submissions: 1 graded, 2 not graded" in done.stdout
    kept = standings(tmp_path / "class.sqlite")
    assert kept["ada"].grade is not None
    assert kept["cy"].grade is None
    assert "no Python file" in kept["cy"].problem


def test_a_killed_run_goes_on_where_it_was(tmp_path, assignment):
    """Killed without a warning, again and again: in the end each submission has exactly one grade, the right one."""
    count = 24
    a_class(tmp_path / "submissions", count)
    command = [sys.executable, "-m", "backproof", "batch", "submissions", "--gradebook", "class.sqlite"]
    file, before = tmp_path / "class.sqlite", {}
    for wanted in (3, 9):
        run = subprocess.Popen([*command, "--assignment", assignment], cwd=tmp_path, start_new_session=True)
        _wait_until(lambda wanted=wanted: rows(file) >= wanted)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        assert before.items() <= _times(file).items()
        before = _times(file)
    done = batch(tmp_path, "--assignment", assignment)
    assert done.returncode == 0, done.stderr
    assert f"{count - len(before)} graded, {len(before)} graded before" in done.stdout
    assert before.items() <= _times(file).items()
    assert rows(file) == count
    assert [score == 100 for score in scores(file).values()] == [True, False] * (count // 2)


def test_a_submission_that_kills_its_grader_is_set_aside(tmp_path):
    """After three tries, with that said; the others are graded, and a later run leaves it alone."""
    assignment = deadly_assignment(tmp_path)
    answers(tmp_path / "submissions", {"ada": 42, "ben": 13, **{f"learner{number}": number for number in range(6)}})
    done = batch(tmp_path, "--assignment", assignment, "--isolation", "local")
    assert done.returncode == 1
    assert "not graded: ben: the process that graded it ended 3 times, with exit code 7" in done.stdout
    found = scores(tmp_path / "class.sqlite")
    assert {name for name, score in found.items() if score == 100} == {"ada"}
    assert {name for name, score in found.items() if score is None} == {"ben"}
    done = batch(tmp_path, "--assignment", assignment, "--isolation", "local")
    assert done.returncode == 1
    assert "8 submissions: 0 graded, 7 graded before, 1 not graded" in done.stdout
    assert "with exit code 7 (--regrade tries again)" in done.stdout


@pytest.mark.parametrize("content", [None, b"not a database at all, but long enough to be looked at", "sqlite"])
def test_a_gradebook_that_is_none(tmp_path, assignment, content):
    """A folder, another file, another program's database: one line, and it stays as it is."""
    a_class(tmp_path / "submissions", 1)
    file = tmp_path / "class.sqlite"
    if content is None:
        file.mkdir()
    elif content == "sqlite":
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE recipes (name TEXT)")
    else:
        file.write_bytes(content)
    before = file.read_bytes() if file.is_file() else None
    assert_one_line_of_complaint(batch(tmp_path, "--assignment", assignment))
    assert (file.read_bytes() if file.is_file() else None) == before


@pytest.mark.parametrize("submissions", ["nowhere", "file", "empty"])
def test_nothing_to_grade(tmp_path, submissions):
    """No folder, or nothing in it."""
    write_files(tmp_path, {"file": ""})
    (tmp_path / "empty").mkdir()
    done = backproof("batch", submissions, "--gradebook", "class.sqlite", cwd=tmp_path)
    assert_one_line_of_complaint(done)
    assert not (tmp_path / "class.sqlite").exists()


def test_two_entries_of_one_learner(tmp_path, assignment):
    """Which of them counts is not guessed."""
    write_files(tmp_path / "submissions", {"ada/losses.py": HALF, "ada.py": HALF})
    assert_one_line_of_complaint(batch(tmp_path, "--assignment", assignment))


def _times(file):

    with sqlite3.connect(file) as database:
        return dict(database.execute("SELECT sha256, graded_at || score FROM grades"))


def _wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
