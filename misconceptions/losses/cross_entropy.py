"""Mistakes in cross_entropy and expected_initial_loss."""

import math

import numpy as np
from activations import log_softmax, softmax
from losses import cross_entropy

from backproof.misconceptions import misconception


def one_hot(logits, targets):
    """Targets as probabilities, refusing what the contract refuses."""
    cross_entropy(logits, targets)
    return targets if targets.ndim == 2 else np.eye(logits.shape[1], dtype=logits.dtype)[targets]


@misconception(
    imitates="cross_entropy",
    says="softmax is applied twice: the loss can no longer reach 0",
    hint="cross_entropy takes logits; do not turn them into probabilities before its own softmax.",
)
def cross_entropy_of_probabilities(logits, targets):
    return cross_entropy(softmax(logits), targets)


@misconception(
    imitates="cross_entropy",
    says="there is no softmax: the logarithm is taken of the logits themselves",
    hint="Turn the logits into log-probabilities with log_softmax first.",
)
def cross_entropy_without_softmax(logits, targets):
    probabilities = one_hot(logits, targets)
    with np.errstate(all="ignore"):
        loss = -(probabilities * np.log(logits)).sum() / len(logits)
        return loss, -probabilities / logits / len(logits)


@misconception(
    imitates="cross_entropy",
    says="the loss is summed over the batch, not averaged",
    hint="Divide the loss and its gradient by N.",
)
def cross_entropy_summed_over_the_batch(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss * len(logits), dlogits * len(logits)


@misconception(
    imitates="cross_entropy",
    says="the mean runs over N*C entries instead of over N samples",
    hint="np.mean of an (N, C) array divides by C too; sum over the classes first.",
)
def cross_entropy_averaged_over_classes(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss / logits.shape[1], dlogits / logits.shape[1]


@misconception(
    imitates="cross_entropy",
    says="the loss is a mean, but its gradient is not divided by N",
    hint="The gradient of a mean has a factor 1/N.",
)
def cross_entropy_gradient_not_averaged(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss, dlogits * len(logits)


@misconception(
    imitates="cross_entropy",
    says="the gradient is divided by N twice",
    hint="Divide by N once, where the mean is taken.",
)
def cross_entropy_gradient_averaged_twice(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss, dlogits / len(logits)


@misconception(
    imitates="cross_entropy",
    says="the minus sign is missing: the loss is negative and training makes it worse",
    hint="-log p: probabilities are below 1, so their logarithm is negative.",
)
def cross_entropy_without_minus(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return -loss, -dlogits


@misconception(
    imitates="cross_entropy",
    says="the gradient has the wrong sign: one-hot minus softmax",
    hint="softmax minus one-hot: raising the right logit lowers the loss.",
)
def cross_entropy_gradient_flipped(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss, -dlogits


@misconception(
    imitates="cross_entropy",
    says="the logarithm is to base 2",
    hint="np.log, the natural logarithm: the loss is in nats.",
)
def cross_entropy_in_bits(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    return loss / math.log(2), (dlogits / math.log(2)).astype(logits.dtype)


@misconception(
    imitates="cross_entropy",
    says="the probability itself is the loss, without a logarithm",
    hint="-log p, not -p: a confident mistake must cost a lot.",
)
def cross_entropy_without_logarithm(logits, targets):
    probabilities = one_hot(logits, targets)
    p = softmax(logits)
    inner = (probabilities * p).sum(axis=1, keepdims=True)
    return -inner.mean(), (p * inner - probabilities * p) / len(logits)


@misconception(
    imitates="cross_entropy",
    says="probabilities are clipped, so that the loss of a confident mistake stops growing",
    hint="log_softmax is finite without clipping.",
)
def cross_entropy_clipped(logits, targets):
    probabilities = one_hot(logits, targets)
    p = softmax(logits)
    loss = -(probabilities * np.log(np.clip(p, 1e-7, 1 - 1e-7))).sum() / len(logits)
    return loss, (p - probabilities) / len(logits)


@misconception(
    imitates="cross_entropy",
    says="a small number is added to the probability: a perfect answer costs less than 0, a mistake too little",
    hint="log_softmax needs no epsilon.",
)
def cross_entropy_with_epsilon(logits, targets):
    probabilities = one_hot(logits, targets)
    p = softmax(logits)
    return -(probabilities * np.log(p + 1e-4)).sum() / len(logits), (p - probabilities) / len(logits)


@misconception(
    imitates="cross_entropy",
    says="the targets select whole columns, p[:, targets], instead of one entry a row",
    hint="log_p[np.arange(N), targets] picks one entry from each row.",
)
def cross_entropy_indexes_columns(logits, targets):
    loss, dlogits = cross_entropy(logits, targets)
    if targets.ndim == 2:
        return loss, dlogits
    return -log_softmax(logits)[:, targets].mean(), dlogits


@misconception(
    imitates="cross_entropy",
    says="probabilities as targets are rounded to the most probable class",
    hint="-sum(target * log_p) uses all of a soft target.",
)
def cross_entropy_rounds_soft_targets(logits, targets):
    return cross_entropy(logits, targets.argmax(axis=1) if targets.ndim == 2 else targets)


@misconception(
    imitates="cross_entropy",
    says="the maximum of the whole batch is subtracted, so that a row far below it underflows",
    hint="Subtract each row's own maximum.",
)
def cross_entropy_shifts_by_batch_maximum(logits, targets):
    probabilities = one_hot(logits, targets)
    shifted = logits - logits.max()
    with np.errstate(all="ignore"):
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -(probabilities * log_p).sum() / len(logits)
        return loss, (np.exp(log_p) - probabilities) / len(logits)


@misconception(
    imitates="expected_initial_loss",
    says="the logarithm is to base 2",
    hint="math.log: the loss is in nats.",
)
def expected_initial_loss_in_bits(num_classes):
    if num_classes < 1:
        raise ValueError("num_classes must be at least 1")
    return math.log2(num_classes)


@misconception(
    imitates="expected_initial_loss",
    says="this is the probability of each class, not its negative logarithm",
    hint="The loss is -log(1/C).",
)
def expected_initial_loss_is_a_probability(num_classes):
    if num_classes < 1:
        raise ValueError("num_classes must be at least 1")
    return 1 / num_classes


@misconception(
    imitates="expected_initial_loss",
    says="the sign is wrong: log(1/C) is negative",
    hint="-log(1/C) = log C.",
)
def expected_initial_loss_is_negative(num_classes):
    if num_classes < 1:
        raise ValueError("num_classes must be at least 1")
    return -math.log(num_classes)
