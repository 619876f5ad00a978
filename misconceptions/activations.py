"""Mistakes in activations.py."""

import numpy as np
from activations import softmax

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
