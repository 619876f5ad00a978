"""Every known mistake is found, where it was made and nowhere else."""

from pathlib import Path

import pytest

from backproof.misconceptions import as_submission, load_misconceptions
from backproof.plugin.checks import load_submission
from backproof.problems import UsageProblem
from backproof.runner import grade

TOP = Path(__file__).resolve().parents[2]
SUBMISSION, ASSIGNMENT, CONTRACT = load_submission(TOP / "reference")
MISCONCEPTIONS = load_misconceptions(ASSIGNMENT, CONTRACT)


@pytest.fixture(scope="module")
def own_checks():
    """The ids of the checks that need a function, by its name."""
    checks = grade(SUBMISSION, ASSIGNMENT, CONTRACT, seed=0).grade.checks
    return {name: [check.id for check in checks if name in check.functions] for name in CONTRACT.functions}


@pytest.mark.parametrize("name", sorted(MISCONCEPTIONS))
def test_misconception_is_failed_by_checks_of_its_own_function(name, own_checks):
    """A check that needs the function fails."""
    item = MISCONCEPTIONS[name]
    submission = as_submission(item, ASSIGNMENT)
    result = grade(submission, ASSIGNMENT, CONTRACT, seed=0, only=own_checks[item.imitates]).grade
    assert result.score < result.max_score, "not caught"
    assert any(check.outcome in ("failed", "error") for check in result.checks)


@pytest.mark.parametrize("function", sorted(CONTRACT.functions))
def test_misconception_fails_nothing_that_does_not_need_its_function(function):
    """In the whole suite no other check fails: tried with one misconception of each function."""
    item = next(item for item in MISCONCEPTIONS.values() if item.imitates == function)
    result = grade(as_submission(item, ASSIGNMENT), ASSIGNMENT, CONTRACT, seed=0).grade
    failed = [check for check in result.checks if check.outcome != "passed"]
    assert failed
    assert [check.id for check in failed if function not in check.functions] == []


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
