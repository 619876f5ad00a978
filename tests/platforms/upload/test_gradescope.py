"""The zip for Gradescope, run in the folder tree of its container."""

import json

from tests.helpers import write_files
from tests.platforms.upload.conftest import SUBMISSION


def test_a_submission_is_graded(gradescope):
    """Right modules get all points, wrong ones do not, and the score is their sum."""
    write_files(gradescope.root / "submission", SUBMISSION)
    done = gradescope.run(gradescope.root / "source" / "run_autograder")
    assert done.returncode == 0, done.stderr
    results = json.loads((gradescope.root / "results" / "results.json").read_text())
    scores = {test["name"]: (test["score"], test["max_score"]) for test in results["tests"]}
    layers = [score for name, score in scores.items() if "layers" in name]
    batches = [score for name, score in scores.items() if "data" in name]
    assert layers
    assert all(got == most > 0 for got, most in layers)
    assert sum(got for got, _ in batches) < sum(most for _, most in batches)
    assert results["score"] == sum(got for got, _ in scores.values())


def test_the_upload_is_whole(gradescope):
    """It has the scripts at the top level, the engine with its content and the assignment, and no caches."""
    source = gradescope.root / "source"
    for name in ("setup.sh", "run_autograder", "backproof/checks/test_layers.py", "assignment/assignment.toml"):
        assert (source / name).is_file(), name
    assert "torch" not in (source / "requirements.txt").read_text()
    assert not [path for path in source.rglob("*.pyc") if "environment" not in path.parts and path.parent == source]
