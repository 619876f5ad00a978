"""Reference losses."""

import math

import numpy as np
from activations import log_softmax


def cross_entropy(logits, targets):
    """Return -mean_n sum_k t_nk log p_nk and (p - t) / N (Goodfellow et al., Deep Learning, section 6.2.2.3)."""
    probabilities = _target_probabilities(logits, targets)  # (N, C)
    log_p = log_softmax(logits)  # (N, C)
    num_samples = len(logits)
    loss = -(probabilities * log_p).sum() / num_samples
    mass = probabilities.sum(axis=1, keepdims=True)  # (N, 1), 1 for a distribution
    return loss, (np.exp(log_p) * mass - probabilities) / num_samples


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
