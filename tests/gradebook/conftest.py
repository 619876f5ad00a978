"""A class of seven learners, with a gradebook of real grades that all tests share."""

import base64
import gzip
import os
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backproof.gradebook.database import Gradebook
from backproof.grading.runner import grading
from backproof.loading import load_submission
from backproof.standings import Attempt, Suite
from tests.helpers import REFERENCE, Finished, backproof, replaced

ASSIGNMENT = 'title = "Week 1"\nfunctions = ["cross_entropy", "expected_initial_loss", "relu"]\n'
WEEK_1 = Suite("0.1.0", "week-1", "1" * 64)
FORMULA, TWO_LINES, QUOTED = "=cmd|' C'!A0", "Zoë\nNoether", "O'Neil"
LEARNERS = sorted(["ada", "copycat", FORMULA, "grace.hopper", QUOTED, TWO_LINES, "unreadable"])
DUE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)


def write_submission(folder: Path, learner: str) -> Path:
    """Write a learner's submission: reference code, with the mistakes of this learner."""
    submission = folder / learner
    submission.mkdir(parents=True)
    for module in ("activations", "losses"):
        shutil.copyfile(REFERENCE / f"{module}.py", submission / f"{module}.py")
    losses = submission / "losses.py"
    if learner in (QUOTED, "copycat"):
        # Equal submissions: the grade of both contains the path of the first.
        replaced(losses, "    num_samples = len(logits)\n", '    raise RuntimeError(f"cannot open {__file__!r}")\n')
    elif learner == TWO_LINES:
        where = "    raise RuntimeError(\"Zoë\\nNoether and 'Zoë\\\\nNoether' ZOË\\nNOETHER\")\n"
        replaced(losses, "    num_samples = len(logits)\n", where)
    elif learner in ("ada", FORMULA):
        # A known mistake; the comment makes the submissions distinct.
        replaced(losses, "num_samples = len(logits)\n", f"num_samples = 1  # {learner}\n")
    return submission


def unpacked(page: str) -> str:
    """Return a page with its unpacked records and pictures."""
    packed = [base64.b64decode(text) for text in re.findall(r"[A-Za-z0-9+/]{100,}={0,2}", page)]
    texts = [gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data for data in packed]
    return "\n".join([page, *(text.decode(errors="replace") for text in texts)])


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The folder with ``class.sqlite`` and the submissions in ``handed-in``; that of the last learner is unreadable."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "week-1").mkdir()
    (folder / "week-1/assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    submissions = {name: write_submission(folder / "handed-in", name) for name in LEARNERS if name != "unreadable"}
    loaded = {name: load_submission(path, assignment=str(folder / "week-1")) for name, path in submissions.items()}
    _, assignment, contract = loaded["ada"]

    def grade_all(grader):
        return {name: grader.grade(submission, seed=0).grade for name, (submission, *_) in loaded.items()}

    grades = grading(assignment, contract, grade_all)
    # Each distinct submission is graded once.
    grades["copycat"] = grades[QUOTED]
    with closing(Gradebook(folder / "class.sqlite", is_new_allowed=True)) as gradebook:
        gradebook.add_suite(WEEK_1, 0)
        for number, (name, grade) in enumerate(grades.items()):
            when = DUE + timedelta(hours=number - 2)
            gradebook.add_attempt(WEEK_1, Attempt(name, when, str(submissions[name]), grade.submission.sha256))
            gradebook.store_grade(WEEK_1, grade)
        gradebook.add_attempt(
            WEEK_1, Attempt("ada", DUE - timedelta(days=2), str(submissions["ada"]), "an earlier text")
        )
        path = folder / "handed-in/unreadable.zip"
        problem = f"{path} is no archive; unreadable.zip was not read"
        gradebook.add_attempt(WEEK_1, Attempt("unreadable", DUE, str(path), problem=problem))
    return folder


@pytest.fixture
def report(filled, tmp_path):
    """A function that runs ``backproof report`` on a copy of the gradebook, in a separate folder."""
    for file in filled.glob("class.sqlite*"):
        shutil.copyfile(file, tmp_path / file.name)

    def run(*arguments: str | Path, **environment: str) -> Finished:
        defaults = {"CANVAS_ASSIGNMENT": "", "COLUMNS": "120", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        return backproof("report", "class.sqlite", *arguments, cwd=tmp_path, environment={**defaults, **environment})

    return run
