"""Reference activations."""

import numpy as np


def sigmoid(x):
    """Exponentiate -|x| only, so that nothing overflows."""
    exponential = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, exponential) / (1 + exponential)


def sigmoid_backward(dout, x):
    """The slope is s(1 - s); 1 - s is sigmoid(-x), which does not cancel."""
    _require_equal_shapes(dout, x)
    return dout * (sigmoid(x) * sigmoid(-x))


def tanh(x):
    """Return the hyperbolic tangent."""
    return np.tanh(x)


def tanh_backward(dout, x):
    """The slope is 1 - tanh²."""
    _require_equal_shapes(dout, x)
    return dout * (1 - np.tanh(x) ** 2)


def relu(x):
    """Return max(x, 0)."""
    return np.maximum(x, 0)


def relu_backward(dout, x):
    """Pass the gradient where the unit was active."""
    _require_equal_shapes(dout, x)
    return dout * (x > 0)


def leaky_relu(x, negative_slope=0.01):
    """Choose by the sign of x: a maximum of both lines would be wrong for slopes above 1."""
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_backward(dout, x, negative_slope=0.01):
    """The slope is 1 above 0 and negative_slope below."""
    _require_equal_shapes(dout, x)
    return np.where(x > 0, dout, negative_slope * dout)


def prelu(x, slope):
    """Leaky ReLU with a slope that is a parameter."""
    return np.where(x > 0, x, slope * x)


def prelu_backward(dout, x, slope):
    """All elements share the slope, so its gradient is a sum (He et al. 2015, eq. 3)."""
    _require_equal_shapes(dout, x)
    dslope = np.sum(np.where(x > 0, 0, dout * x))
    return np.where(x > 0, dout, slope * dout), np.asarray(dslope, dtype=x.dtype)


def softmax(logits):
    """Shift by the row's maximum, so that no exponential overflows; the shift cancels."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def log_softmax(logits):
    """Return logits - log sum exp(logits), shifted like softmax and never through a probability."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _require_equal_shapes(dout, x):
    if np.shape(dout) != np.shape(x):
        raise ValueError(f"dout has shape {np.shape(dout)}, x has {np.shape(x)}: they must be equal")
