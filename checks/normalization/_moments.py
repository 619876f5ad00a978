"""Means and variances of the features of data, and arrays that are no data.

Where a variance may have N or N - 1 in the denominator, the result is compared with both, and the nearer one counts.
"""

import numpy as np

from backproof.testing import normal

NO_DATA = (np.ones(5), np.ones((4, 3, 2)), np.ones((0, 3)))


def variances(rng, num_features):
    """Draw positive numbers, none of them small."""
    return np.round(0.5 + normal(rng, num_features) ** 2, 2)


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
