"""Right gradients pass at every seed, in float64 and in float32; a failure names the error and its place.

Zero failures in n seeds leave a false-alarm rate below 3 / n with 95 % confidence; longer runs of the same functions
are quoted in the docstrings.
"""

import re

import numpy as np
import pytest

from backproof.problems import PropertyViolated
from backproof.testing import GradientClaim, assert_gradients, normal
from tests.toolkit.gradient_claims import (
    absolute,
    cross_entropy,
    linear,
    network,
    relu,
    row_maximum,
    softmax,
    sum_of_squares,
    tanh,
)

SMOOTH = {"linear": linear, "softmax": softmax, "cross_entropy": cross_entropy, "tanh": tanh}
SMOOTH |= {f"sum_of_squares_{scale:g}": sum_of_squares(scale) for scale in (1e-3, 1e-1, 1.0, 10.0, 1e3)}
KINKED = {"relu": relu, "absolute": absolute, "row_maximum": row_maximum, "network": network}
DTYPES = (np.float64, np.float32)


def alarms(claims, dtype, seeds):
    """Return the messages by seed of those seeds at which right claims fail."""
    found = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        try:
            assert_gradients(lambda rng=rng: claims(rng, dtype), rng)
        except PropertyViolated as problem:
            found[seed] = problem.message
    return found


def failure(claim):
    """Return how a claim fails that is the same in each draw."""
    with pytest.raises(PropertyViolated) as caught:
        assert_gradients(lambda: [claim], generator())
    return caught.value


def generator():
    return np.random.default_rng(5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SMOOTH)
def test_right_gradients_of_smooth_functions_pass(name, dtype):
    """Right gradients of smooth functions pass: 0 of 300 seeds fail."""
    assert alarms(SMOOTH[name], dtype, 300) == {}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", KINKED)
def test_right_gradients_pass_near_kinks(name, dtype):
    """Right gradients pass though kinks lie within the step: 0 of 300 seeds fail (0 of 20,000 for one layer)."""
    assert alarms(KINKED[name], dtype, 300 if name == "network" else 600) == {}


def test_right_gradients_pass_in_a_wide_float32_network():
    """240 hidden pre-activations, and rounding to float32, fail no right gradient: 0 of 200 seeds (0 of 3,000)."""

    def wide_network(rng, dtype):
        return network(rng, dtype, num_features=6, num_units=30, num_samples=8, num_classes=4)

    assert alarms(wide_network, np.float32, 200) == {}


@pytest.mark.parametrize("name", ["linear", "tanh", "softmax"])
def test_right_gradients_pass_at_float32_points(name):
    """Points in float32 move in steps of float32, whatever the function computes in: 0 of 100 seeds fail."""

    def at_float32(rng, dtype):
        return [
            GradientClaim(claim.name, claim.function, claim.at.astype(np.float32), claim.gradient, claim.upstream)
            for claim in SMOOTH[name](rng, dtype)
        ]

    assert alarms(at_float32, np.float64, 100) == {}


def test_points_exactly_on_a_kink_are_drawn_again():
    """At 0, relu has no slope: neither claim passes or fails there, and the next points decide."""
    for seed in range(50):
        for is_right in (True, False):
            rng, drawn = np.random.default_rng(seed), []

            def draw(rng=rng, drawn=drawn, is_right=is_right):
                x = np.zeros(6) if len(drawn) < 3 else normal(rng, 6)
                drawn.append(x)
                gradient = (x > 0) * 1.0 if is_right or len(drawn) <= 3 else (x > 0) + 1.0
                return [GradientClaim("dx", lambda v: np.maximum(v, 0).sum(), x, gradient)]

            if is_right:
                assert_gradients(draw, rng)
            else:
                with pytest.raises(PropertyViolated, match=r"does not agree"):
                    assert_gradients(draw, rng)
            assert len(drawn) > 3


def test_functions_that_change_from_call_to_call_have_no_slope():
    """A function that draws in each call fails, with this reason in the message, at every one of 20 seeds."""
    for seed in range(20):
        rng = np.random.default_rng(seed)

        def dropout(x, rng=rng):
            return x * (rng.random(x.shape) < 0.5)

        with pytest.raises(PropertyViolated, match="gives other values when it is called again"):
            assert_gradients(lambda: [GradientClaim("dx", dropout, np.ones(8), np.full(8, 0.5), np.ones(8))], rng)


def test_shapes_must_be_those_of_the_point():
    """A gradient of another shape fails by its shape, also where NumPy could broadcast it."""
    problem = failure(GradientClaim("dbias", np.sum, np.ones(3), np.ones((1, 3))))
    assert "dbias has shape (1, 3)" in problem.message
    assert (problem.expected, problem.got) == ("shape (3,)", "shape (1, 3)")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_gradients_must_be_finite(value):
    """NaN and infinity are called by what they are, and shown."""
    problem = failure(GradientClaim("dx", np.sum, np.ones(3), np.array([1.0, value, 1.0])))
    assert problem.message == "dx has values that are not finite"
    assert str(value) in problem.got


@pytest.mark.parametrize("position", [0, 63, 64, 200, 255])
def test_messages_name_the_wrong_coordinate(position):
    """The message has the coordinate, both slopes, their ratio and the tolerance, wherever in 256 entries it lies."""
    x, slopes = normal(generator(), (16, 16)), normal(generator(), (16, 16)) + 5
    gradient = slopes.copy()
    gradient.flat[position] *= 2
    problem = failure(GradientClaim("dweight", lambda v: np.sum(v * slopes), x, gradient))
    row, column = divmod(position, 16)
    assert f"dweight does not agree with finite differences: at [{row}, {column}]" in problem.message
    assert f"the slope is {slopes[row, column]:.6g}, dweight says {gradient[row, column]:.6g}" in problem.message
    assert "(ratio 2)" in problem.message
    assert float(re.search(r"tolerance (\S+?)(\.|$)(?!\d)", problem.message)[1]) < 1e-6
    assert "All of them" not in problem.message


def test_messages_name_the_worst_of_several_coordinates():
    """Among wrong entries, the one with the largest error is named."""
    gradient = np.ones(10)
    gradient[[2, 7, 8]] = 1.5, -3.0, 2.0
    problem = failure(GradientClaim("dx", np.sum, np.linspace(-1, 1, 10), gradient))
    assert "at [7] the slope is 1, dx says -3 (ratio -3)" in problem.message
    assert (problem.expected, problem.got) == ("1 at [7]", "-3")


def test_messages_have_a_common_factor():
    """If every entry is off by one factor, the message has it; if only some are, it does not."""
    slopes = np.array([1.0, -2.0, 3.0, 0.0])
    halved = failure(GradientClaim("dx", lambda v: v @ slopes, np.ones(4), slopes / 2))
    assert halved.message.endswith("All of them are 0.5 times what they should be")
    one_that_should_be_zero = failure(GradientClaim("dx", lambda v: v @ slopes, np.ones(4), slopes + np.eye(4)[3]))
    assert "All of them" not in one_that_should_be_zero.message


def test_numbers_and_empty_arrays_are_points_too():
    """A claim about a 0-d array is checked; one about an empty array holds."""
    assert_gradients(lambda: [GradientClaim("dx", np.square, np.array(3.0), np.array(6.0))], generator())
    assert "dx says 5" in failure(GradientClaim("dx", np.square, np.array(3.0), np.array(5.0))).message
    assert_gradients(lambda: [GradientClaim("dx", np.sum, np.zeros((0, 3)), np.zeros((0, 3)))], generator())


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_functions_get_arrays_like_the_point(shape):
    """A function is called with arrays of the point's own shape, never with a NumPy number."""
    seen = set()

    def squares(x):
        seen.add((type(x), x.shape, x.dtype))
        return np.square(x).sum()

    x = np.full(shape, 1.5)
    assert_gradients(lambda: [GradientClaim("dx", squares, x, 2 * x)], generator())
    assert seen == {(np.ndarray, shape, np.dtype(float))}
