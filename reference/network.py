"""Reference network: linear layers with ReLU between them."""

from itertools import pairwise

import numpy as np
from activations import relu, relu_backward
from initializers import he_normal
from layers import linear_backward, linear_forward
from losses import cross_entropy

# Ten times smaller than He's: logits of variance 0.02, an initial loss within 0.01 of log C.
LAST_LAYER_SCALE = 0.1


def init_network(layer_sizes, rng):
    """He initialisation (He et al. 2015), zero biases, a small last layer."""
    if len(layer_sizes) < 2 or min(layer_sizes) < 1:
        raise ValueError(f"layer_sizes must be two or more sizes of at least 1, not {layer_sizes}")
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        params[f"W{layer}"] = he_normal(fan_in, fan_out, rng)
        params[f"b{layer}"] = np.zeros(fan_out)
    params[f"W{layer}"] *= LAST_LAYER_SCALE
    return params


def predict(params, x):
    """Return the logits, (N, C)."""
    return _forward(params, x)[0]


def network_loss(params, x, labels, *, l2_strength=0.0):
    """Backpropagation (Goodfellow et al., Deep Learning, section 6.5)."""
    logits, caches = _forward(params, x)
    if labels.shape != x.shape[:1]:
        raise ValueError(f"labels have shape {labels.shape}, which does not fit x of shape {x.shape}")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError(f"labels must be classes from 0 to {logits.shape[1] - 1}")
    loss, gradient = cross_entropy(logits, labels)
    grads = {}
    for layer in range(len(caches), 0, -1):
        linear_cache, pre_activation = caches[layer - 1]
        if layer < len(caches):
            gradient = relu_backward(gradient, pre_activation)
        gradient, grads[f"W{layer}"], grads[f"b{layer}"] = linear_backward(gradient, linear_cache)
        weight = params[f"W{layer}"]
        loss = loss + l2_strength * (weight**2).sum()
        grads[f"W{layer}"] = grads[f"W{layer}"] + 2 * l2_strength * weight
    return loss, grads


def _forward(params, x):
    """Return the logits, and each layer's linear cache and pre-activation."""
    num_layers = len(params) // 2
    caches = []
    hidden = x  # linear_forward refuses one that does not fit
    for layer in range(1, num_layers + 1):
        out, cache = linear_forward(hidden, params[f"W{layer}"], params[f"b{layer}"])
        caches.append((cache, out))
        hidden = relu(out)
    return out, caches
