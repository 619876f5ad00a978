"""Mistakes in softmax and log_softmax."""

import numpy as np
from activations import softmax

from backproof.misconceptions import misconception


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
