"""Checks of the mean squared error."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, check, normal
from backproof.testing.general import *
from backproof.testing.inputs import matrices

SQUARED = "Goodfellow, Bengio and Courville, Deep Learning, section 5.1.4"

SAMPLES = {
    "mean_squared_error": Sample(
        lambda rng: {"prediction": normal(rng, (4, 1)), "target": normal(rng, (4, 1))},
        bad={"target": (np.zeros(4), np.zeros((4, 2)))},
    ),
}


@check(points=2, source=SQUARED, hint="np.mean((prediction - target) ** 2): over all elements, no half.")
@given(prediction=matrices(scales=(1.0, 100.0)), seed=st.integers(0, 99))
def test_squared_error_is_the_mean_of_squares(mean_squared_error, prediction, seed):
    """The loss is the mean of the squared differences over all elements, with the gradient 2 e / size."""
    target = normal(np.random.default_rng(seed), prediction.shape)
    loss, dprediction = mean_squared_error(prediction, target)
    error = prediction - target
    size = np.abs(prediction).max() + np.abs(target).max()
    assert_close(loss, np.mean(error**2), "loss", magnitude=size**2)
    assert_close(dprediction, 2 * error / error.size, "dprediction", magnitude=size)


@check(points=1, source=SQUARED, hint="Subtract arrays of one shape: (N, 1) minus (N,) is (N, N).")
@given(target=matrices(max_columns=1))
def test_squared_error_is_zero_only_for_a_perfect_prediction(mean_squared_error, target):
    """A perfect prediction costs 0, any other more, whatever the sign of its error."""
    loss, dprediction = mean_squared_error(target, target)
    assert_close(loss, 0.0, "loss of a perfect prediction")
    assert_close(dprediction, 0.0, "dprediction of a perfect prediction")
    off = mean_squared_error.each({"prediction": target + error, "target": target} for error in (0.5, -0.5))
    (above, _), (below, _) = off
    assert_close([above, below], 0.25, "loss of a prediction that is 0.5 off", magnitude=1 + np.abs(target).max() ** 2)


@check(points=1, source=SQUARED, hint="Square the error: twice the error costs four times as much.")
@given(error=matrices())
def test_squared_error_is_quadratic(mean_squared_error, error):
    """Three times the error costs nine times as much, with three times the gradient."""
    zero = np.zeros_like(error)
    results = mean_squared_error.each({"prediction": factor * error, "target": zero} for factor in (1, 3))
    (loss, gradient), (larger, larger_gradient) = results
    assert_close(larger, 9 * loss, "loss of three times the error")
    assert_close(larger_gradient, 3 * gradient, "dprediction of three times the error")


@check(points=1, source=SQUARED, hint="The derivative of e**2 is 2 e, and the mean brings 1 / size.")
def test_squared_error_gradient_agrees_with_finite_differences(mean_squared_error, rng, plot):
    """The gradient is the slope of the loss."""

    def draw():
        prediction, target = normal(rng, (4, 3)), normal(rng, (4, 3))
        _, gradient = mean_squared_error(prediction, target)
        loss = mean_squared_error.of(lambda y: {"prediction": y, "target": target}, part=0)
        return [GradientClaim("dprediction", loss, prediction, gradient)]

    assert_gradients(draw, rng, plot=plot, label="mean_squared_error")
