"""Checks of layers.py: the linear layer, forwards and backwards."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, check, normal
from backproof.testing.general import *

BACKPROP = "Goodfellow, Bengio and Courville, Deep Learning, section 6.5.6"


def backward_sample(rng, linear_forward):
    """A gradient for the output of a layer with 3 inputs and 2 outputs, on 4 samples."""
    _, cache = linear_forward(normal(rng, (4, 3)), normal(rng, (3, 2)), normal(rng, 2))
    return {"dout": normal(rng, (4, 2)), "cache": cache}


SAMPLES = {
    "linear_forward": Sample(
        lambda rng: {"x": normal(rng, (4, 3)), "weight": normal(rng, (3, 2)), "bias": normal(rng, 2)},
        bad={"x": (np.ones((4, 5)),), "weight": (np.ones((5, 2)),), "bias": (np.ones(3), np.ones(1))},
    ),
    "linear_backward": Sample(backward_sample, bad={"dout": (np.ones((4, 3)), np.ones((2, 2)))}),
}


@st.composite
def layers(draw):
    """Draw x, weight and bias; sizes differ, since a square weight hides a transposition."""
    num_samples = draw(st.integers(1, 4))
    fan_in, fan_out = draw(st.sampled_from([(1, 2), (2, 1), (2, 3), (4, 3)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return normal(rng, (num_samples, fan_in)), normal(rng, (fan_in, fan_out)), normal(rng, fan_out)


@check(points=2, source=BACKPROP, hint="x @ weight + bias: weight has the shape (fan_in, fan_out), no transposition.")
@given(layer=layers())
def test_output_is_x_times_weight_plus_bias(linear_forward, layer):
    """Output k of sample n is sum_d x[n, d] * weight[d, k] + bias[k]."""
    x, weight, bias = layer
    out, _ = linear_forward(x, weight, bias)
    assert_close(out, (x[:, :, None] * weight).sum(axis=1) + bias, "out", magnitude=10.0)


@check(points=1, source=BACKPROP, hint="No activation, no scaling: twice the weight and the bias is twice the output.")
@given(layer=layers())
def test_affine_in_each_argument(linear_forward, layer):
    """The output is linear in x for a zero bias, in the weight for a zero bias, and in the bias."""
    x, weight, bias = layer
    none = np.zeros_like(bias)
    cases = ((x, weight, none), (-2.0 * x, weight, none), (x, -2.0 * weight, none), (x, weight, bias))
    results = linear_forward.each({"x": x, "weight": weight, "bias": bias} for x, weight, bias in cases)
    out, _ = next(results)
    assert_close(next(results)[0], -2.0 * out, "out of -2 x", magnitude=10.0)
    assert_close(next(results)[0], -2.0 * out, "out with weight -2", magnitude=10.0)
    with_bias, _ = next(results)
    assert_close(with_bias - out, np.broadcast_to(bias, out.shape), "what the bias adds", magnitude=10.0)


@check(points=1, source=BACKPROP, hint="Nothing may mix the rows of x: no mean, sum or reshape over the batch.")
@given(layer=layers())
def test_samples_do_not_see_each_other(linear_forward, layer):
    """Sample n of the output depends on sample n of the input alone."""
    x, weight, bias = layer
    out, _ = linear_forward(x, weight, bias)
    results = linear_forward.each({"x": row[None], "weight": weight, "bias": bias} for row in x)
    for n, (alone, _) in enumerate(results):
        assert_close(alone[0], out[n], f"out of sample {n} alone", magnitude=10.0)


@check(
    points=1, source="Goodfellow, Bengio and Courville, Deep Learning, section 6.1", hint="x @ weight + bias, twice."
)
def test_two_linear_layers_equal_one(linear_forward, rng):
    """Without an activation between them, two layers are one with weight W1 W2 and bias b1 W2 + b2."""
    x = normal(rng, (3, 4))
    weight1, bias1, weight2, bias2 = (normal(rng, shape) for shape in ((4, 5), 5, (5, 2), 2))
    hidden, _ = linear_forward(x, weight1, bias1)
    out, _ = linear_forward(hidden, weight2, bias2)
    one, _ = linear_forward(x, weight1 @ weight2, bias1 @ weight2 + bias2)
    assert_close(out, one, "out of two layers", magnitude=50.0)


@check(points=2, source=BACKPROP, hint="dx = dout @ weight.T, dweight = x.T @ dout: the shapes leave no other way.")
@given(layer=layers(), seed=st.integers(0, 99))
def test_gradients_of_x_and_weight(linear_forward, linear_backward, layer, seed):
    """dx[n, d] is sum_k dout[n, k] weight[d, k], and dweight[d, k] is sum_n x[n, d] dout[n, k]."""
    x, weight, bias = layer
    out, cache = linear_forward(x, weight, bias)
    dout = normal(np.random.default_rng(seed), out.shape)
    dx, dweight, _ = linear_backward(dout, cache)
    assert_close(dx, (dout[:, None, :] * weight).sum(axis=2), "dx", magnitude=10.0)
    assert_close(dweight, (x[:, :, None] * dout[:, None, :]).sum(axis=0), "dweight", magnitude=10.0)


@check(
    points=1, source=BACKPROP, hint="The bias is added to every sample, so its gradient is the sum over the samples."
)
@given(layer=layers(), seed=st.integers(0, 99))
def test_bias_gradient_sums_over_the_samples(linear_forward, linear_backward, layer, seed):
    """dbias[k] is sum_n dout[n, k]: a sum, not a mean."""
    x, weight, bias = layer
    out, cache = linear_forward(x, weight, bias)
    dout = normal(np.random.default_rng(seed), out.shape)
    _, _, dbias = linear_backward(dout, cache)
    assert_close(dbias, dout.sum(axis=0), "dbias", magnitude=10.0)


@check(points=2, source=BACKPROP, hint="Compare each of dx, dweight and dbias with what the message says, one by one.")
def test_gradients_agree_with_finite_differences(linear_forward, linear_backward, rng, plot):
    """dx, dweight and dbias are the gradients of the output, weighted with dout."""

    def draw():
        arguments = {"x": normal(rng, (5, 3)), "weight": normal(rng, (3, 4)), "bias": normal(rng, 4)}
        out, cache = linear_forward(**arguments)
        dout = normal(rng, out.shape)
        gradients = linear_backward(dout, cache)

        def out_as_function_of(name):
            return linear_forward.of(lambda value: arguments | {name: value}, part=0)

        return [
            GradientClaim(f"d{name}", out_as_function_of(name), arguments[name], gradient, dout)
            for name, gradient in zip(arguments, gradients, strict=True)
        ]

    assert_gradients(draw, rng, plot=plot, label="linear_backward")


@check(points=1, source=BACKPROP, hint="Compute the gradients anew in each call; do not add to arrays that you keep.")
def test_a_second_backward_pass_gives_the_same(linear_forward, linear_backward, rng):
    """The backward pass can be called again: nothing accumulates, and nothing in the cache is used up."""
    out, cache = linear_forward(normal(rng, (4, 3)), normal(rng, (3, 2)), normal(rng, 2))
    dout = normal(rng, out.shape)
    first, second = linear_backward(dout, cache), linear_backward(dout, cache)
    for name, one, other in zip(("dx", "dweight", "dbias"), first, second, strict=True):
        assert_close(other, one, f"{name} of the second call")
