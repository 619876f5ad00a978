"""The checks as tests of a user's own models."""

import pytest

from backproof import parametrize_with_model_checks
from backproof.model_checks.registry import MODEL_CHECKS
from tests.helpers import outcome_of_each, run_pytest, write_files

TESTS = """\
    import torch
    from torch import nn
    from backproof import parametrize_with_model_checks

    BATCH = torch.randn(12, 10), torch.arange(12) % 4

    def layers():
        with open("calls.txt", "a") as file:
            file.write("called ")
        torch.manual_seed(0)
        return [nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 4)]

    def right():
        return nn.Sequential(*layers()), nn.CrossEntropyLoss(), BATCH

    def softmax_twice():
        return nn.Sequential(*layers(), nn.Softmax(dim=1)), nn.CrossEntropyLoss(), BATCH

    def half_frozen():
        model = nn.Sequential(*layers())
        model[0].requires_grad_(False)
        return {"model": model, "loss_fn": nn.CrossEntropyLoss(), "batch": BATCH, "num_classes": 4}

    def broken():
        return right()[1:]

    @parametrize_with_model_checks([right, softmax_twice, half_frozen])
    def test_models(model, check):
        check(model)

    @parametrize_with_model_checks([half_frozen], expected_failures={"frozen": "pretrained", "logits": "not yet"})
    def test_expected(model, check):
        check(model)

    @parametrize_with_model_checks([broken], expected_failures={"frozen": "pretrained"})
    def test_broken(model, check):
        check(model)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a user's test file once."""
    folder = write_files(tmp_path_factory.mktemp("own"), {"test_own.py": TESTS})
    done = run_pytest("-rA", "-p", "no:cacheprovider", "-k", "not broken or frozen", cwd=folder)
    return done, {name.partition("::")[2]: outcome for name, outcome in outcome_of_each(done).items()}, folder


def test_each_check_is_a_test_of_its_own(run):
    """Its id has the factory and the check; a check that cannot judge is skipped with its reason."""
    done, outcomes, _ = run
    assert outcomes["test_models[right-symmetry]"] == "PASSED"
    assert outcomes["test_models[right-finite]"] == "PASSED"
    assert "give causal=AXIS" in done.stdout
    assert not [name for name, outcome in outcomes.items() if "right" in name and outcome != "PASSED"]


def test_an_error_fails_with_a_message_and_no_internals(run):
    """Message and advice, and no line of an internal traceback."""
    done, outcomes, _ = run
    assert outcomes["test_models[softmax_twice-logits]"] == "FAILED"
    assert "error: logits, 3\n    the outputs are probabilities" in done.stdout
    assert "    try: return the logits" in done.stdout
    assert "backproof/model_checks/" not in done.stdout.partition("warnings summary")[0]


def test_a_warning_is_a_warning_of_pytest(run):
    """It fails only where a finding is expected."""
    done, outcomes, _ = run
    assert outcomes["test_models[half_frozen-frozen]"] == "PASSED"
    assert "ModelWarning: warning: frozen, 0.weight" in done.stdout


def test_expected_failures_are_strict(run):
    """A check that finds something is xfailed with its reason; one that finds nothing fails."""
    done, outcomes, _ = run
    assert "test_own.py::test_expected[half_frozen-frozen] - pretrained" in done.stdout
    assert outcomes["test_expected[half_frozen-logits]"] == "FAILED"
    assert "XPASS(strict)" in done.stdout


def test_a_broken_factory_is_no_expected_failure(run):
    """The message has what it must return."""
    done, outcomes, _ = run
    assert outcomes["test_broken[broken-frozen]"] == "FAILED"
    assert "broken must return (model, loss_fn, batch)" in done.stdout


def test_a_model_is_made_once(run):
    """Once for all of its tests, and again for those of another function; the broken factory makes one, too."""
    *_, folder = run
    assert (folder / "calls.txt").read_text().split() == ["called"] * (3 + 0 + 1)


def small_network():
    """Stand in for a user's factory, which is not called before its tests run."""
    raise AssertionError


def test_ids_are_stable_and_complete():
    """They are the same in every process, as pytest-xdist requires."""

    @parametrize_with_model_checks([small_network], expected_failures={"symmetry": "zeros on purpose"})
    def test_own(model, check):
        check(model)

    (mark,) = test_own.pytestmark
    assert sorted(case.id for case in mark.args[1]) == sorted(f"small_network-{name}" for name in MODEL_CHECKS)
    (reason,) = [mark.kwargs["reason"] for case in mark.args[1] for mark in case.marks]
    assert reason == "zeros on purpose"


def test_an_unknown_name_is_an_error_at_collection():
    """The message has the closest name."""
    with pytest.raises(ValueError, match="no check 'symetry', did you mean 'symmetry'"):
        parametrize_with_model_checks([small_network], expected_failures={"symetry": "known"})
