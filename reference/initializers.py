"""Reference initialisers."""

import numpy as np


def constant_init(fan_in, fan_out, value):
    """Return the same value everywhere."""
    _check_sizes(fan_in, fan_out)
    return np.full((fan_in, fan_out), float(value))


def normal_init(fan_in, fan_out, rng, std=0.01):
    """Draw from N(0, std²)."""
    _check_sizes(fan_in, fan_out)
    if not std >= 0:
        raise ValueError(f"std must not be negative, not {std}")
    return rng.standard_normal((fan_in, fan_out)) * std


def xavier_uniform(fan_in, fan_out, rng):
    """Draw from U(-a, a), a = sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 16)."""
    _check_sizes(fan_in, fan_out)
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):
    """Draw from N(0, 1 / fan_in): the output of x @ weight varies as much as x (Glorot and Bengio 2010, eq. 10)."""
    _check_sizes(fan_in, fan_out)
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(1 / fan_in)


def he_normal(fan_in, fan_out, rng):
    """Draw from N(0, 2 / fan_in): half of the second moment is lost in the ReLU (He et al. 2015, eq. 10)."""
    _check_sizes(fan_in, fan_out)
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)


def _check_sizes(fan_in, fan_out):
    for name, size in (("fan_in", fan_in), ("fan_out", fan_out)):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, not {size}")
