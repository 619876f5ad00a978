"""Half-time of a homework: most of it works."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_backward(dout, x):
    if dout.shape != x.shape:
        raise ValueError(f"dout {dout.shape} and x {x.shape} do not match")
    dx = dout.copy()
    dx[dout < 0] = 0
    return dx


def softmax(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_softmax(logits):
    z = logits - logits.max(axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
