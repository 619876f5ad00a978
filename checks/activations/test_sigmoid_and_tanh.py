"""Checks of the activations that saturate: sigmoid and tanh."""

import numpy as np

from backproof.testing import assert_close, assert_that, check

from ._inputs import GRID

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning"
EFFICIENT = "LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.4"
SATURATION = "Glorot and Bengio, AISTATS 2010, section 3.1"


@check(
    points=2,
    source=f"{DEEP_LEARNING}, section 3.10",
    hint="1 / (1 + exp(-x)): 0.5 at 0, towards 0 on the left and 1 on the right.",
)
def test_sigmoid_is_the_logistic_function(sigmoid):
    """sigmoid is 1 / (1 + exp(-x)), in [0, 1] everywhere and strictly inside around 0."""
    with np.errstate(over="ignore"):
        expected = 1 / (1 + np.exp(-GRID))
    out = sigmoid(GRID)
    # By way of tanh, which is right too, every value is exact to one rounding of 1.
    assert_close(out, expected, "sigmoid(x)", magnitude=1.0)
    assert_that(np.all((out >= 0) & (out <= 1)), "sigmoid leaves [0, 1]", got=f"{out.min()} to {out.max()}")
    # Nearer than this to 1, the next smaller number of the precision is as far away as 1 - sigmoid(x).
    inner = sigmoid(np.linspace(-15, 15, 61) if out.dtype == np.float32 else np.linspace(-30, 30, 61))
    assert_that(
        np.all((inner > 0) & (inner < 1)), "sigmoid reaches 0 or 1 near 0", got=f"{inner.min()} to {inner.max()}"
    )


@check(points=1, source=SATURATION, hint="sigmoid(-x) = 1 - sigmoid(x): its mean is 0.5, not 0.")
def test_sigmoid_is_symmetric_about_one_half(sigmoid):
    """sigmoid(-x) = 1 - sigmoid(x), it never falls, and its values centre on 0.5, not on 0."""
    out = sigmoid(GRID)
    assert_close(sigmoid(-GRID), 1 - out, "sigmoid(-x)", magnitude=1.0)
    assert_close(np.mean(out), 0.5, "the mean of sigmoid over a symmetric grid", magnitude=1.0)
    falls = np.diff(out.astype(float)).min()
    assert_that(falls >= -2 * np.finfo(out.dtype).eps, f"sigmoid falls by {-falls:.3g}")


@check(points=2, source=SATURATION, hint="s * (1 - s) with s = sigmoid(x); x itself is not s.")
def test_sigmoid_slope_is_largest_at_zero_and_vanishes(sigmoid_backward):
    """The slope is 1/4 at 0, nowhere larger, never negative, and vanishes at both ends: the unit saturates."""
    slope = sigmoid_backward(np.ones_like(GRID), GRID)
    exponential = np.exp(-np.abs(GRID))
    # Saturated, 1 - s may have lost all its digits: an error of one rounding of 1 is right.
    assert_close(slope, exponential / (1 + exponential) ** 2, "slope of sigmoid", magnitude=1.0)
    assert_that(
        np.all(slope >= 0) and slope.max() <= 0.25 * (1 + 1e-6), f"slopes go from {slope.min()} to {slope.max()}"
    )


@check(points=2, source=EFFICIENT, hint="np.tanh(x), or 2 * sigmoid(2 * x) - 1: mind the second 2.")
def test_tanh_is_two_sigmoids(tanh):
    """tanh(x) = 2 sigmoid(2x) - 1, in [-1, 1], with a slope of 1 at 0."""
    with np.errstate(over="ignore"):
        expected = 2 / (1 + np.exp(-2 * GRID)) - 1
    out = tanh(GRID)
    assert_close(out, expected, "tanh(x)", magnitude=1.0)
    assert_that(np.all(np.abs(out) <= 1), "tanh leaves [-1, 1]", got=f"{out.min()} to {out.max()}")


@check(points=1, source=EFFICIENT, hint="tanh(-x) = -tanh(x): no shift.")
def test_tanh_is_odd_and_zero_centred(tanh):
    """tanh(-x) = -tanh(x), so that its values centre on 0."""
    out = tanh(GRID)
    assert_close(tanh(-GRID), -out, "tanh(-x)", magnitude=1.0)
    assert_close(np.mean(out), 0.0, "the mean of tanh over a symmetric grid", magnitude=1.0)


@check(points=2, source=SATURATION, hint="1 - tanh(x)**2, not 1 - x**2.")
def test_tanh_slope_is_one_at_zero_and_vanishes(tanh_backward):
    """The slope is 1 at 0, nowhere larger, never negative, and vanishes at both ends: the unit saturates."""
    slope = tanh_backward(np.ones_like(GRID), GRID)
    assert_close(slope, 1 - np.tanh(GRID) ** 2, "slope of tanh", magnitude=1.0)
    assert_that(np.all(slope >= 0) and slope.max() <= 1 + 1e-6, f"slopes go from {slope.min()} to {slope.max()}")
