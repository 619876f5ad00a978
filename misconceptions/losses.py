"""Mistakes in losses.py."""

import math

import numpy as np
from activations import log_softmax, sigmoid, softmax
from losses import binary_cross_entropy, cross_entropy, mean_squared_error

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


@misconception(
    imitates="mean_squared_error",
    says="the loss has a factor 1/2",
    hint="np.mean((prediction - target) ** 2).",
)
def mean_squared_error_halved(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss / 2, gradient / 2


@misconception(
    imitates="mean_squared_error",
    says="the loss has a factor 1/2 that its gradient lacks",
    hint="Derive what you return.",
)
def mean_squared_error_halved_in_the_value_only(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss / 2, gradient


@misconception(
    imitates="mean_squared_error",
    says="the gradient lacks its factor 2",
    hint="The derivative of e**2 is 2 e.",
)
def mean_squared_error_gradient_without_two(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss, gradient / 2


@misconception(
    imitates="mean_squared_error",
    says="the loss is divided by the number of rows only",
    hint="The mean over all elements.",
)
def mean_squared_error_summed_over_columns(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    factor = prediction.size / len(prediction)
    return loss * factor, gradient * factor


@misconception(
    imitates="mean_squared_error",
    says="this is the mean absolute error",
    hint="Square the error.",
)
def mean_squared_error_is_absolute(prediction, target):
    mean_squared_error(prediction, target)
    error = prediction - target
    return np.abs(error).mean(), np.sign(error) / error.size


@misconception(
    imitates="mean_squared_error",
    says="a root is taken: this is the root mean squared error",
    hint="The loss is the mean of squares itself.",
)
def mean_squared_error_with_root(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    root = np.sqrt(loss)
    return root, gradient / (2 * root) if root > 0 else gradient


@misconception(
    imitates="mean_squared_error",
    says="the gradient points down: target - prediction",
    hint="prediction - target.",
)
def mean_squared_error_gradient_flipped(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss, -gradient


@misconception(
    imitates="mean_squared_error",
    says="(N, 1) and (N,) are broadcast to (N, N) instead of refused",
    hint="Compare the shapes first.",
)
def mean_squared_error_broadcasts(prediction, target):
    if prediction.shape == target.shape:
        return mean_squared_error(prediction, target)
    error = prediction - target
    return (error**2).mean(), (2 * error / error.size).sum(axis=-1).reshape(prediction.shape)
