"""Every known mistake is found, where it was made and nowhere else."""

from pathlib import Path

import pytest

from backproof.misconceptions import as_submission, load_misconceptions
from backproof.plugin.checks import load_submission
from backproof.problems import UsageProblem
from backproof.runner import grade

TOP = Path(__file__).resolve().parents[2]
_, ASSIGNMENT, CONTRACT = load_submission(TOP / "reference")
MISCONCEPTIONS = load_misconceptions(ASSIGNMENT, CONTRACT)


@pytest.mark.parametrize("name", sorted(MISCONCEPTIONS))
def test_misconception_is_failed_by_checks_of_its_own_function(name):
    """A check that needs the function fails, and no other does."""
    item = MISCONCEPTIONS[name]
    result = grade(as_submission(item, ASSIGNMENT, CONTRACT), ASSIGNMENT, CONTRACT, seed=0).grade
    failed = [check for check in result.checks if check.outcome != "passed"]
    assert any(item.imitates in check.functions for check in failed), "not caught"
    assert [check.id for check in failed if item.imitates not in check.functions] == []
    assert result.score < result.max_score


def test_every_function_has_misconceptions():
    """At least two for each function of the contract, each with something to say to a learner."""
    for function in CONTRACT.functions:
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
