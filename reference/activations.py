"""Reference activations."""

import numpy as np


def relu(x):
    """Return max(x, 0)."""
    return np.maximum(x, 0)


def relu_backward(dout, x):
    """Pass the gradient where the unit was active."""
    if np.shape(dout) != np.shape(x):
        raise ValueError(f"dout has shape {np.shape(dout)}, x has {np.shape(x)}: they must be equal")
    return dout * (x > 0)


def softmax(logits):
    """Shift by the row's maximum, so that no exponential overflows; the shift cancels."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def log_softmax(logits):
    """Return logits - log sum exp(logits), shifted like softmax and never through a probability."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
