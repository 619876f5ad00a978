"""A gradebook written by version 0.1.0, before checks lay in folders by topic: it is read, and its grades replayed.

``written_before.sqlite`` holds the grades of two learners: ``alice`` handed in the folder ``example/``, and ``bob`` the
reference, which was also graded on the assignment ``model``.
"""

import shlex
import shutil
from pathlib import Path

import pytest

from backproof.gradebook.database import Gradebook
from backproof.grading.runner import grading
from backproof.loading import load_submission
from tests.helpers import REFERENCE, backproof, results

WRITTEN = Path(__file__).with_name("written_before.sqlite")
EXAMPLE = REFERENCE.parent / "example"


@pytest.fixture(scope="module")
def stored():
    """Return the stored grades by assignment and learner."""
    with Gradebook(WRITTEN) as gradebook:
        return {
            (suite.assignment, standing.attempt.learner): standing.grade
            for suite in gradebook.suites()
            for standing in gradebook.standings(suite)
            if standing.grade is not None
        }


@pytest.fixture
def homework(tmp_path):
    """Return alice's submission, without the example's own assignment."""
    for file in EXAMPLE.glob("*.py"):
        shutil.copyfile(file, tmp_path / file.name)
    return tmp_path


def test_every_stored_check_has_its_id_still(stored, homework):
    """A grade of today has the same checks, with the same properties, points and outcomes."""
    before = {check.id: check for check in stored["optimization", "alice"].checks}
    now = results(homework)
    assert len(before) == 736
    assert now.keys() == before.keys()
    for name, check in before.items():
        facts = [(one.module, one.functions, one.property, one.max_points, one.outcome) for one in (check, now[name])]
        assert facts[0] == facts[1], name


def test_stored_replay_lines_work(stored, homework):
    """The replay line of a failure runs that check alone, in whatever file it lies now, and it fails as before."""
    failed = [check for check in stored["optimization", "alice"].checks if check.outcome == "failed"]
    modules = {check.module: check for check in failed}
    assert len(modules) >= 5
    for check in modules.values():
        program, *arguments = shlex.split(check.failure.replay)
        assert program == "backproof"
        done = backproof(*arguments, cwd=homework)
        assert done.returncode == 0, done.stderr
        assert f"{check.id}  failed" in done.stdout
        assert "0 of 1 checks passed, 1 failed" in done.stdout


def test_stored_checks_of_models_have_their_ids_still(stored):
    """The checks of the assignment ``model`` are the same ones."""
    _, assignment, contract = load_submission(REFERENCE, assignment="model")
    now = grading(assignment, contract, lambda grader: [check.id for check in grader.checks()])
    assert {check.id for check in stored["model", "bob"].checks} == set(now)


def test_the_class_is_reported(tmp_path):
    """`backproof report` reads it."""
    shutil.copyfile(WRITTEN, tmp_path / "class.sqlite")
    arguments = ("class.sqlite", "--assignment", "optimization", "--format", "csv", "--output", "-")
    done = backproof("report", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["learner", "alice", "bob"]
