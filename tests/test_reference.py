"""The reference has full marks with every seed."""

from pathlib import Path

import pytest

from backproof.grading.runner import grade
from backproof.loading import load_submission
from tests.helpers import assert_full_marks

TOP = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("first_seed", range(0, 20, 10))
def test_reference_has_full_marks(first_seed):
    """20 grades of the reference with 20 seeds have no failure; `backproof validate` grades more."""
    assert_full_marks(load_submission(TOP / "reference"), range(first_seed, first_seed + 10))


def test_every_function_of_the_contract_is_checked():
    """Each function has checks of its own properties, and the checks common to all functions."""
    submission, assignment, contract = load_submission(TOP / "reference")
    checks = grade(submission, assignment, contract, seed=0).grade.checks
    for name in assignment.graded_functions(contract):
        spec = contract.functions[name]
        own = {check.id.partition("/")[2].partition("[")[0] for check in checks if name in check.functions}
        assert "test_same_call_gives_the_same_result" in own, name
        assert "test_global_random_state_is_left_alone" in own, name
        assert any(check.module == spec.module and name in check.functions for check in checks), name
        assert len(own) >= 4, (name, own)


def test_every_check_has_a_property_a_hint_and_a_source():
    """Each check states what should hold, what to try and what to read."""
    template = load_submission(TOP / "student_template")
    for check in grade(*template, seed=0).grade.checks:
        assert check.property.endswith("."), check.id
        assert not check.property.startswith("test_"), check.id
        assert check.failure is not None
        assert "Read: " in (check.failure.hint or ""), check.id
        assert len(check.failure.hint.partition("Read: ")[0]) > 10, check.id
        assert check.max_points > 0, check.id


def test_checks_record_the_pictures_of_the_lessons():
    """Activations by layer, slopes, features around batch norm, the landscape and augmented images are recorded."""
    run = grade(*load_submission(TOP / "reference"), seed=0)
    recorded = [item for items in run.plots.values() for item in items]
    pictures = {(item["title"], item["label"]) for item in recorded}
    for label in ("normal_init", "xavier_uniform", "xavier_normal", "he_normal"):
        assert ("Activations by layer", label) in pictures
    for label in ("sigmoid", "tanh", "relu", "leaky_relu", "prelu"):
        assert {("Activations", label), ("Slopes", label)} <= pictures
    for label in ("before", "after"):
        assert ("Feature means and batch normalisation", label) in pictures
    for label in ("minimum", "maximum", "saddle"):
        assert ("Eigenvalues at critical points", label) in pictures
    for label in ("down from the saddle", "up from the saddle"):
        assert ("Loss slices", label) in pictures
    for label in ("original", "horizontal_flip", "random_crop", "color_jitter", "affine", "cutmix", "cowmix"):
        assert ("Augmented images", label) in pictures
    assert {("Schedules", "triangular2"), ("Schedules", "triangular2, expected")} <= pictures
    curves = [item for item in recorded if "x" in item]
    assert all(len(curve["x"]) == len(curve["y"]) > 1 for curve in curves)
