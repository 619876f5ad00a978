"""``backproof batch``: each distinct submission is graded once, also after crashes of the grader."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.gradebook.submissions import (
    HALF,
    LONG_AGO,
    MEAN_SQUARED_ERROR,
    a_class,
    crashing_assignment,
    rows,
    scores,
    small_assignment,
    standings,
    write_numbers,
)
from tests.helpers import assert_usage_error, backproof, write_files


@pytest.fixture
def assignment(tmp_path):
    """An assignment of one function."""
    return small_assignment(tmp_path)


def batch(folder, *options, **settings):
    """Grade the class in ``submissions`` into ``class.sqlite``."""
    return backproof("batch", "submissions", "--gradebook", "class.sqlite", *options, cwd=folder, **settings)


def test_every_kind_of_submission_is_one_learner(tmp_path, assignment):
    """Folders, files, archives and notebooks; files that systems leave behind are ignored."""
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
    """The same seed gives the same results; paths are the learner's own, also for the second of equal submissions."""
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
    """The second run grades nothing; --regrade grades again, with the seed of the first run."""
    a_class(tmp_path / "submissions", 4)
    assert "4 graded" in batch(tmp_path, "--assignment", assignment).stdout
    seeds = {standing.grade.seed for standing in standings(tmp_path / "class.sqlite").values()}
    assert len(seeds) == 1
    assert "0 graded, 4 graded before" in batch(tmp_path, "--assignment", assignment).stdout
    assert "4 submissions: 4 graded in" in batch(tmp_path, "--assignment", assignment, "--regrade").stdout
    assert rows(tmp_path / "class.sqlite") == 4
    assert {standing.grade.seed for standing in standings(tmp_path / "class.sqlite").values()} == seeds


def test_another_assignment_is_another_grade(tmp_path, assignment):
    """A changed assignment, here its points, grades again."""
    a_class(tmp_path / "submissions", 2)
    assert batch(tmp_path, "--assignment", assignment).returncode == 0
    write_files(assignment, {"assignment.toml": 'functions = ["mean_squared_error"]\n[points]\nlosses = 10\n'})
    assert "2 graded in" in batch(tmp_path, "--assignment", assignment).stdout
    assert rows(tmp_path / "class.sqlite") == 4


def test_attempts_are_stored_with_their_time(tmp_path, assignment):
    """The second attempt counts, and both are stored; a run without a change adds no attempt."""
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


def test_only_some_learners(tmp_path, assignment):
    """Learners are chosen by name or pattern; one that fits no learner is a usage error."""
    a_class(tmp_path / "submissions", 4)
    done = batch(tmp_path, "--assignment", assignment, "--only", "learner000", "--only", "*3")
    assert "2 submissions: 2 graded" in done.stdout
    assert list(scores(tmp_path / "class.sqlite")) == ["learner000", "learner003"]
    assert_usage_error(batch(tmp_path, "--assignment", assignment, "--only", "learner9"))


def test_an_unreadable_submission_is_reported_and_stored(tmp_path, assignment):
    """All other submissions are graded, and the exit code is 1."""
    write_files(tmp_path / "submissions", {"ada/losses.py": HALF, "ben.zip": "no archive", "cy/readme.txt": ""})
    done = batch(tmp_path, "--assignment", assignment)
    assert done.returncode == 1
    assert "not graded: ben: " in done.stdout
    assert "not graded: cy: " in done.stdout
    assert "3 submissions: 1 graded, 2 not graded" in done.stdout
    stored = standings(tmp_path / "class.sqlite")
    assert stored["ada"].grade is not None
    assert stored["cy"].grade is None
    assert "no Python file" in stored["cy"].problem


def test_a_killed_run_continues(tmp_path, assignment):
    """After SIGKILL, twice, each submission has exactly one grade, the right one."""
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


def test_a_submission_that_ends_its_grader_is_not_graded(tmp_path):
    """It is reported after three tries; the others are graded, and a later run does not try it again."""
    assignment = crashing_assignment(tmp_path)
    write_numbers(
        tmp_path / "submissions", {"ada": 42, "ben": 13, **{f"learner{number}": number for number in range(6)}}
    )
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
def test_a_file_that_is_no_gradebook_is_refused(tmp_path, assignment, content):
    """A folder, another file and another program's database are usage errors, and stay unchanged."""
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
    assert_usage_error(batch(tmp_path, "--assignment", assignment))
    assert (file.read_bytes() if file.is_file() else None) == before


@pytest.mark.parametrize("submissions", ["nowhere", "file", "empty"])
def test_nothing_to_grade(tmp_path, submissions):
    """A missing folder, a file and an empty folder are usage errors."""
    write_files(tmp_path, {"file": ""})
    (tmp_path / "empty").mkdir()
    done = backproof("batch", submissions, "--gradebook", "class.sqlite", cwd=tmp_path)
    assert_usage_error(done)
    assert not (tmp_path / "class.sqlite").exists()


def test_two_hand_ins_of_one_learner_are_refused(tmp_path, assignment):
    """The command does not guess which of them counts."""
    write_files(tmp_path / "submissions", {"ada/losses.py": HALF, "ada.py": HALF})
    assert_usage_error(batch(tmp_path, "--assignment", assignment))


def _times(file):
    with sqlite3.connect(file) as database:
        return dict(database.execute("SELECT sha256, graded_at || score FROM grades"))


def _wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
