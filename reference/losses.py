"""Reference losses."""

import math

import numpy as np
from activations import log_softmax, sigmoid


def cross_entropy(logits, targets):
    """Return -mean_n sum_k t_nk log p_nk and (p - t) / N (Goodfellow et al., Deep Learning, section 6.2.2.3)."""
    probabilities = _target_probabilities(logits, targets)  # (N, C)
    log_p = log_softmax(logits)  # (N, C)
    num_samples = len(logits)
    loss = -(probabilities * log_p).sum() / num_samples
    return loss, (np.exp(log_p) - probabilities) / num_samples


def binary_cross_entropy(logits, targets):
    """Return the mean of log(1 + exp(z)) - t z, with the exponential of -|z| only, and (s - t) / size."""
    _require_equal_shapes("targets", targets, "logits", logits)
    if not ((targets >= 0) & (targets <= 1)).all():
        raise ValueError("targets must be probabilities, in [0, 1]")
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    loss = (softplus - targets * logits).mean()
    return loss, (sigmoid(logits) - targets) / logits.size


def mean_squared_error(prediction, target):
    """Return the mean of e² and 2 e / size, with e = prediction - target."""
    _require_equal_shapes("prediction", prediction, "target", target)
    error = prediction - target
    return (error**2).mean(), 2 * error / error.size


def expected_initial_loss(num_classes):
    """Return log C: -log(1/C)."""
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, not {num_classes}")
    return math.log(num_classes)


def _target_probabilities(logits, targets):
    if logits.ndim != 2:
        raise ValueError(f"logits must have shape (N, C), not {logits.shape}")
    if targets.shape == logits.shape:
        return targets.astype(logits.dtype)
    if targets.shape != logits.shape[:1]:
        raise ValueError(f"targets have shape {targets.shape}, which does not fit logits of shape {logits.shape}")
    num_classes = logits.shape[1]
    if targets.size and (targets.min() < 0 or targets.max() >= num_classes):
        raise ValueError(f"targets must be classes from 0 to {num_classes - 1}")
    return np.eye(num_classes, dtype=logits.dtype)[targets]


def _require_equal_shapes(name, array, other_name, other):
    if array.shape != other.shape:
        raise ValueError(f"{name} has shape {array.shape}, {other_name} has {other.shape}: they must be equal")
