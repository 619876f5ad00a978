"""Mistakes in leaky_relu, prelu and their backward functions."""

import numpy as np
from activations import leaky_relu, leaky_relu_backward, prelu, prelu_backward

from backproof.misconceptions import misconception


@misconception(
    imitates="leaky_relu",
    says="max(x, slope * x) is taken, which picks the wrong side for slopes above 1 or below 0",
    hint="np.where(x > 0, x, negative_slope * x).",
)
def leaky_relu_as_maximum(x, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)


@misconception(
    imitates="leaky_relu",
    says="the slope is on the positive side",
    hint="The slope applies below 0.",
)
def leaky_relu_on_the_wrong_side(x, negative_slope=0.01):
    return leaky_relu(-x, negative_slope) * -1 if negative_slope != 1 else x * 1


@misconception(
    imitates="leaky_relu",
    says="the slope is always 0.01",
    hint="Use the argument.",
)
def leaky_relu_ignores_its_slope(x, negative_slope=0.01):
    return leaky_relu(x)


@misconception(
    imitates="leaky_relu",
    says="x is divided by the slope below 0",
    hint="Multiply.",
)
def leaky_relu_divides(x, negative_slope=0.01):
    return np.where(x > 0, x, x / (negative_slope or 1))


@misconception(
    imitates="leaky_relu_backward",
    says="below 0 the slope is multiplied by x instead of by dout",
    hint="negative_slope * dout.",
)
def leaky_relu_backward_multiplies_x(dout, x, negative_slope=0.01):
    leaky_relu_backward(dout, x)
    return np.where(x > 0, dout, negative_slope * x)


@misconception(
    imitates="leaky_relu_backward",
    says="nothing passes below 0, as in a plain ReLU",
    hint="negative_slope * dout below 0.",
)
def leaky_relu_backward_kills(dout, x, negative_slope=0.01):
    return leaky_relu_backward(dout, x, 0.0)


@misconception(
    imitates="leaky_relu_backward",
    says="the sign of dout decides, not that of x",
    hint="np.where(x > 0, ...).",
)
def leaky_relu_backward_masks_by_dout(dout, x, negative_slope=0.01):
    leaky_relu_backward(dout, x)
    return np.where(dout > 0, dout, negative_slope * dout)


@misconception(
    imitates="prelu",
    says="max(x, slope * x) is taken, which picks the wrong side for slopes above 1 or below 0",
    hint="np.where(x > 0, x, slope * x).",
)
def prelu_as_maximum(x, slope):
    return np.maximum(x, slope * x)


@misconception(
    imitates="prelu",
    says="the slope is applied twice",
    hint="slope * x below 0.",
)
def prelu_squares_its_slope(x, slope):
    return prelu(x, slope * slope)


@misconception(
    imitates="prelu_backward",
    says="dslope is not summed: it has the shape of x",
    hint="All elements share one slope, so its gradient is one number.",
)
def prelu_backward_keeps_dslope_per_element(dout, x, slope):
    dx, _ = prelu_backward(dout, x, slope)
    return dx, np.where(x > 0, 0, dout * x)


@misconception(
    imitates="prelu_backward",
    says="dslope is the mean over the elements, not the sum",
    hint="np.sum.",
)
def prelu_backward_averages_dslope(dout, x, slope):
    dx, dslope = prelu_backward(dout, x, slope)
    return dx, np.asarray(dslope / x.size, dtype=x.dtype)


@misconception(
    imitates="prelu_backward",
    says="elements above 0 count towards dslope, too",
    hint="Only where x < 0 does the slope touch the output.",
)
def prelu_backward_sums_the_positive_side(dout, x, slope):
    dx, _ = prelu_backward(dout, x, slope)
    return dx, np.asarray(np.sum(dout * x), dtype=x.dtype)


@misconception(
    imitates="prelu_backward",
    says="dslope sums dout instead of dout * x",
    hint="The output below 0 is slope * x; its derivative with respect to the slope is x.",
)
def prelu_backward_forgets_x(dout, x, slope):
    dx, _ = prelu_backward(dout, x, slope)
    return dx, np.asarray(np.sum(np.where(x < 0, dout, 0)), dtype=x.dtype)


@misconception(
    imitates="prelu_backward",
    says="dx is 0 below 0, as in a plain ReLU",
    hint="slope * dout below 0.",
)
def prelu_backward_without_slope(dout, x, slope):
    dx, dslope = prelu_backward(dout, x, slope)
    return np.where(x > 0, dx, 0), dslope
