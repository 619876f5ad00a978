"""The bundle for Classroom 50, run as its runner does: in the learner's checkout, with its variables."""

import json
import os
import subprocess
import sys

import pytest

from tests.helpers import assert_usage_error, backproof, write_files
from tests.platforms.upload.conftest import SUBMISSION

RUNNER = {
    "CLASSROOM": "deep-learning",
    "ASSIGNMENT": "layers",
    "SUBMISSION_TAG": "submit/20260920T101112Z-0a1b2c3",
    "COMMIT_URL": "https://example.org/commit/0a1b2c3",
    "RELEASE_URL": "https://example.org/releases/1",
    "REVIEW_URL": "https://example.org/compare/1",
}


@pytest.fixture
def bundle(tmp_path, assignment):
    """The exported files."""
    folder = tmp_path / "bundle"
    done = backproof("export", "classroom50", folder, "--assignment", assignment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_checkout_is_graded(bundle, gradescope, tmp_path):
    """result.json has whole points, the exit code is 0, and modules of the checkout are not imported."""
    (tmp_path / "backproof-environment").symlink_to(gradescope.root / "environment")  # installed once is enough
    trap = 'raise SystemExit("a module of the checkout was imported by the grader")\n'
    shadows = {"click.py": trap, "json.py": trap, "backproof/__init__.py": trap}
    checkout = write_files(tmp_path / "checkout", SUBMISSION | shadows)
    variables = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "CLASSROOM50_BUNDLE_DIR": str(bundle)}
    done = subprocess.run(
        [sys.executable, bundle / "autograder.py"],
        cwd=checkout,
        env=variables | RUNNER,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((checkout / "result.json").read_text())
    assert result["schema"] == "classroom50/result/v1"
    assert 0 < result["score"] < result["max-score"]
    assert result["score"] == sum(test["score"] for test in result["tests"])


def test_a_folder_in_use_is_left_alone(tmp_path):
    """No file is overwritten."""
    write_files(tmp_path / "taken", {"mine.txt": "precious"})
    done = backproof("export", "classroom50", tmp_path / "taken", cwd=tmp_path)
    assert_usage_error(done)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["mine.txt"]
