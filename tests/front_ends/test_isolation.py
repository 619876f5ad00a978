"""``--isolation``, confined by default, and the choice of the assignment."""

from typing import get_args

import pytest

from backproof.problems import Isolation
from tests.helpers import backproof, copied_reference, graded_json, write_files

PRINTS_ITS_FILES = """
    import numpy as np

    def relu(x):
        try:
            seen = open(__file__).read()
        except OSError as error:
            seen = type(error).__name__
        raise RuntimeError(f"seen: {seen[:20]}")
"""


@pytest.mark.parametrize(("isolation", "seen"), [("confined", "FileNotFoundError"), ("local", "import numpy")])
def test_isolation_is_in_the_result(tmp_path, isolation, seen):
    """A confined submission cannot read a file, not even its own; a local one can."""
    write_files(tmp_path, {"work/activations.py": PRINTS_ITS_FILES})
    grade = graded_json(
        "work",
        "--isolation",
        isolation,
        "--check",
        "activations/test_relu_keeps_positives_and_zeroes_negatives",
        cwd=tmp_path,
    )
    assert grade["isolation"] == isolation
    assert seen in grade["checks"][0]["failure"]["message"].replace("\n", "")


def test_isolation_does_not_change_the_grade(tmp_path):
    """Outcomes, points and messages do not depend on the isolation."""
    copied_reference(tmp_path / "work", "layers", "data")
    write_files(
        tmp_path, {"work/losses.py": "def mean_squared_error(prediction, target):\n    return 1.0, prediction\n"}
    )
    grades = [graded_json("work", "--seed", "5", "--isolation", name, cwd=tmp_path) for name in get_args(Isolation)]
    for grade in grades:
        for check in grade["checks"]:
            del check["seconds"]
    assert all(grade["checks"] == grades[0]["checks"] for grade in grades)
    assert 0 < grades[0]["score"] < grades[0]["max_score"]


def test_a_submission_does_not_choose_its_assignment(tmp_path):
    """The assignment in its pyproject.toml applies without confinement only, and a note reports that."""
    easy = {"easy/assignment.toml": 'functions = ["relu"]\n'}
    write_files(tmp_path, easy | {"work/pyproject.toml": f'[tool.backproof]\nassignment = "{tmp_path / "easy"}"\n'})
    copied_reference(tmp_path / "work", "activations")
    confined = backproof("grade", "work", cwd=tmp_path)
    assert "not followed; choose it with --assignment" in confined.stderr
    assert "assignment optimization" in confined.stdout
    local = backproof("grade", "work", "--isolation", "local", cwd=tmp_path)
    assert local.stderr == ""
    assert "assignment easy" in local.stdout
