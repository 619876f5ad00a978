"""Mistakes in fit_standardizer and standardize."""

import numpy as np
from normalization import fit_standardizer, standardize

from backproof.misconceptions import misconception


@misconception(
    imitates="fit_standardizer",
    says="one mean and one standard deviation are computed for all features together",
    hint="x.mean(axis=0): over the samples, one number for each feature.",
)
def fit_standardizer_over_the_whole_array(x):
    mean, std = fit_standardizer(x)
    return np.full_like(mean, x.mean()), np.full_like(std, x.std())


@misconception(
    imitates="fit_standardizer",
    says="mean and standard deviation are those of each sample, not of each feature",
    hint="axis=0 runs over the samples; axis=1 over the features.",
)
def fit_standardizer_per_sample(x):
    fit_standardizer(x)
    return x.mean(axis=1), x.std(axis=1)


@misconception(
    imitates="fit_standardizer",
    says="the variance is returned in place of the standard deviation",
    hint="Take the root.",
)
def fit_standardizer_returns_the_variance(x):
    mean, std = fit_standardizer(x)
    return mean, std**2


@misconception(
    imitates="fit_standardizer",
    says="the standard deviation is the root mean square: the mean is not subtracted",
    hint="((x - mean) ** 2).mean(axis=0).",
)
def fit_standardizer_without_centring(x):
    mean, _ = fit_standardizer(x)
    return mean, np.sqrt((x**2).mean(axis=0))


@misconception(
    imitates="fit_standardizer",
    says="the variance is E[x²] - E[x]², which cancels where the mean is large",
    hint="Subtract the mean first, then square: two passes.",
)
def fit_standardizer_in_one_pass(x):
    mean, _ = fit_standardizer(x)
    return mean, np.sqrt(np.maximum((x**2).mean(axis=0) - mean**2, 0))


@misconception(
    imitates="fit_standardizer",
    says="minimum and range are returned, which scales to [0, 1]",
    hint="Standardising needs the mean and the standard deviation.",
)
def fit_standardizer_to_the_unit_interval(x):
    fit_standardizer(x)
    return x.min(axis=0), np.ptp(x, axis=0)


@misconception(
    imitates="standardize",
    says="x is standardised by its own statistics: test data lose what distinguishes them from the training data",
    hint="Use the mean and std that are passed in, also for test data.",
)
def standardize_by_own_statistics(x, mean, std):
    standardize(x, mean, std)
    return standardize(x, *fit_standardizer(x))


@misconception(
    imitates="standardize",
    says="the mean is not subtracted",
    hint="(x - mean) / std.",
)
def standardize_without_centring(x, mean, std):
    return standardize(x, np.zeros_like(mean), std)


@misconception(
    imitates="standardize",
    says="the mean is subtracted after the division: x / std - mean, without parentheses",
    hint="(x - mean) / std.",
)
def standardize_divides_first(x, mean, std):
    return standardize(x, np.zeros_like(mean), std) - mean


@misconception(
    imitates="standardize",
    says="the data are divided by the variance",
    hint="Divide by std as it is; no square.",
)
def standardize_divides_by_the_variance(x, mean, std):
    return standardize(x, mean, std**2)


@misconception(
    imitates="standardize",
    says="a constant feature gives NaN: 0 divided by 0",
    hint="Divide by 1 where std is 0.",
)
def standardize_divides_by_zero(x, mean, std):
    standardize(x, mean, std)
    with np.errstate(all="ignore"):
        return (x - mean) / std


@misconception(
    imitates="standardize",
    says="a large number is added to std, so that the variance falls short of 1",
    hint="Treat std 0 apart, or add no more than 1e-7.",
)
def standardize_with_a_large_guard(x, mean, std):
    return standardize(x, mean, std + np.asarray(1e-2, dtype=std.dtype))
