"""Mistakes in binary_cross_entropy."""

import numpy as np
from activations import sigmoid
from losses import binary_cross_entropy

from backproof.misconceptions import misconception


@misconception(
    imitates="binary_cross_entropy",
    says="the sigmoid is applied before, and again inside: the loss cannot reach 0",
    hint="binary_cross_entropy takes logits.",
)
def binary_cross_entropy_of_probabilities(logits, targets):
    return binary_cross_entropy(sigmoid(logits), targets)


@misconception(
    imitates="binary_cross_entropy",
    says="log(1 - sigmoid(x)) is minus infinity for a large logit",
    hint="max(z, 0) - t * z + log(1 + exp(-abs(z))).",
)
def binary_cross_entropy_through_probabilities(logits, targets):
    _, dlogits = binary_cross_entropy(logits, targets)
    with np.errstate(all="ignore"):
        s = sigmoid(logits)
        terms = targets * np.log(s) + (1 - targets) * np.log(1 - s)
    return -terms.mean(), dlogits


@misconception(
    imitates="binary_cross_entropy",
    says="probabilities are clipped, so that the loss of a confident mistake stops growing",
    hint="Stay with logits; nothing needs clipping.",
)
def binary_cross_entropy_clipped(logits, targets):
    _, dlogits = binary_cross_entropy(logits, targets)
    s = np.clip(sigmoid(logits), 1e-7, 1 - 1e-7)
    return -(targets * np.log(s) + (1 - targets) * np.log(1 - s)).mean(), dlogits


@misconception(
    imitates="binary_cross_entropy",
    says="the loss is summed over the elements",
    hint="The mean over all elements.",
)
def binary_cross_entropy_summed(logits, targets):
    loss, dlogits = binary_cross_entropy(logits, targets)
    return loss * logits.size, dlogits * logits.size


@misconception(
    imitates="binary_cross_entropy",
    says="the loss is divided by the number of rows, not of elements",
    hint="logits.size, not len(logits).",
)
def binary_cross_entropy_averaged_over_rows(logits, targets):
    loss, dlogits = binary_cross_entropy(logits, targets)
    factor = logits.size / len(logits)
    return loss * factor, dlogits * factor


@misconception(
    imitates="binary_cross_entropy",
    says="only the yes side counts: -t log s",
    hint="Add -(1 - t) log(1 - s).",
)
def binary_cross_entropy_forgets_the_no_side(logits, targets):
    binary_cross_entropy(logits, targets)
    softplus = np.logaddexp(0, -logits)
    return (targets * softplus).mean(), -targets * sigmoid(-logits) / logits.size


@misconception(
    imitates="binary_cross_entropy",
    says="the gradient has a further factor s(1 - s)",
    hint="It cancels: the gradient is (s - t) / size.",
)
def binary_cross_entropy_gradient_of_softmax_form(logits, targets):
    loss, dlogits = binary_cross_entropy(logits, targets)
    return loss, dlogits * sigmoid(logits) * sigmoid(-logits)
