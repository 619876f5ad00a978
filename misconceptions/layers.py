"""Mistakes in layers.py."""

import numpy as np
from layers import linear_backward, linear_forward

from backproof.misconceptions import misconception


@misconception(
    imitates="linear_forward",
    says="the bias is left out",
    hint="x @ weight + bias.",
)
def linear_forward_without_bias(x, weight, bias):
    return linear_forward(x, weight, bias)[0] - bias, (x, weight)


@misconception(
    imitates="linear_forward",
    says="the inputs are centred over the batch, so that samples see each other",
    hint="A linear layer treats each sample alone; centring is the business of normalisation.",
)
def linear_forward_centres_the_batch(x, weight, bias):
    out, cache = linear_forward(x, weight, bias)
    return out - out.mean(axis=0) + bias, cache


@misconception(
    imitates="linear_forward",
    says="the output is divided by fan_in",
    hint="Scaling belongs to the initial weights, not to the layer.",
)
def linear_forward_divides_by_fan_in(x, weight, bias):
    out, cache = linear_forward(x, weight, bias)
    return out / x.shape[1], cache


@misconception(
    imitates="linear_forward",
    says="a ReLU follows inside the layer",
    hint="The linear layer is affine; the activation is a function of its own.",
)
def linear_forward_with_relu(x, weight, bias):
    out, cache = linear_forward(x, weight, bias)
    return np.maximum(out, 0), cache


@misconception(
    imitates="linear_backward",
    says="dbias is the mean over the samples, not the sum",
    hint="dout.sum(axis=0): the mean is in dout already.",
)
def linear_backward_averages_dbias(dout, cache):
    dx, dweight, dbias = linear_backward(dout, cache)
    return dx, dweight, dbias / len(dout)


@misconception(
    imitates="linear_backward",
    says="dbias is not summed over the samples: it has the shape of dout",
    hint="dout.sum(axis=0).",
)
def linear_backward_keeps_dbias_per_sample(dout, cache):
    dx, dweight, _ = linear_backward(dout, cache)
    return dx, dweight, dout.copy()


@misconception(
    imitates="linear_backward",
    says="dweight is divided by N, although dout holds the mean already",
    hint="x.T @ dout.",
)
def linear_backward_averages_dweight(dout, cache):
    dx, dweight, dbias = linear_backward(dout, cache)
    return dx, dweight / len(dout), dbias


@misconception(
    imitates="linear_backward",
    says="dweight is transposed",
    hint="dweight has the shape of weight, (fan_in, fan_out): x.T @ dout.",
)
def linear_backward_transposes_dweight(dout, cache):
    dx, dweight, dbias = linear_backward(dout, cache)
    return dx, dweight.T, dbias


@misconception(
    imitates="linear_backward",
    says="dx is dout itself: the gradient does not go through the weight",
    hint="dx = dout @ weight.T.",
)
def linear_backward_ignores_the_weight(dout, cache):
    dx, dweight, dbias = linear_backward(dout, cache)
    return np.resize(dout, dx.shape), dweight, dbias


@misconception(
    imitates="linear_backward",
    says="gradients are added to those of the call before",
    hint="Return fresh arrays; whoever wants a sum makes it.",
)
def linear_backward_accumulates(dout, cache):
    dx, dweight, dbias = linear_backward(dout, cache)
    store = linear_backward_accumulates.__dict__.setdefault("store", {})
    store[dweight.shape] = store.get(dweight.shape, 0) + dweight
    return dx, store[dweight.shape], dbias


@misconception(
    imitates="linear_backward",
    says="all gradients are 0: nothing flows back",
    hint="Return dout @ weight.T, x.T @ dout and dout.sum(axis=0).",
)
def linear_backward_is_zero(dout, cache):
    return tuple(np.zeros_like(gradient) for gradient in linear_backward(dout, cache))
