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
