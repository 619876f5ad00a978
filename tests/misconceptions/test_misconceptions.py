"""Every known mistake fails checks of its own function, and no others."""

from pathlib import Path

import numpy as np
import pytest

from backproof.diagnosis.catalogue import as_submission, load_misconceptions
from backproof.grading.runner import grade, grading
from backproof.loading import load_submission
from backproof.problems import UsageProblem
from tests.helpers import write_files

TOP = Path(__file__).resolve().parents[2]
SUBMISSION, ASSIGNMENT, CONTRACT = load_submission(TOP / "reference")
FUNCTIONS = ASSIGNMENT.graded_functions(CONTRACT)
MISCONCEPTIONS = {n: m for n, m in load_misconceptions(ASSIGNMENT, CONTRACT).items() if m.imitates in FUNCTIONS}
MODULES = ASSIGNMENT.graded_modules(CONTRACT)
REFERENCE = grade(SUBMISSION, ASSIGNMENT, CONTRACT, seed=0).grade


def graded(items, **settings):
    """Return the grade of each misconception, with the checks collected once."""
    return grading(
        ASSIGNMENT,
        CONTRACT,
        lambda grader: [grader.grade(as_submission(item, ASSIGNMENT), seed=0, **settings).grade for item in items],
    )


def own_checks(function):
    """Return the ids of the checks that need a function."""
    return [check.id for check in REFERENCE.checks if function in check.functions]


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_misconceptions_are_failed_by_checks_of_their_own_function(function):
    """For each misconception a check that needs its function fails, and it fails rather than being to do."""
    items = [item for item in MISCONCEPTIONS.values() if item.imitates == function]
    for item, result in zip(items, graded(items, only=own_checks(function)), strict=True):
        assert result.score < result.max_score, f"{item.name} is not caught"
        assert any(check.outcome in ("failed", "error") for check in result.checks), item.name


def test_misconception_fails_nothing_that_does_not_need_its_function():
    """In the whole suite no other check fails: tried with one misconception of each module."""
    items = [
        next(m for m in MISCONCEPTIONS.values() if CONTRACT.functions[m.imitates].module == name) for name in MODULES
    ]
    for item, result in zip(items, graded(items), strict=True):
        failed = [check for check in result.checks if check.outcome != "passed"]
        assert failed
        assert [check.id for check in failed if item.imitates not in check.functions] == [], item.name


def test_every_function_has_misconceptions():
    """At least two for each function of the contract, each with something to say to a learner."""
    for function in FUNCTIONS:
        assert sum(item.imitates == function for item in MISCONCEPTIONS.values()) >= 2, function
    for item in MISCONCEPTIONS.values():
        assert len(item.says) > 15, item.name
        assert item.hint.endswith("."), item.name


@pytest.mark.parametrize(
    ("imitates", "signature", "message"),
    [("nothing", "(x)", "imitates nothing"), ("relu", "(x, y)", "another signature")],
)
def test_misfits_are_refused(tmp_path, imitates, signature, message):
    """A misconception of an unknown function, or with another signature, is an error that names it."""
    folder = tmp_path / "misconceptions"
    folder.mkdir()
    (folder / "activations.py").write_text(
        "from backproof.misconceptions import misconception\n\n"
        f"@misconception(imitates={imitates!r}, says='something wrong', hint='Do it right.')\n"
        f"def wrong{signature}:\n    return x\n"
    )
    (tmp_path / "assignment.toml").write_text("")
    _, assignment, contract = load_submission(TOP / "reference", assignment=str(tmp_path))
    with pytest.raises(UsageProblem, match=message) as raised:
        load_misconceptions(assignment, contract)
    assert "wrong" in str(raised.value)


SLOPE_OF_ONE = """
    from activations import relu
    from backproof.misconceptions import misconception

    from ._slopes import ONE

    @misconception(imitates="relu", says="the slope is one", hint="Cut it off.")
    def relu_is_the_identity(x):
        relu(x)
        return ONE * x
"""


def loaded_from(folder, files):
    """Return the misconceptions of an assignment that consists of these files."""
    write_files(folder, {"assignment.toml": "", **files})
    _, assignment, contract = load_submission(TOP / "reference", assignment=str(folder))
    return load_misconceptions(assignment, contract)


def test_a_folder_holds_the_misconceptions_of_a_module(tmp_path):
    """Its files share helpers, and import the reference's modules, also the one that is named like the folder."""
    files = {"misconceptions/activations/relu.py": SLOPE_OF_ONE, "misconceptions/activations/_slopes.py": "ONE = 1"}
    found = loaded_from(tmp_path, files)
    assert list(found) == ["relu_is_the_identity"]
    assert found["relu_is_the_identity"].function(np.array([-2.0])) == -2


def test_a_folder_of_another_module_is_refused(tmp_path):
    """The message names the folder in which the misconception belongs."""
    files = {"misconceptions/losses/relu.py": SLOPE_OF_ONE, "misconceptions/losses/_slopes.py": "ONE = 1"}
    with pytest.raises(UsageProblem, match=r"relu_is_the_identity .* belongs into activations\.py or activations/"):
        loaded_from(tmp_path, files)
