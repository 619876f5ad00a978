"""Mistakes in activations.py."""

import numpy as np
from activations import (
    leaky_relu,
    leaky_relu_backward,
    prelu,
    prelu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    tanh_backward,
)

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


@misconception(
    imitates="softmax",
    says="nothing is subtracted before exponentiating, so that large logits overflow",
    hint="Subtract the maximum of each row: the result is the same, and exp never overflows.",
)
def softmax_overflows(logits):
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits)
        return exponentials / exponentials.sum(axis=-1, keepdims=True)


@misconception(
    imitates="softmax",
    says="the shift is max(0, maximum), so that a row of very negative logits underflows to 0/0",
    hint="Subtract the row's maximum also where it is negative.",
)
def softmax_shifts_only_down(logits):
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits - np.maximum(0, logits.max(axis=-1, keepdims=True)))
        return exponentials / exponentials.sum(axis=-1, keepdims=True)


@misconception(
    imitates="softmax",
    says="the maximum of the whole batch is subtracted, so that a row far below it underflows",
    hint="max(axis=-1, keepdims=True): each row has its own maximum.",
)
def softmax_shifts_by_batch_maximum(logits):
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits - logits.max())
        return exponentials / exponentials.sum(axis=-1, keepdims=True)


@misconception(
    imitates="softmax",
    says="the sum runs over the batch instead of over the classes",
    hint="axis=-1: each row sums to 1.",
)
def softmax_over_the_batch(logits):
    exponentials = np.exp(logits - logits.max(axis=0, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)


@misconception(
    imitates="softmax",
    says="the sum runs over the whole array, so that all rows together sum to 1",
    hint="sum(axis=-1, keepdims=True).",
)
def softmax_over_everything(logits):
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum()


@misconception(
    imitates="softmax",
    says="the caller's logits are overwritten",
    hint="logits -= ... works in place; logits = logits - ... does not.",
)
def softmax_in_place(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=-1, keepdims=True)
    return logits


@misconception(
    imitates="softmax",
    says="the logits are divided by their sum, without the exponential",
    hint="exp makes every score positive before it is normalised.",
)
def softmax_without_exponential(logits):
    with np.errstate(all="ignore"):
        return logits / logits.sum(axis=-1, keepdims=True)


@misconception(
    imitates="softmax",
    says="powers of 2 are taken instead of powers of e",
    hint="np.exp, not 2 ** x.",
)
def softmax_to_base_two(logits):
    powers = np.exp2(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@misconception(
    imitates="log_softmax",
    says="the logarithm of the softmax is taken, which is minus infinity where a probability underflows",
    hint="logits - max - log(sum(exp(logits - max))) never takes the log of a tiny number.",
)
def log_softmax_through_probabilities(logits):
    with np.errstate(all="ignore"):
        return np.log(softmax(logits))


@misconception(
    imitates="log_softmax",
    says="a small number is added before the logarithm, which bounds the result from below",
    hint="Stay with logarithms throughout; then nothing needs to be added.",
)
def log_softmax_with_epsilon(logits):
    return np.log(softmax(logits) + 1e-8)


@misconception(
    imitates="log_softmax",
    says="nothing is subtracted before exponentiating, so that large logits overflow",
    hint="Subtract the maximum of each row first, and add nothing back: it cancels.",
)
def log_softmax_overflows(logits):
    with np.errstate(all="ignore"):
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


@misconception(
    imitates="log_softmax",
    says="the maximum is subtracted inside the sum, but not from the logits",
    hint="Use the shifted logits in both places.",
)
def log_softmax_shifts_one_side(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@misconception(
    imitates="log_softmax",
    says="the logarithm is to base 2",
    hint="np.log: cross-entropy is measured in nats.",
)
def log_softmax_in_bits(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))) / np.log(2).astype(logits.dtype)


@misconception(
    imitates="sigmoid",
    says="exp(-x) overflows for very negative x, with a warning",
    hint="Exponentiate -abs(x) only.",
)
def sigmoid_overflows(x):
    return 1 / (1 + np.exp(-x))


@misconception(
    imitates="sigmoid",
    says="the sign in the exponent is missing: the function falls",
    hint="1 / (1 + exp(-x)).",
)
def sigmoid_rising_the_wrong_way(x):
    return sigmoid(-x)


@misconception(
    imitates="sigmoid",
    says="0.5 is subtracted: this is a tanh in disguise",
    hint="The sigmoid lies between 0 and 1.",
)
def sigmoid_centred(x):
    return sigmoid(x) - np.asarray(0.5, dtype=x.dtype)


@misconception(
    imitates="sigmoid",
    says="the sigmoid is applied twice: everything lies between 0.5 and 0.73",
    hint="Apply it once.",
)
def sigmoid_twice(x):
    return sigmoid(sigmoid(x))


@misconception(
    imitates="sigmoid",
    says="the result is clipped away from 0 and 1 by 1e-7",
    hint="The sigmoid reaches 0 and 1 by itself, far out; nothing needs clipping.",
)
def sigmoid_clipped(x):
    return np.clip(sigmoid(x), 1e-7, 1 - 1e-7)


@misconception(
    imitates="sigmoid_backward",
    says="x is taken for the sigmoid's output: x * (1 - x)",
    hint="Compute s = sigmoid(x) first; the slope is s * (1 - s).",
)
def sigmoid_backward_of_the_output(dout, x):
    sigmoid_backward(dout, x)
    return dout * x * (1 - x)


@misconception(
    imitates="sigmoid_backward",
    says="the factor 1 - s is missing",
    hint="s * (1 - s).",
)
def sigmoid_backward_without_chain(dout, x):
    sigmoid_backward(dout, x)
    return dout * sigmoid(x)


@misconception(
    imitates="sigmoid_backward",
    says="the slope is returned, without dout",
    hint="The chain rule multiplies the slope by dout.",
)
def sigmoid_backward_forgets_dout(dout, x):
    return sigmoid_backward(np.ones_like(dout), x)


@misconception(
    imitates="sigmoid_backward",
    says="the sigmoid is applied to what is a sigmoid already",
    hint="s = sigmoid(x), once.",
)
def sigmoid_backward_applies_sigmoid_twice(dout, x):
    return sigmoid_backward(dout, sigmoid(x)) if dout.shape == x.shape else sigmoid_backward(dout, x)


@misconception(
    imitates="tanh",
    says="2 * sigmoid(x) - 1 lacks the 2 inside: the slope at 0 is 0.5",
    hint="tanh(x) = 2 * sigmoid(2 * x) - 1.",
)
def tanh_without_inner_two(x):
    return 2 * sigmoid(x) - 1


@misconception(
    imitates="tanh",
    says="this is the sigmoid: its values centre on 0.5",
    hint="tanh is odd.",
)
def tanh_is_sigmoid(x):
    return sigmoid(x)


@misconception(
    imitates="tanh",
    says="both exponentials overflow for large x, and inf / inf is NaN",
    hint="np.tanh, or exponentials of negative numbers only.",
)
def tanh_by_overflowing_exponentials(x):
    with np.errstate(all="ignore"):
        return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@misconception(
    imitates="tanh",
    says="x is clipped to [-1, 1]: this is the hard tanh",
    hint="np.tanh bends smoothly.",
)
def tanh_hard(x):
    return np.clip(x, -1, 1)


@misconception(
    imitates="tanh_backward",
    says="x is taken for tanh's output: 1 - x**2",
    hint="The slope is 1 - tanh(x)**2.",
)
def tanh_backward_of_the_output(dout, x):
    tanh_backward(dout, x)
    return dout * (1 - x**2)


@misconception(
    imitates="tanh_backward",
    says="tanh is not squared",
    hint="1 - tanh(x)**2.",
)
def tanh_backward_without_square(dout, x):
    tanh_backward(dout, x)
    return dout * (1 - np.tanh(x))


@misconception(
    imitates="tanh_backward",
    says="the slope is t * (1 - t), which is the sigmoid's form",
    hint="1 - t**2.",
)
def tanh_backward_with_sigmoid_slope(dout, x):
    tanh_backward(dout, x)
    return dout * np.tanh(x) * (1 - np.tanh(x))


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
