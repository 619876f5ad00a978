"""Reference regularisation."""

import numpy as np


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    """Multiply by a mask that holds the scale (Srivastava et al. 2014, section 10 for the inverted form)."""
    if not 0 <= keep_prob <= 1:
        raise ValueError(f"keep_prob must be in [0, 1], not {keep_prob}")
    if training:
        scale = 1 / keep_prob if inverted and keep_prob > 0 else 1.0
        mask = (rng.random(x.shape) < keep_prob) * scale
    else:
        mask = np.full(x.shape, 1.0 if inverted else keep_prob)
    mask = mask.astype(x.dtype)
    return x * mask, mask


def dropout_backward(dout, cache):
    """Send the gradient where the signal went."""
    mask = cache
    if dout.shape != mask.shape:
        raise ValueError(f"dout has shape {dout.shape}, the output has {mask.shape}")
    return dout * mask


def l1_penalty(weight, strength):
    """Return strength * sum |w| and strength * sign(w)."""
    return strength * np.abs(weight).sum(), strength * np.sign(weight)


def l2_penalty(weight, strength):
    """Return strength * sum w² and its gradient."""
    return strength * (weight**2).sum(), 2 * strength * weight


def elastic_net_penalty(weight, l2_strength, l1_strength):
    """Return the sum of both penalties (Zou and Hastie 2005, eq. 3)."""
    squared, squared_gradient = l2_penalty(weight, l2_strength)
    absolute, absolute_gradient = l1_penalty(weight, l1_strength)
    return squared + absolute, squared_gradient + absolute_gradient
