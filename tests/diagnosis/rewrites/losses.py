"""Mistakes in losses.py, as learners write them."""

import math

import numpy as np


def _softmax_rows(z):
    z = z - np.max(z, axis=1).reshape(-1, 1)
    e = np.exp(z)
    return e / np.sum(e, axis=1).reshape(-1, 1)


def _log_softmax_rows(z):
    top = np.max(z, axis=1).reshape(-1, 1)
    return z - top - np.log(np.sum(np.exp(z - top), axis=1)).reshape(-1, 1)


def _as_rows(targets, z):
    """Class numbers become one-hot rows, probabilities stay."""
    if targets.ndim == 2:
        return targets
    rows = np.zeros_like(z)
    for i, c in enumerate(targets):
        rows[i, c] = 1
    return rows


def cross_entropy_of_probabilities(logits, targets):
    probs = _softmax_rows(logits)
    log_probs = _log_softmax_rows(probs)
    y = _as_rows(targets, logits)
    loss = -np.mean(np.sum(y * log_probs, axis=1))
    return loss, (np.exp(log_probs) - y) / logits.shape[0]


def cross_entropy_summed_over_the_batch(logits, targets):
    y = _as_rows(targets, logits)
    log_probs = _log_softmax_rows(logits)
    loss = 0.0
    for i in range(len(logits)):
        loss -= np.dot(y[i], log_probs[i])
    return loss, np.exp(log_probs) - y


def cross_entropy_averaged_over_classes(logits, targets):
    y = _as_rows(targets, logits)
    log_probs = _log_softmax_rows(logits)
    return np.mean(-y * log_probs), (np.exp(log_probs) - y) / y.size


def cross_entropy_gradient_not_averaged(logits, targets):
    y = _as_rows(targets, logits)
    log_probs = _log_softmax_rows(logits)
    losses = [-np.sum(y[i] * log_probs[i]) for i in range(len(y))]
    gradient = np.exp(log_probs)
    gradient -= y
    return sum(losses) / len(losses), gradient


def cross_entropy_without_minus(logits, targets):
    n = logits.shape[0]
    y = _as_rows(targets, logits)
    return np.sum(_log_softmax_rows(logits) * y) / n, (y - _softmax_rows(logits)) / n


def cross_entropy_gradient_flipped(logits, targets):
    n = len(logits)
    p = _softmax_rows(logits)
    y = _as_rows(targets, logits)
    loss = np.sum(_log_softmax_rows(logits) * y) / -n
    return loss, y / n - p / n


def cross_entropy_clipped(logits, targets):
    p = _softmax_rows(logits)
    y = _as_rows(targets, logits)
    safe = np.minimum(np.maximum(p, 1e-7), 1 - 1e-7)
    return np.mean(np.sum(np.log(safe) * -y, axis=1)), (p - y) / len(p)


def cross_entropy_rounds_soft_targets(logits, targets):
    n = logits.shape[0]
    classes = targets if targets.ndim == 1 else np.array([int(np.argmax(row)) for row in targets])
    log_p = _log_softmax_rows(logits)
    dlogits = _softmax_rows(logits)
    dlogits[np.arange(n), classes] -= 1
    return -np.mean(log_p[np.arange(n), classes]), dlogits / n


def expected_initial_loss_in_bits(num_classes):
    if num_classes < 1:
        raise ValueError(f"num_classes is {num_classes}")
    return -math.log(1 / num_classes, 2)


def binary_cross_entropy_averaged_over_rows(logits, targets):
    total = 0.0
    gradient = np.zeros_like(logits)
    for place in np.ndindex(logits.shape):
        z, t = logits[place], targets[place]
        total += max(z, 0) - z * t + np.log1p(np.exp(-abs(z)))
        s = 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))
        gradient[place] = (s - t) / logits.shape[0]
    return total / logits.shape[0], gradient


def binary_cross_entropy_clipped(logits, targets):
    small = 1e-7
    p = 1 / (1 + np.exp(-logits))
    clipped = np.where(p < small, small, np.where(p > 1 - small, 1 - small, p))
    yes = -np.log(clipped) * targets
    no = -np.log(1 - clipped) * (1 - targets)
    return np.sum(yes + no) / p.size, (p - targets) / p.size


def mean_squared_error_halved(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("prediction and target have different shapes")
    difference = (prediction - target).reshape(-1)
    loss = np.dot(difference, difference) / (2 * len(difference))
    return loss, (prediction - target) / prediction.size


def mean_squared_error_gradient_without_two(prediction, target):
    diff = target - prediction
    return np.average(diff * diff), -diff / diff.size


def mean_squared_error_summed_over_columns(prediction, target):
    n = prediction.shape[0]
    loss = 0
    for i in range(n):
        loss += np.sum(np.square(prediction[i] - target[i])) / n
    return loss, (prediction - target) * 2 / n


def mean_squared_error_gradient_flipped(prediction, target):
    e = target - prediction
    return np.sum(e**2) / e.size, 2 / e.size * e
