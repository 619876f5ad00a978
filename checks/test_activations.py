"""Checks of activations.py: the rectified linear unit, the softmax and its logarithm."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_finite, assert_gradients, check, normal
from backproof.testing.general import *
from backproof.testing.inputs import matrices

RELU = "Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010"
SOFTMAX = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3"
STABILITY = "Goodfellow, Bengio and Courville, Deep Learning, section 4.1"

SAMPLES = {
    "relu": Sample(lambda rng: {"x": normal(rng, (3, 4))}),
    "relu_backward": Sample(
        lambda rng: {"dout": normal(rng, (3, 4)), "x": normal(rng, (3, 4))},
        bad={"dout": (np.ones((4, 3)), np.ones(5))},
    ),
    "softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
    "log_softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
}

ANY_SHAPE = st.sampled_from([(3,), (2, 3), (1, 1), (2, 1, 3), (2, 3, 1, 2)])


@check(points=1, source=RELU, hint="np.maximum(x, 0) compares element by element.")
def test_relu_keeps_positives_and_zeroes_negatives(relu):
    """relu is x above 0 and 0 below, however large x is: it does not saturate."""
    x = np.array([-1e4, -2.0, -0.5, 0.0, 0.5, 2.0, 1e4])
    assert_close(relu(x), np.array([0.0, 0.0, 0.0, 0.0, 0.5, 2.0, 1e4]), "relu(x)")


@check(points=0.5, source=RELU, hint="Above 0 nothing is scaled, bounded or shifted.")
@given(x=matrices(scales=(1.0, 100.0)))
def test_relu_is_idempotent_and_homogeneous(relu, x):
    """relu(relu(x)) is relu(x), and relu(a x) is a relu(x) for a > 0."""
    out = relu(x)
    assert_close(relu(out), out, "relu(relu(x))")
    assert_close(relu(3.5 * x), 3.5 * out, "relu(3.5 x)")


@check(points=0.5, source=RELU, hint="Use operations that work element by element, and no axis.")
@given(shape=ANY_SHAPE)
def test_relu_acts_on_each_element_alone(relu, relu_backward, shape):
    """An array of any shape gives what its elements give one by one, forwards and backwards."""
    x = np.linspace(-2.0, 2.5, math.prod(shape)).reshape(shape)
    dout = np.linspace(3.0, -1.0, math.prod(shape)).reshape(shape)
    assert_close(relu(x), relu(x.ravel()).reshape(shape), "relu(x)")
    together, alone = relu_backward(dout, x), relu_backward(dout.ravel(), x.ravel())
    assert_close(together, alone.reshape(shape), "relu_backward(dout, x)")


@check(points=2, source=RELU, hint="The mask comes from x, the input of the forward pass, never from dout.")
@given(x=matrices(), seed=st.integers(0, 99))
def test_relu_slope_is_one_above_zero_and_none_below(relu_backward, x, seed):
    """The gradient passes unchanged where x > 0 and not at all where x < 0: such a unit is dead for this input."""
    x = np.where(x == 0, 1.0, x)
    dout = normal(np.random.default_rng(seed), x.shape)
    assert_close(relu_backward(dout, x), np.where(x > 0, dout, 0.0), "dx")


@check(points=0.5, source="Goodfellow, Bengio and Courville, Deep Learning, section 6.3.1", hint="x > 0 or x >= 0.")
def test_relu_slope_at_zero_is_a_subgradient(relu_backward):
    """At exactly 0 the slope is any number from 0 to 1."""
    slope = relu_backward(np.ones(1), np.zeros(1))
    assert_close(slope, np.clip(slope, 0, 1), "slope at 0")


@check(points=0.5, source=RELU, hint="dx = dout * slope, with a slope that depends on x alone.")
@given(x=matrices(), seed=st.integers(0, 99))
def test_relu_backward_is_linear_in_dout(relu_backward, x, seed):
    """A gradient twice as large, of either sign, comes back twice as large."""
    dout = normal(np.random.default_rng(seed), x.shape)
    once = relu_backward(dout, x)
    assert_close(relu_backward(-2.0 * dout, x), -2.0 * once, "relu_backward(-2 dout, x)")


@check(points=1, source=RELU, hint="Differentiate relu at x: 1 above 0, 0 below, times dout.")
def test_relu_backward_agrees_with_finite_differences(relu, relu_backward, rng):
    """dx is the gradient of relu."""

    def draw():
        x, dout = normal(rng, (4, 5)), normal(rng, (4, 5))
        return [GradientClaim("dx", relu, x, relu_backward(dout, x), dout)]

    assert_gradients(draw, rng)


@check(points=1, source=SOFTMAX, hint="exp(z) / sum(exp(z)).")
def test_softmax_of_known_logits(softmax):
    """Logits log 2, 0, 0 have the probabilities 1/2, 1/4, 1/4; equal logits have equal ones."""
    assert_close(softmax(np.array([[math.log(2), 0.0, 0.0]])), np.array([[0.5, 0.25, 0.25]]), "softmax")
    assert_close(softmax(np.full((2, 4), 3.0)), np.full((2, 4), 0.25), "softmax of equal logits")


@check(points=1, source=SOFTMAX, hint="Sum over the last axis with keepdims=True, not over the batch.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_softmax_rows_are_distributions(softmax, logits):
    """Every row is positive and sums to 1, whatever the other rows are, for arrays of any number of axes."""
    out = softmax(logits)
    assert_close(out.sum(axis=-1), 1.0, "sum of a row")
    assert_close(out, np.abs(out), "softmax")
    for n in range(len(logits)):
        assert_close(softmax(logits[n]), out[n], f"softmax of row {n} alone")
    assert_close(softmax(logits[:, None]), out[:, None], "softmax with an axis more")


@check(points=1, source=STABILITY, hint="Subtract the maximum of each row before exponentiating.")
@given(logits=matrices(min_columns=2))
def test_softmax_ignores_a_shift(softmax, logits):
    """Adding the same number to a row changes nothing."""
    out = softmax(logits)
    for shift in (5.0, -1e3, 1e4):
        assert_close(softmax(logits + shift), out, f"softmax after adding {shift:g}", magnitude=abs(shift))


@check(points=1, source=STABILITY, hint="Subtract the row's own maximum: not 0, and not that of the whole batch.")
def test_softmax_is_exact_for_huge_logits(softmax):
    """Logits of 1e4 and -1e4 give exact, finite probabilities, also side by side in one batch."""
    logits = np.array([[1e4, 0.0], [-1e4, -1e4], [0.0, 1e4], [1e4, 1e4]])
    out = softmax(logits)
    assert_finite(out, "softmax")
    # exp(-1e4) is far below the smallest number, so the result is exact up to the rounding of 1.
    assert_close(out, np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.5, 0.5]]), "softmax", magnitude=1.0)


@check(points=0.5, source=SOFTMAX, hint="No class is special: nothing may depend on a column's place.")
@given(logits=matrices(min_columns=2), seed=st.integers(0, 99))
def test_softmax_follows_a_permutation(softmax, log_softmax, logits, seed):
    """Permuting the classes permutes the result."""
    order = np.random.default_rng(seed).permutation(logits.shape[1])
    assert_close(softmax(logits[:, order]), softmax(logits)[:, order], "softmax of permuted logits")
    magnitude = np.abs(logits).max()
    expected = log_softmax(logits)[:, order]
    assert_close(log_softmax(logits[:, order]), expected, "log_softmax of permuted logits", magnitude=magnitude)


@check(points=2, source=SOFTMAX, hint="z - log(sum(exp(z))) over the last axis.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_log_softmax_is_the_logarithm_of_softmax(log_softmax, logits):
    """log_softmax is z - log sum exp(z) of each row."""
    expected = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    assert_close(log_softmax(logits), expected, "log_softmax", magnitude=np.abs(logits).max())
    with_axis = log_softmax(logits[:, None])
    assert_close(with_axis, expected[:, None], "log_softmax with an axis more", magnitude=np.abs(logits).max())


@check(points=2, source=STABILITY, hint="Never take the log of a probability: it may have underflowed to 0.")
def test_log_softmax_is_finite_where_a_probability_underflows(log_softmax):
    """A class that is 1e4 logits behind has the log-probability -1e4, not minus infinity."""
    logits = np.array([[1e4, 0.0], [-1e4, 0.0], [0.0, -800.0], [-1e4, -1e4], [200.0, 0.0]])
    expected = np.array([[0, -1e4], [-1e4, 0], [0, -800], [-math.log(2), -math.log(2)], [0, -200]])
    out = log_softmax(logits)
    assert_finite(out, "log_softmax")
    assert_close(out, expected, "log_softmax", magnitude=np.abs(logits).max(axis=1, keepdims=True))


@check(points=1, source=STABILITY, hint="Subtract the maximum of each row before exponentiating.")
@given(logits=matrices(min_columns=2))
def test_log_softmax_ignores_a_shift(log_softmax, logits):
    """Adding the same number to a row changes nothing."""
    out = log_softmax(logits)
    for shift in (5.0, -1e3, 1e4):
        shifted = log_softmax(logits + shift)
        assert_close(shifted, out, f"log_softmax after adding {shift:g}", magnitude=abs(shift) + np.abs(logits).max())
