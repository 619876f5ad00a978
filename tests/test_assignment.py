"""An assignment.toml: its selection of checks, and its distribution of points."""

import pytest

from tests.helpers import REFERENCE, copied_reference, outcomes, results, write_files


@pytest.fixture
def grade_with(tmp_path):
    """Return a function that grades the reference with an assignment.toml of the given text."""

    def graded(settings, submission=REFERENCE):
        return results(submission, assignment=write_files(tmp_path / "course", {"assignment.toml": settings}))

    return graded


def total(found):
    """Return the sum of the maximum points."""
    return sum(check.max_points for check in found.values())


@pytest.fixture(scope="module")
def everything():
    """Grade the reference on all checks, once."""
    return results(REFERENCE) | results(REFERENCE, assignment="model")


def where(found, wanted):
    """Return the results for which ``wanted`` is true."""
    return {name: check for name, check in found.items() if wanted(check)}


def test_modules(grade_with, everything):
    """``modules`` grades the checks that need these modules only, in the order of the list."""
    found = grade_with('modules = ["losses", "activations"]')
    assert found.keys() == where(everything, lambda check: check.module in ("losses", "activations")).keys()
    assert list(dict.fromkeys(check.module for check in found.values())) == ["losses", "activations"]


def test_functions(grade_with):
    """``functions`` grades the checks that need these functions only."""
    found = grade_with('functions = ["linear_forward", "relu"]')
    assert {name for check in found.values() for name in check.functions} == {"linear_forward", "relu"}
    assert "layers/test_gradients_of_x_and_weight" not in {name.partition("[")[0] for name in found}


def test_groups(grade_with, everything):
    """``groups`` grades these groups only; ``leave_out.groups`` is its complement."""
    chosen = grade_with('groups = ["dtype", "purity"]')
    assert {name.partition("/")[2].partition("[")[0] for name in chosen} == {
        "test_results_have_the_dtype_of_the_inputs",
        "test_inputs_are_not_changed",
    }
    others = grade_with('[leave_out]\ngroups = ["dtype", "purity"]')
    assert chosen.keys() | others.keys() == everything.keys()
    assert not chosen.keys() & others.keys()


def test_checks(grade_with):
    """``checks`` names single checks, with their parameters or without."""
    found = grade_with(
        'checks = ["losses/test_equal_logits_cost_log_c", "losses/test_inputs_are_not_changed[cross_entropy]",'
        ' "layers/test_same_call_gives_the_same_result"]'
    )
    assert found.keys() == {
        "losses/test_equal_logits_cost_log_c",
        "losses/test_inputs_are_not_changed[cross_entropy]",
        "layers/test_same_call_gives_the_same_result[linear_forward]",
        "layers/test_same_call_gives_the_same_result[linear_backward]",
    }


def test_leave_out(grade_with):
    """``leave_out`` removes checks, and functions with every check that needs them."""
    found = grade_with(
        'modules = ["losses"]\n[leave_out]\nfunctions = ["expected_initial_loss"]\n'
        'checks = ["losses/test_mixed_targets_mix_the_losses"]'
    )
    expected = where(grade_with('modules = ["losses"]'), lambda check: "expected_initial_loss" not in check.functions)
    assert found.keys() == expected.keys() - {"losses/test_mixed_targets_mix_the_losses"}


def test_unselected_modules_are_not_graded(grade_with, tmp_path):
    """A course without dropout and training gives all points to a submission that has neither."""
    work = copied_reference(tmp_path / "work", "activations", "losses", "layers")
    found = grade_with('modules = ["activations", "losses", "layers"]', work)
    assert outcomes(found) == {"passed"}
    assert total(found) == sum(check.points for check in found.values()) > 0


def test_a_course_with_half_a_module(grade_with, tmp_path):
    """A course that selects the forward pass only does not grade the backward pass."""
    work = copied_reference(tmp_path / "work", "layers")
    text = (work / "layers.py").read_text()
    (work / "layers.py").write_text(text.partition("def linear_backward")[0])
    found = grade_with('modules = ["layers"]\n[leave_out]\nfunctions = ["linear_backward"]', work)
    assert outcomes(found) == {"passed"}


def test_without_a_table_checks_keep_their_points(grade_with, everything):
    """Without [points] each check has its own points, whatever else is selected."""
    found = grade_with('modules = ["losses"]')
    assert {name: check.max_points for name, check in found.items()} == {
        name: everything[name].max_points for name in found
    }


@pytest.mark.parametrize(
    ("owner", "belongs"),
    [
        ("losses", lambda check: check.module == "losses"),
        ("cross_entropy", lambda check: "cross_entropy" in check.functions),
        ("purity", lambda check: "test_inputs_are_not_changed" in check.id),
        ("losses/test_same_call_gives_the_same_result", lambda check: "losses/test_same_call" in check.id),
    ],
)
def test_points_are_shared_in_proportion(grade_with, everything, owner, belongs):
    """The checks of a module, function, group or check share its points in proportion to their own."""
    found = grade_with(f'modules = ["losses", "activations"]\n[points]\n"{owner}" = 30')
    mine, others = where(found, belongs), where(found, lambda check: not belongs(check))
    assert total(mine) == pytest.approx(30)
    ratios = {check.max_points / everything[name].max_points for name, check in mine.items()}
    assert max(ratios) == pytest.approx(min(ratios))
    assert others
    assert {check.max_points == everything[name].max_points for name, check in others.items()} == {True}


def test_the_most_specific_name_gets_the_points(grade_with):
    """A check belongs to its id before its group, function and module, and is counted once."""
    found = grade_with("""
        functions = ["cross_entropy", "expected_initial_loss"]
        [points]
        losses = 5
        cross_entropy = 20
        purity = 3
        "losses/test_equal_logits_cost_log_c" = 10
    """)
    assert found["losses/test_equal_logits_cost_log_c"].max_points == 10
    assert found["losses/test_inputs_are_not_changed[cross_entropy]"].max_points == 3
    assert total(where(found, lambda check: check.functions == ["expected_initial_loss"])) == pytest.approx(5)
    assert total(found) == pytest.approx(38)


def test_no_points_for_a_module(grade_with):
    """0 points are allowed: the checks still run and are reported."""
    found = grade_with('modules = ["losses"]\n[points]\nlosses = 0')
    assert total(found) == 0
    assert outcomes(found) == {"passed"}
