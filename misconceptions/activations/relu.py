"""Mistakes in relu and relu_backward."""

import numpy as np

from backproof.misconceptions import misconception


@misconception(
    imitates="relu",
    says="the negative side leaks: this is a leaky ReLU",
    hint="Below 0 the output is exactly 0.",
)
def relu_leaks(x):
    return np.where(x > 0, x, 0.01 * x)


@misconception(
    imitates="relu",
    says="the absolute value is taken, so that negative inputs come through",
    hint="np.maximum(x, 0) sets negatives to 0.",
)
def relu_is_absolute_value(x):
    return np.abs(x)


@misconception(
    imitates="relu",
    says="the output is capped at 6: this is ReLU6",
    hint="ReLU does not saturate above.",
)
def relu_capped_at_six(x):
    return np.clip(x, 0, 6)


@misconception(
    imitates="relu",
    says="the input is overwritten in place",
    hint="Return a new array: np.maximum(x, 0).",
)
def relu_in_place(x):
    x[x < 0] = 0
    return x


@misconception(
    imitates="relu",
    says="one maximum over the whole array decides, not each element's own sign",
    hint="np.maximum works element by element; np.max does not.",
)
def relu_switches_the_whole_array(x):
    return x * (x.max() > 0)


@misconception(
    imitates="relu_backward",
    says="the mask is taken from dout instead of x",
    hint="A unit lets the gradient through when its own input was positive: (x > 0).",
)
def relu_backward_masks_by_dout(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x differ in shape")
    return dout * (dout > 0)


@misconception(
    imitates="relu_backward",
    says="negative gradients are dropped as well: this is guided backpropagation",
    hint="dout may be negative; only x decides.",
)
def relu_backward_is_guided(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x differ in shape")
    return dout * (x > 0) * (dout > 0)


@misconception(
    imitates="relu_backward",
    says="the gradient passes everywhere, as if the layer were linear",
    hint="Multiply by (x > 0).",
)
def relu_backward_without_mask(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x differ in shape")
    return dout.copy()


@misconception(
    imitates="relu_backward",
    says="dout is multiplied by relu(x) instead of by its slope",
    hint="The slope is 1 above 0, whatever the size of x.",
)
def relu_backward_multiplies_by_output(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x differ in shape")
    return dout * np.maximum(x, 0)


@misconception(
    imitates="relu_backward",
    says="the slope itself is returned, without dout",
    hint="The chain rule multiplies the slope by dout.",
)
def relu_backward_forgets_dout(dout, x):
    if dout.shape != x.shape:
        raise ValueError("dout and x differ in shape")
    return (x > 0).astype(x.dtype)
