"""The report of a failure names the known mistake, and none if the evidence is weak."""

import json

import pytest

from backproof.content import content_root
from backproof.validation.patterns import as_text, patterns
from tests.helpers import copied_reference, graded_json, replaced, run_pytest, write_files

DROPOUT = """
    import numpy as np

    def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
        if not 0 <= keep_prob <= 1:
            raise ValueError("keep_prob must be in [0, 1]")
        if not training:
            return x.copy(), np.ones_like(x)
        mask = rng.binomial(1, keep_prob, x.shape).astype(x.dtype)
        return x * mask, mask

    def dropout_backward(dout, cache):
        if dout.shape != cache.shape:
            raise ValueError("dout has another shape than out")
        return dout * cache
"""


def diagnoses(grade, function):
    """Return what was named in each failed check of a function."""
    checks = [check for check in grade["checks"] if function in check["functions"] and check["outcome"] == "failed"]
    assert checks
    return [[item["misconception"] for item in check["failure"]["diagnosis"]] for check in checks]


@pytest.mark.parametrize("isolation", ["confined", "local"])
def test_a_mistake_is_named_with_what_to_do(tmp_path, isolation):
    """Values that a known mistake gives, and the reference does not, carry its explanation and its hint."""
    copied_reference(tmp_path / "work", "layers")
    replaced(tmp_path / "work" / "layers.py", "dout.sum(axis=0)", "dout.mean(axis=0)")
    grade = graded_json("work", "--isolation", isolation, "--seed", "3", cwd=tmp_path)
    assert {name for names in diagnoses(grade, "linear_backward") for name in names} == {
        "linear_backward_averages_dbias"
    }
    failed = next(check for check in grade["checks"] if check["outcome"] == "failed")
    (named,) = failed["failure"]["diagnosis"]
    assert set(named) == {"misconception", "says"}
    assert named["says"].endswith(".")


def test_plain_pytest_names_the_mistake(tmp_path):
    """Its report has the line ``matches``."""
    copied_reference(tmp_path / "work", "layers")
    replaced(tmp_path / "work" / "layers.py", "dout.sum(axis=0)", "dout.mean(axis=0)")
    write_files(tmp_path / "work", {"pyproject.toml": "[tool.backproof]\n"})
    done = run_pytest("layers.py", cwd=tmp_path / "work")
    assert "matches: " in done.stdout


def test_complex_numbers_are_no_fault_of_the_grader(tmp_path):
    """Complex numbers within a dict, which the contract does not look into, fail their checks and nothing else."""
    wrong = "def average_weights(snapshots):\n    return {name: value + 1j for name, value in snapshots[0].items()}\n"
    write_files(tmp_path, {"work/stopping.py": wrong})
    grade = graded_json("work", cwd=tmp_path)
    assert grade["counts"]["failed"] > 0
    assert {name for names in diagnoses(grade, "average_weights") for name in names} == set()


def test_two_mistakes_at_once_are_not_taken_for_one(tmp_path):
    """What no single known mistake explains gets no name."""
    copied_reference(tmp_path / "work", "layers")
    file = tmp_path / "work" / "layers.py"
    replaced(file, "dout.sum(axis=0)", "dout.mean(axis=0)")
    replaced(file, "dout @ weight.T", "-dout @ weight.T")
    grade = graded_json("work", cwd=tmp_path)
    assert [] in diagnoses(grade, "linear_backward")
    assert {name for names in diagnoses(grade, "linear_backward") for name in names} == set()


def test_mistakes_in_random_functions_are_named_by_failed_checks(tmp_path):
    """Dropout that draws in another order and does not rescale is named by the checks that it fails."""
    write_files(tmp_path, {"work/regularization.py": DROPOUT})
    grade = graded_json("work", cwd=tmp_path)
    named = {name for names in diagnoses(grade, "dropout_forward") for name in names}
    assert "dropout_without_scaling" in named
    assert len(named) <= 3


def test_right_work_gets_no_diagnosis_and_takes_no_time_for_it(tmp_path):
    """Nothing is named where nothing fails."""
    copied_reference(tmp_path / "work", "layers", "losses")
    grade = graded_json("work", cwd=tmp_path)
    assert not [check for check in grade["checks"] if check["failure"] and check["failure"]["diagnosis"]]


def test_the_patterns_are_those_that_the_misconceptions_have():
    """misconceptions/patterns.json is what `backproof validate --write-patterns` writes."""
    written = (content_root() / "misconceptions" / "patterns.json").read_text(encoding="utf-8")
    found = patterns("optimization")
    assert found == json.loads(written)
    assert as_text(found) == written
