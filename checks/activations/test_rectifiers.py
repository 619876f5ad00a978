"""Checks of the activations with a kink at 0: relu, leaky_relu and prelu."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, assert_close, assert_gradients, check, normal
from backproof.testing.inputs import matrices

from ._inputs import SLOPE

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning"
LEAKY = "Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013"
PRELU = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, section 2.1"
RELU = "Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010"


@check(points=1, source=RELU, hint="np.maximum(x, 0) compares element by element.")
def test_relu_keeps_positives_and_zeroes_negatives(relu):
    """relu is x above 0 and 0 below, however large x is: it does not saturate."""
    x = np.array([-1e4, -2.0, -0.5, 0.0, 0.5, 2.0, 1e4])
    assert_close(relu(x), np.array([0.0, 0.0, 0.0, 0.0, 0.5, 2.0, 1e4]), "relu(x)")


@check(points=0.5, source=RELU, hint="Above 0 nothing is scaled, bounded or shifted.")
@given(x=matrices(scales=(1.0, 100.0)))
def test_relu_is_idempotent_and_homogeneous(relu, x):
    """relu(relu(x)) is relu(x), and relu(a x) is a relu(x) for a > 0."""
    out, larger = relu.each([{"x": x}, {"x": 3.5 * x}])
    assert_close(larger, 3.5 * out, "relu(3.5 x)")
    assert_close(relu(out), out, "relu(relu(x))")


@check(points=2, source=RELU, hint="The mask comes from x, the input of the forward pass, never from dout.")
@given(x=matrices(), seed=st.integers(0, 99))
def test_relu_slope_is_one_above_zero_and_none_below(relu_backward, x, seed):
    """The gradient passes unchanged where x > 0 and not at all where x < 0: such a unit is dead for this input."""
    x = np.where(x == 0, 1.0, x)
    dout = normal(np.random.default_rng(seed), x.shape)
    assert_close(relu_backward(dout, x), np.where(x > 0, dout, 0.0), "dx")


@check(points=0.5, source=f"{DEEP_LEARNING}, section 6.3.1", hint="x > 0 or x >= 0: nothing in between can be wrong.")
def test_slopes_at_zero_are_subgradients(relu_backward, leaky_relu_backward, prelu_backward):
    """At exactly 0 the slope is any number between those on both sides."""
    one, zero = np.ones(1), np.zeros(1)
    for name, slope, lowest in (
        ("relu", relu_backward(one, zero), 0.0),
        ("leaky_relu", leaky_relu_backward(one, zero, 0.2), 0.2),
        ("prelu", prelu_backward(one, zero, SLOPE)[0], float(SLOPE)),
    ):
        assert_close(slope, np.clip(slope.astype(float), lowest, 1), f"slope of {name} at 0")


@check(
    points=2, source=LEAKY, hint="np.where(x > 0, x, negative_slope * x): the sign of x decides, not which is larger."
)
@given(x=matrices(), slope=st.sampled_from([0.01, 0.2, 0.0, 1.0, 2.0, -0.5]))
@example(x=np.array([[-1.0, 2.0]]), slope=2.0)
def test_leaky_relu_has_its_slope_below_zero(leaky_relu, x, slope):
    """leaky_relu is x above 0 and negative_slope * x below: relu for the slope 0, the identity for 1."""
    results = leaky_relu.each([{"x": x, "negative_slope": slope}, {"x": x}])
    assert_close(next(results), np.where(x > 0, x, slope * x), f"leaky_relu(x, {slope})")
    assert_close(next(results), np.where(x > 0, x, 0.01 * x), "leaky_relu(x)")


@check(points=2, source=LEAKY, hint="Below 0 dout is multiplied by negative_slope, so that no unit is dead.")
@given(x=matrices(), slope=st.sampled_from([0.01, 0.2, 0.0, 1.0, 2.0, -0.5]), seed=st.integers(0, 99))
def test_leaky_relu_lets_a_share_of_the_gradient_through(leaky_relu_backward, x, slope, seed):
    """The gradient passes unchanged above 0, and times negative_slope below: no unit is dead."""
    x = np.where(x == 0, 1.0, x)
    dout = normal(np.random.default_rng(seed), x.shape)
    results = leaky_relu_backward.each([{"dout": dout, "x": x, "negative_slope": slope}, {"dout": dout, "x": x}])
    assert_close(next(results), np.where(x > 0, dout, slope * dout), "dx")
    assert_close(next(results), np.where(x > 0, dout, 0.01 * dout), "dx at the default slope")


@check(points=1, source=PRELU, hint="np.where(x > 0, x, slope * x).")
@given(x=matrices(), slope=st.sampled_from([0.25, 0.0, 1.0, 2.0, -0.5]))
def test_prelu_has_its_slope_below_zero(prelu, prelu_backward, x, slope):
    """prelu is x above 0 and slope * x below, forwards and backwards."""
    x, slope = np.where(x == 0, 1.0, x), np.array(slope)
    assert_close(prelu(x, slope), np.where(x > 0, x, slope * x), f"prelu(x, {slope})")
    dx, _ = prelu_backward(np.full_like(x, 2.0), x, slope)
    assert_close(dx, np.where(x > 0, 2.0, 2 * slope), "dx")


@check(points=2, source=PRELU, hint="All elements share the slope: sum dout * x over those with x < 0, and only those.")
@given(x=matrices(), seed=st.integers(0, 99))
def test_prelu_slope_gets_the_summed_gradient(prelu_backward, x, seed):
    """dslope is the sum of dout * x over all elements below 0: one number."""
    dout = normal(np.random.default_rng(seed), x.shape)
    _, dslope = prelu_backward(dout, x, SLOPE)
    terms = np.where(x < 0, dout * x, 0.0)
    assert_close(dslope, terms.sum(), "dslope", magnitude=np.abs(terms).sum())


@check(points=1, source=PRELU, hint="The slope is a parameter: derive the output with respect to it, too.")
def test_prelu_slope_gradient_agrees_with_finite_differences(prelu, prelu_backward, rng, plot):
    """dslope is the gradient of the output with respect to the slope."""

    def draw():
        x, dout = normal(rng, (4, 5)), normal(rng, (4, 5))
        _, dslope = prelu_backward(dout, x, SLOPE)
        return [GradientClaim("dslope", prelu.of(lambda slope: {"x": x, "slope": slope}), SLOPE, dslope, dout)]

    assert_gradients(draw, rng, plot=plot, label="prelu_backward")
