"""A class of seven: its gradebook, filled with real grades, once for all tests."""

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


def hand_in(folder: Path, learner: str) -> Path:
    """Lay what a learner hands in: reference code, with the mistakes that this one makes."""
    submission = folder / learner
    submission.mkdir(parents=True)
    for module in ("activations", "losses"):
        shutil.copyfile(REFERENCE / f"{module}.py", submission / f"{module}.py")
    losses = submission / "losses.py"
    if learner in (QUOTED, "copycat"):
        # The grade of both, which names the files of the first.
        replaced(losses, "    num_samples = len(logits)\n", '    raise RuntimeError(f"cannot open {__file__!r}")\n')
    elif learner == TWO_LINES:
        where = "    raise RuntimeError(\"Zoë\\nNoether and 'Zoë\\\\nNoether' ZOË\\nNOETHER\")\n"
        replaced(losses, "    num_samples = len(logits)\n", where)
    elif learner in ("ada", FORMULA):
        # A known mistake; the comment makes another text of it.
        replaced(losses, "num_samples = len(logits)\n", f"num_samples = 1  # {learner}\n")
    return submission


def unpacked(page: str) -> str:
    """Return a page with what is packed in it: its records and its pictures."""
    packed = [base64.b64decode(text) for text in re.findall(r"[A-Za-z0-9+/]{100,}={0,2}", page)]
    texts = [gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data for data in packed]
    return "\n".join([page, *(text.decode(errors="replace") for text in texts)])


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The folder with ``class.sqlite`` and the submissions in ``handed-in``; the last learner's cannot be read."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "week-1").mkdir()
    (folder / "week-1/assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    submissions = {name: hand_in(folder / "handed-in", name) for name in LEARNERS if name != "unreadable"}
    loaded = {name: load_submission(path, assignment=str(folder / "week-1")) for name, path in submissions.items()}
    _, assignment, contract = loaded["ada"]

    def grade_all(grader):
        return {name: grader.grade(submission, seed=0).grade for name, (submission, *_) in loaded.items()}

    grades = grading(assignment, contract, grade_all)
    # The same text is graded once.
    grades["copycat"] = grades[QUOTED]
    with closing(Gradebook(folder / "class.sqlite", is_new_allowed=True)) as gradebook:
        gradebook.begin(WEEK_1, 0)
        for number, (name, grade) in enumerate(grades.items()):
            when = DUE + timedelta(hours=number - 2)
            gradebook.hand_in(WEEK_1, Attempt(name, when, str(submissions[name]), grade.submission.sha256))
            gradebook.keep(WEEK_1, grade)
        gradebook.hand_in(WEEK_1, Attempt("ada", DUE - timedelta(days=2), str(submissions["ada"]), "an earlier text"))
        path = folder / "handed-in/unreadable.zip"
        problem = f"{path} is no archive; unreadable.zip was not read"
        gradebook.hand_in(WEEK_1, Attempt("unreadable", DUE, str(path), problem=problem))
    return folder


@pytest.fixture
def report(filled, tmp_path):
    """Return a function that runs ``backproof report`` on a copy of the gradebook, in a folder of its own."""
    for file in filled.glob("class.sqlite*"):
        shutil.copyfile(file, tmp_path / file.name)

    def run(*arguments: str | Path, **environment: str) -> Finished:
        surroundings = {"CANVAS_ASSIGNMENT": "", "COLUMNS": "120", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        return backproof(
            "report", "class.sqlite", *arguments, cwd=tmp_path, environment={**surroundings, **environment}
        )

    return run
