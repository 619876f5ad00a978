"""Checks of fit_standardizer and standardize."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_finite, assert_that, check, normal
from backproof.testing.closeness import ROUNDINGS
from backproof.testing.general import *
from backproof.testing.precision import unit_roundoff

from ._moments import NO_DATA, moments, nearest, variances, with_either_denominator

EFFICIENT = "LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.3"
TEST_DATA = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.2"
VARIANCE = "Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983"
# A number added to std, against division by zero, is accepted up to 1e-7 (as in the template). The features here have
# a standard deviation of 0.3 at the least, so that it changes a variance by a share of 1e-6 at most.
GUARD = 1e-6

SAMPLES = {
    "fit_standardizer": Sample(lambda rng: {"x": normal(rng, (6, 3))}, bad={"x": NO_DATA}),
    "standardize": Sample(
        lambda rng: {"x": normal(rng, (6, 3)), "mean": normal(rng, 3), "std": variances(rng, 3)},
        bad={"x": (np.ones((6, 4)),), "mean": (np.ones(5),), "std": (np.ones(5),)},
    ),
}


def room_for_guard(got):
    """Return the magnitude with which closeness lets a share of GUARD pass."""
    return GUARD / (ROUNDINGS * unit_roundoff(got))


def features(rng, num_samples=12):
    """Draw features of other means and scales, which a mean over the wrong axis mixes up."""
    x = normal(rng, (num_samples, 3)) * np.array([1.0, 10.0, 100.0]) + np.array([0.0, -50.0, 300.0])
    return np.round(x, 2)


# Two samples that a learner can follow by hand, and a draw.
BY_HAND = np.array([[0.0, 10.0, -5.0], [2.0, 30.0, -6.0]])


@check(points=2, source=EFFICIENT, hint="x.mean(axis=0) and x.std(axis=0): one number for each column of x.")
def test_mean_and_std_are_those_of_each_feature(fit_standardizer, rng):
    """Every feature has its own mean and its own standard deviation, over the samples, with N or N - 1."""
    for x in (BY_HAND, features(rng)):
        mean, std = fit_standardizer(x)
        expected_mean, variance = moments(x)
        size = np.abs(x).max()
        assert_close(mean, expected_mean, "mean", magnitude=size)
        expected_std = nearest(std, np.sqrt(with_either_denominator(variance, len(x))))
        assert_close(std, expected_std, "std", magnitude=size + room_for_guard(std))


@check(
    points=1,
    source=VARIANCE,
    hint="((x - mean) ** 2).mean(axis=0), in two passes: E[x²] - E[x]² is the difference of two huge numbers.",
)
def test_std_survives_a_large_mean(fit_standardizer, rng):
    """A feature of mean 1e4 has the right standard deviation, in float32, too."""
    # In float32, 1e4 has neighbours 1e-3 away, but the rounding of 1e8, its square, is 8: far above a variance of 1.
    x = (1e4 + normal(rng, (8, 2))).astype(np.float32)
    _, std = fit_standardizer(x)
    expected = nearest(std, np.sqrt(with_either_denominator(moments(x.astype(float))[1], len(x))))
    # A sum of 8 such numbers may be off by 8 roundings of 8e4: the mean by 0.005, the variance by the square of that.
    assert_close(std, expected, "std", magnitude=100.0)


@check(points=2, source=EFFICIENT, hint="(x - mean) / std, after the mean is subtracted; not the variance.")
def test_standardize_is_distance_from_the_mean_in_stds(standardize, rng):
    """Every entry becomes (x - mean) / std with the mean and std that were passed in, for one sample alone, too."""
    x, mean, std = normal(rng, (5, 3), 10.0), normal(rng, 3, 10.0), variances(rng, 3)
    expected = (x - mean) / std
    for rows in (slice(0, 1), slice(None)):
        got = standardize(x[rows], mean, std)
        size = np.abs(expected).max()
        assert_close(got, expected[rows], "standardized", magnitude=size * (4 + room_for_guard(got)))


@check(points=2, source=EFFICIENT, hint="Subtract the mean, then divide by the standard deviation, feature by feature.")
def test_standardized_training_data_have_mean_0_and_variance_1(fit_standardizer, standardize, rng):
    """Data that are standardised with their own statistics have mean 0 and variance 1 in every feature."""
    for x in (BY_HAND, features(rng)):
        got = standardize(x, *fit_standardizer(x))
        mean, variance = moments(got.astype(float))
        # In units of std the numbers were as large as this before the mean was subtracted.
        size = float((np.abs(x) / x.std(axis=0)).max())
        assert_close(mean.astype(got.dtype), 0.0, "mean of a standardised feature", magnitude=size)
        variance = variance.astype(got.dtype)
        expected = nearest(variance, (1.0, 1 - 1 / len(x)))
        assert_close(
            variance, expected, "variance of a standardised feature", magnitude=size + 2 * room_for_guard(variance)
        )


@check(
    points=1,
    source=TEST_DATA,
    hint="standardize takes mean and std as they are: test data have no statistics of their own.",
)
def test_test_data_keep_their_distance_from_the_training_data(fit_standardizer, standardize, rng):
    """Test data are measured with the mean and std of the training data: what is shifted and wider stays so."""
    train = features(rng)
    spread, shift = train.std(axis=0), np.array([3.0, -2.0, 1.0])
    mean, std = fit_standardizer(train)
    standardized = standardize(train, mean, std)
    test = train + shift * spread
    expected = standardized + shift * spread / std
    got = standardize(test, mean, std)
    size = float((np.abs(test) / spread).max())
    assert_close(got, expected, "standardised test data", magnitude=size * (1 + room_for_guard(got)))


@check(points=1, source=EFFICIENT, hint="Where std is 0, divide by 1 instead: x - mean is 0 there already.")
def test_a_constant_feature_becomes_0(fit_standardizer, standardize, rng):
    """A feature that is the same in all training data becomes 0, not NaN, and the others are not touched by it."""
    x = normal(rng, (8, 3))
    x[:, 1:] = [3.0, 0.0]  # eight times 3 is exact, so that the mean of the constants is, too
    got = standardize(x, *fit_standardizer(x))
    assert_finite(got, "standardized")
    assert_close(got[:, 1:], 0.0, "standardised constant features", magnitude=1.0)
    assert_that(np.ptp(got[:, 0]) > 1, "the feature that does vary has become constant")
