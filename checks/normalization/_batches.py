"""Batches for batch normalisation, and their normalised values."""

import numpy as np
from hypothesis import strategies as st

from backproof.testing import normal

from ._moments import moments, variances


def batchnorm_arguments(rng, num_samples=4, num_features=3):
    """Arguments of a forward pass; running statistics and parameters are none of the usual zeros and ones."""
    return {
        "x": normal(rng, (num_samples, num_features)),
        "gamma": normal(rng, num_features),
        "beta": normal(rng, num_features),
        "running_mean": normal(rng, num_features),
        "running_var": variances(rng, num_features),
    }


@st.composite
def batches(draw):
    """Draw the arguments of a forward pass for a tiny batch, where errors of 1/N are large."""
    num_samples, num_features = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    return batchnorm_arguments(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), num_samples, num_features)


def normalized(x, eps=1e-5):
    """Return x̂, in float64 and two passes."""
    mean, variance = moments(x)
    return (x - mean) / np.sqrt(variance + eps)


def amplification(x, eps=1e-5):
    """Return by how much roundings may grow: by x² / (v + eps) if the variance is computed as E[x²] - E[x]².

    That is right in float64, but where the mean is so large that the difference has no digits left.
    """
    return float(1 + (x**2 / (moments(x)[1] + eps)).max())
