"""Checks of activations.py: the elementwise non-linearities, the softmax and its logarithm."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backproof.testing import (
    GradientClaim,
    Sample,
    assert_close,
    assert_finite,
    assert_gradients,
    assert_that,
    check,
    normal,
    unrecorded,
)
from backproof.testing.general import *
from backproof.testing.inputs import matrices

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning"
EFFICIENT = "LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.4"
LEAKY = "Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013"
PRELU = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, section 2.1"
RELU = "Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010"
SATURATION = "Glorot and Bengio, AISTATS 2010, section 3.1"
SOFTMAX = f"{DEEP_LEARNING}, section 6.2.2.3"
STABILITY = f"{DEEP_LEARNING}, section 4.1"

BAD_DOUT = {"dout": (np.ones((4, 3)), np.ones((2, 4)))}
SLOPE = np.array(0.3)


def both(rng):
    """dout and x of one shape."""
    return {"dout": normal(rng, (3, 4)), "x": normal(rng, (3, 4))}


SAMPLES = {
    **{name: Sample(lambda rng: {"x": normal(rng, (3, 4))}) for name in ("sigmoid", "tanh", "relu", "leaky_relu")},
    **{f"{name}_backward": Sample(both, bad=BAD_DOUT) for name in ("sigmoid", "tanh", "relu", "leaky_relu")},
    "prelu": Sample(lambda rng: {"x": normal(rng, (3, 4)), "slope": SLOPE}),
    "prelu_backward": Sample(lambda rng: both(rng) | {"slope": SLOPE}, bad=BAD_DOUT),
    "softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
    "log_softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
}

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu")
each_activation = pytest.mark.parametrize("forward", NAMES)
each_activation_and_gradient = pytest.mark.parametrize(
    ("forward", "backward"), [(name, f"{name}_backward") for name in NAMES], ids=NAMES
)
each_gradient = pytest.mark.parametrize("backward", [f"{name}_backward" for name in NAMES])
# From far below to far above, with the places at which the functions bend.
GRID = np.concatenate([[-1e4, -700.0, -50.0], np.linspace(-12, 12, 97), [50.0, 700.0, 1e4]])


def fixed(request, name):
    """Return an activation as a function of x, or its gradient as one of (dout, x), with the slope filled in."""
    function = request.getfixturevalue(name)
    slope = {"slope": SLOPE} if name.startswith("prelu") else {}
    if name.endswith("_backward"):
        return function.of(lambda both: {"dout": both[0], "x": both[1], **slope}, part=0 if slope else None)
    return function.of(lambda x: {"x": x, **slope})


@check(
    points=0.5, source=f"{DEEP_LEARNING}, section 6.3", hint="Use operations that work element by element, and no axis."
)
@each_activation_and_gradient
def test_each_element_counts_alone(request, forward, backward):
    """An array of any shape gives what its elements give one by one, forwards and backwards."""
    forward, backward = fixed(request, forward), fixed(request, backward)
    x, dout = np.linspace(-2.0, 2.5, 12), np.linspace(3.0, -1.0, 12)
    shapes = ((12,), (3, 4), (12, 1), (2, 1, 6), (2, 3, 1, 2))
    out = np.array([float(value[0]) for value in forward.each(x[:, None])])
    dx = np.array([float(value[0]) for value in backward.each(zip(dout[:, None], x[:, None], strict=True))])
    for shape, got in zip(shapes, forward.each(x.reshape(shape) for shape in shapes), strict=True):
        assert_close(got, out.reshape(shape), f"out of shape {shape}", magnitude=1.0)
    for shape, got in zip(
        shapes, backward.each((dout.reshape(shape), x.reshape(shape)) for shape in shapes), strict=True
    ):
        assert_close(got, dx.reshape(shape), f"dx of shape {shape}", magnitude=3.0)


@check(
    points=0.5,
    source=f"{DEEP_LEARNING}, section 6.5.2",
    hint="dx = dout * slope, with a slope that depends on x alone.",
)
@each_gradient
def test_gradient_is_linear_in_dout(request, backward, rng):
    """A gradient twice as large, of either sign, comes back twice as large."""
    backward = fixed(request, backward)
    x, dout = normal(rng, (3, 4)), normal(rng, (3, 4))
    larger, dx = backward.each([(-2.0 * dout, x), (dout, x)])
    assert_close(larger, -2.0 * dx, "dx for -2 dout", magnitude=1e-9)


@check(
    points=1,
    source=f"{DEEP_LEARNING}, section 6.5.2",
    hint="Differentiate the function at x, its input, and multiply by dout.",
)
@each_activation_and_gradient
def test_gradient_agrees_with_finite_differences(request, forward, backward, rng, plot):
    """dx is the gradient of the activation."""
    name = forward
    forward, backward = fixed(request, forward), fixed(request, backward)

    def draw():
        x, dout = normal(rng, (4, 5), 2.0), normal(rng, (4, 5))
        claim = GradientClaim("dx", forward, x, backward((dout, x)), dout)
        if not plot.recorded:  # before the comparison, so that a failure has its picture
            record_curves()
        return [claim]

    def record_curves():
        x = np.linspace(-6, 6, 121)
        with unrecorded():
            plot.line("Activations", x, forward(x), label=name, x_label="x", y_label="activation")
            plot.line("Slopes", x, backward((np.ones_like(x), x)), label=name, x_label="x", y_label="slope")

    assert_gradients(draw, rng, plot=plot, label=f"{name}_backward")


@check(points=0.5, source=STABILITY, hint="Let every exponential have an argument below 0: exp(-abs(x)).")
@each_activation
def test_huge_inputs_overflow_nothing(request, forward):
    """At 1e4 and -1e4 the result is finite, and no overflow warning is given."""
    function = request.getfixturevalue(forward)
    arguments = (GRID, SLOPE) if forward == "prelu" else (GRID,)
    assert_finite(function(*arguments), f"{forward}(x)")
    warnings = [text for text in function.warnings(*arguments) if "overflow" in text]
    assert_that(not warnings, f"{forward} warned: {warnings[:1]}", expected="no warning", got=str(warnings[:1]))


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


@check(points=1, source=SOFTMAX, hint="exp(z) / sum(exp(z)).")
def test_softmax_of_known_logits(softmax):
    """Logits log 2, 0, 0 have the probabilities 1/2, 1/4, 1/4; equal logits have equal ones."""
    assert_close(softmax(np.array([[math.log(2), 0.0, 0.0]])), np.array([[0.5, 0.25, 0.25]]), "softmax")
    assert_close(softmax(np.full((2, 4), 3.0)), np.full((2, 4), 0.25), "softmax of equal logits")


@check(points=1, source=SOFTMAX, hint="Sum over the last axis with keepdims=True, not over the batch.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_softmax_rows_are_distributions(softmax, logits):
    """Every row is positive and sums to 1, whatever the other rows are, for arrays of any number of axes."""
    results = softmax.each({"logits": each} for each in (logits, *logits, logits[:, None]))
    out = next(results)
    assert_close(out.sum(axis=-1), 1.0, "sum of a row")
    assert_close(out, np.abs(out), "softmax")
    for n in range(len(logits)):
        assert_close(next(results), out[n], f"softmax of row {n} alone")
    assert_close(next(results), out[:, None], "softmax with an axis more")


@check(points=1, source=STABILITY, hint="Subtract the maximum of each row before exponentiating.")
@given(logits=matrices(min_columns=2))
def test_softmax_ignores_a_shift(softmax, logits):
    """Adding the same number to a row changes nothing."""
    shifts = (5.0, -1e3, 1e4)
    results = softmax.each({"logits": logits + shift} for shift in (0.0, *shifts))
    out = next(results)
    for shift, shifted in zip(shifts, results, strict=True):
        assert_close(shifted, out, f"softmax after adding {shift:g}", magnitude=abs(shift))


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
    for function, magnitude in ((softmax, 0.0), (log_softmax, np.abs(logits).max())):
        out, permuted = function.each([{"logits": logits}, {"logits": logits[:, order]}])
        assert_close(permuted, out[:, order], f"{function.spec.name} of permuted logits", magnitude=magnitude)


@check(points=2, source=SOFTMAX, hint="z - log(sum(exp(z))) over the last axis.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_log_softmax_is_the_logarithm_of_softmax(log_softmax, logits):
    """log_softmax is z - log sum exp(z) of each row."""
    expected = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    results = log_softmax.each([{"logits": logits}, {"logits": logits[:, None]}])
    assert_close(next(results), expected, "log_softmax", magnitude=np.abs(logits).max())
    with_axis = next(results)
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
    shifts = (5.0, -1e3, 1e4)
    results = log_softmax.each({"logits": logits + shift} for shift in (0.0, *shifts))
    out = next(results)
    for shift, shifted in zip(shifts, results, strict=True):
        assert_close(shifted, out, f"log_softmax after adding {shift:g}", magnitude=abs(shift) + np.abs(logits).max())
