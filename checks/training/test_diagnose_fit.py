"""Checks of diagnose_fit, the diagnosis of the curves of a training."""

import math

import numpy as np

from backproof.testing import Sample, assert_that, check
from backproof.testing.general import *

FIT = "Goodfellow, Bengio and Courville, Deep Learning, section 5.2"

SAMPLES = {
    "diagnose_fit": Sample(
        lambda: {"train_losses": [1.0, 0.5, 0.3], "validation_losses": [1.0, 0.6, 0.4]},
        bad={"train_losses": ([],), "validation_losses": ([], [1.0, 0.6], [1.0, 0.6, 0.5, 0.4])},
    ),
}

TIME = np.arange(40) / 40


def falling_to(end, rng):
    """Return a curve that falls from 1 and stays at end from the middle on, give or take 2 % of it."""
    curve = (end + (1 - end) * np.exp(-16 * TIME)) * rng.uniform(0.98, 1.02, 40)
    return np.concatenate([[1.0], np.minimum(curve[1:], 1.0)])


def rising_to(ends, lowest, rng):
    """Return a curve that falls from 1 to lowest in the first third, and rises from there on."""
    return np.interp(TIME, [0, 1 / 3, TIME[-1]], [1, lowest, ends]) * rng.uniform(0.98, 1.02, 40)


def good_curves(rng):
    """Training ends at 1 to 7 % of its start, and validation at most 3 % of the start above."""
    end = rng.uniform(0.01, 0.07)
    return falling_to(end, rng), falling_to(end + rng.uniform(0, 0.03), rng)


def underfitting_curves(rng):
    """Both losses stay above 83 % of the start."""
    end = rng.uniform(0.85, 0.94)
    return falling_to(end, rng), falling_to(end + rng.uniform(0, 0.03), rng)


def overfitting_curves(rng):
    """Training falls to 1 to 7 %; validation turns at 30 to 45 %, and nearly doubles, but stays below its start."""
    lowest = rng.uniform(0.3, 0.45)
    return falling_to(rng.uniform(0.01, 0.07), rng), rising_to(lowest * rng.uniform(1.9, 2.1), lowest, rng)


def diverging_curves(rng):
    """Both losses may fall at first, and end at 3 to 100 times their start."""
    lowest, end = rng.uniform(0.3, 1), 10 ** rng.uniform(0.5, 2)
    return rising_to(end, lowest, rng), rising_to(1.1 * end, lowest, rng)


def broken_curves(rng, value):
    """Losses that fall, until the last quarter of them are all NaN, or infinite."""
    curves = good_curves(rng)
    for curve in curves:
        curve[30:] = value
    return curves


def assert_diagnosis(diagnose_fit, curves, expected):
    """Assert what is said of two curves."""
    train, validation = curves
    diagnosis = diagnose_fit(train.tolist(), validation.tolist())
    message = (
        f"training goes from {train[0]:.3g} to {train[-1]:.3g}, validation from {validation[0]:.3g} to "
        f"{validation[-1]:.3g}, its best is {np.nanmin(validation):.3g}: that is {expected}, not {diagnosis}"
    )
    assert_that(diagnosis == expected, message, expected=expected, got=diagnosis)


@check(points=1, source=FIT, hint="Training ends below 10 % of its start, and validation less than 5 % of it above.")
def test_a_good_fit_is_told(diagnose_fit, rng):
    """Where both losses end low and close to each other, the fit is good."""
    for _ in range(8):
        assert_diagnosis(diagnose_fit, good_curves(rng), "good")
    at_once = np.array([1.0, *[0.05] * 299])
    assert_diagnosis(diagnose_fit, (at_once, at_once), "good")


@check(points=1, source=FIT, hint="A small gap is no merit where training itself has got nowhere.")
def test_underfitting_is_told(diagnose_fit, rng):
    """Where both losses stay near their start, or where nothing moves at all, the model underfits."""
    for _ in range(8):
        assert_diagnosis(diagnose_fit, underfitting_curves(rng), "underfitting")
    assert_diagnosis(diagnose_fit, np.full((2, 40), math.log(10)), "underfitting")


@check(points=1, source=FIT, hint="Compare the last validation loss with the lowest one.")
def test_overfitting_is_told(diagnose_fit, rng, plot):
    """Where the validation loss turns and rises while the training loss falls on, the model overfits."""
    for _ in range(8):
        curves = overfitting_curves(rng)
        if not plot.recorded:
            for label, curve in zip(("training", "validation"), curves, strict=True):
                plot.line("Overfitting", range(40), curve, label=label, x_label="epoch", y_label="loss")
        assert_diagnosis(diagnose_fit, curves, "overfitting")


@check(points=1, source=FIT, hint="Ask first whether the losses are finite: every comparison with NaN is false.")
def test_divergence_is_told(diagnose_fit, rng):
    """Where the losses end above their start, or are no longer finite, training diverges."""
    for _ in range(4):
        assert_diagnosis(diagnose_fit, diverging_curves(rng), "diverging")
    for value in (math.nan, math.inf):
        assert_diagnosis(diagnose_fit, broken_curves(rng, value), "diverging")


@check(points=1, source=FIT, hint="Divide by the first training loss before you compare with a threshold.")
def test_diagnosis_does_not_depend_on_the_unit_of_the_loss(diagnose_fit, rng):
    """Losses a thousand times as large or as small have the same diagnosis."""
    kinds = {
        "good": good_curves,
        "underfitting": underfitting_curves,
        "overfitting": overfitting_curves,
        "diverging": diverging_curves,
    }
    for expected, make_curves in kinds.items():
        for unit in (1e-3, 1e3):
            assert_diagnosis(diagnose_fit, unit * np.array(make_curves(rng)), expected)
