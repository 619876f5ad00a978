"""What several checks of normalization.py share.

Where a variance may have N or N - 1 in the denominator, both are held against what came back and the nearer one counts.
"""

import numpy as np
from hypothesis import strategies as st

from backproof.testing import normal

TEST_DATA = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.2"
VARIANCE = "Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983"
BATCHNORM = "Ioffe and Szegedy, Batch normalization, ICML 2015"


def variances(rng, num_features):
    """Draw positive numbers, none of them small."""
    return np.round(0.5 + normal(rng, num_features) ** 2, 2)


def batchnorm_arguments(rng, num_samples=4, num_features=3):
    """Arguments of a forward pass; running statistics and parameters are none of the usual zeros and ones."""
    return {
        "x": normal(rng, (num_samples, num_features)),
        "gamma": normal(rng, num_features),
        "beta": normal(rng, num_features),
        "running_mean": normal(rng, num_features),
        "running_var": variances(rng, num_features),
    }


NO_DATA = (np.ones(5), np.ones((4, 3, 2)), np.ones((0, 3)))


def moments(x):
    """Return mean and biased variance of every feature."""
    mean = x.mean(axis=0)
    return mean, ((x - mean) ** 2).mean(axis=0)


def with_either_denominator(variance, num_samples):
    """Return a variance that has N in the denominator, and what it is with N - 1."""
    return variance, variance * num_samples / (num_samples - 1)


def nearest(got, accepted):
    """Return the accepted value that ``got`` comes nearest to."""
    return min(accepted, key=lambda value: np.abs(got - value).max())


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
