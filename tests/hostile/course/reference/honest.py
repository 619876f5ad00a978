"""The reference of the honest half."""

import numpy as np


def relu(x):
    """Zero below zero."""
    return np.where(x > 0, x, 0.0)


def dropout_forward(x, keep_prob, rng):
    """Keep each element with a probability, rescaled."""
    mask = (rng.random(x.shape) < keep_prob) / keep_prob
    return x * mask, mask


def dropout_backward(dout, cache):
    """Gradient of dropout."""
    return dout * cache
