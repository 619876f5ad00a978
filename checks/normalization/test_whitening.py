"""Checks of fit_whitener and whiten."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_finite, assert_that, check, normal
from backproof.testing.general import *

from ._moments import NO_DATA, nearest

WHITENING = "Kessy, Lewin and Strimmer, Optimal whitening and decorrelation, The American Statistician 72, 2018"
TEST_DATA = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.2"
# Correlates three features; the covariance of what comes out has a condition number around 30.
MIX = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]])

SAMPLES = {
    "fit_whitener": Sample(lambda rng: {"x": normal(rng, (6, 3)) @ MIX}, bad={"x": NO_DATA, "eps": (-1e-3,)}),
    "whiten": Sample(
        lambda rng: {"x": normal(rng, (6, 3)), "mean": normal(rng, 3), "transform": normal(rng, (3, 3))},
        bad={"x": (np.ones((6, 2)),), "mean": (np.ones(5),), "transform": (np.ones((5, 5)), np.ones((2, 2)))},
    ),
}


def correlated(rng, num_samples=16):
    """Draw correlated features with a mean that is not 0."""
    return np.round(normal(rng, (num_samples, 3)) @ MIX + np.array([10.0, -20.0, 5.0]), 2)


def covariance(x):
    """Return the covariance of the features, with N in the denominator."""
    centred = x - x.mean(axis=0)
    return centred.T @ centred / len(x)


def assert_identity_covariance(whitened, x, factor, what):
    """Assert that data whitened from x have a covariance of ``factor`` times the identity."""
    got = covariance(whitened.astype(float)).astype(whitened.dtype)
    expected = nearest(got, [share * factor * np.eye(3) for share in (1.0, 1 - 1 / len(x))])
    # Whitening amplifies roundings of the covariance by its condition number.
    assert_close(got, expected, what, magnitude=factor * np.linalg.cond(covariance(x)))


@check(
    points=2,
    source=WHITENING,
    hint="np.linalg.eigh gives one axis a column: axes / np.sqrt(variances), and any rotation after that is right.",
)
def test_whitened_training_data_are_uncorrelated_with_variance_1(fit_whitener, rng):
    """The covariance of (x - mean) @ transform is the identity, with N or N - 1, whatever the rotation."""
    x = correlated(rng)
    mean, transform = fit_whitener(x, eps=0.0)
    assert_close(mean, x.mean(axis=0), "mean", magnitude=np.abs(x).max())
    whitened = ((x - mean) @ transform).astype(transform.dtype)
    assert_identity_covariance(whitened, x, 1.0, "covariance of (x - mean) @ transform")


@check(points=2, source=WHITENING, hint="(x - mean) @ transform: one sample a row, and the mean goes first.")
def test_whiten_is_an_affine_map(whiten, rng):
    """Every sample becomes (x - mean) @ transform with what was passed in, for one sample alone, too."""
    x, mean, transform = normal(rng, (5, 3)), normal(rng, 3), normal(rng, (3, 3))
    expected = ((x - mean)[:, :, None] * transform).sum(axis=1)
    for rows in (slice(0, 1), slice(None)):
        assert_close(whiten(x[rows], mean, transform), expected[rows], "whitened", magnitude=50.0)


@check(
    points=1, source=TEST_DATA, hint="Fit mean and transform on the training data, and use them for the test data, too."
)
def test_test_data_are_whitened_with_the_training_data_s_map(fit_whitener, whiten, rng):
    """Training data become white; data that are shifted and three times as wide stay so in the same units."""
    x = correlated(rng)
    mean, transform = fit_whitener(x, eps=0.0)
    whitened, other = whiten(x, mean, transform), whiten(3 * x + 7, mean, transform)
    assert_identity_covariance(whitened, x, 1.0, "covariance of whitened training data")
    assert_identity_covariance(other, x, 9.0, "covariance of whitened data, three times as wide")
    size = 3 * np.abs(x).max() * np.abs(transform).sum(axis=0).max()
    assert_close(whitened.mean(axis=0), 0.0, "mean of whitened training data", magnitude=size)
    assert_close(other.mean(axis=0), (2 * mean + 7) @ transform, "mean of whitened data, shifted", magnitude=size)


@check(
    points=1,
    source=WHITENING,
    hint="Divide by np.sqrt(values + eps): along a direction without spread the value is 0, or a rounding below.",
)
def test_eps_bounds_the_map_where_the_data_have_no_spread(fit_whitener, rng):
    """Where one feature copies another a direction has no spread: it is not blown up, and the others become white."""
    x = correlated(rng)
    x[:, 2] = x[:, 0]
    eps = 1e-3
    mean, transform = fit_whitener(x, eps=eps)
    assert_finite(transform, "transform")
    # 1 / sqrt(0 + eps) = 32, or 1000 where eps is added to the root.
    assert_that(
        np.abs(transform).max() < 1.01 / eps,
        f"transform has an entry of {np.abs(transform).max():.3g} although eps is {eps}",
        expected=f"at most {1 / eps:.3g}",
        got=f"{np.abs(transform).max():.3g}",
    )
    spread = np.linalg.eigvalsh(covariance((x - mean) @ transform))
    # Room for N - 1, which gives 15/16, for eps over the smaller variance, which is around 4, and for float32 in the
    # direction without spread: a rounding of 1e-6 over the square of eps + sqrt(1e-6) at the worst.
    assert_that(
        np.abs(spread - np.array([0.0, 1.0, 1.0])).max() < 0.3,
        "the variances along the principal axes should be 0, 1 and 1",
        expected="0, 1, 1",
        got=", ".join(f"{value:.3g}" for value in spread),
    )
