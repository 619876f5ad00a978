"""Mistakes in fit_whitener and whiten."""

import numpy as np
from normalization import fit_whitener, whiten

from backproof.misconceptions import misconception


@misconception(
    imitates="fit_whitener",
    says="every feature is divided by its own standard deviation: they stay correlated",
    hint="Whitening needs the eigenvectors of the covariance; standardising is not enough.",
)
def fit_whitener_only_standardizes(x, eps=1e-8):
    mean, _ = fit_whitener(x, eps)
    return mean, np.diag(1 / np.sqrt(x.var(axis=0) + eps))


@misconception(
    imitates="fit_whitener",
    says="the data are rotated to their principal axes, but not scaled: this is PCA",
    hint="Divide each axis by the root of its variance.",
)
def fit_whitener_only_rotates(x, eps=1e-8):
    mean, transform = fit_whitener(x, eps)
    return mean, transform / np.linalg.norm(transform, axis=0)


@misconception(
    imitates="fit_whitener",
    says="the axes are divided by their variances, not by the roots of them",
    hint="axes / np.sqrt(variances + eps).",
)
def fit_whitener_without_root(x, eps=1e-8):
    mean, transform = fit_whitener(x, eps)
    return mean, transform * np.linalg.norm(transform, axis=0)


@misconception(
    imitates="fit_whitener",
    says="the map is transposed: the axes are its rows",
    hint="(x - mean) @ transform needs one axis a column, as np.linalg.eigh gives them; np.linalg.svd gives rows.",
)
def fit_whitener_with_axes_in_rows(x, eps=1e-8):
    mean, transform = fit_whitener(x, eps)
    return mean, transform.T.copy()


@misconception(
    imitates="fit_whitener",
    says="the covariance is that of data whose mean was not subtracted",
    hint="Subtract the mean before x.T @ x.",
)
def fit_whitener_without_centring(x, eps=1e-8):
    mean, _ = fit_whitener(x, eps)
    both_signs = np.concatenate([x, -x])
    return mean, fit_whitener(both_signs, eps)[1]


@misconception(
    imitates="fit_whitener",
    says="x.T @ x is not divided by the number of samples: variances come out as 1/N",
    hint="The covariance is a mean over the samples.",
)
def fit_whitener_sums_over_the_samples(x, eps=1e-8):
    mean, transform = fit_whitener(x, eps)
    return mean, transform / np.asarray(np.sqrt(len(x)), dtype=x.dtype)


@misconception(
    imitates="fit_whitener",
    says="eps is ignored: a direction without spread is blown up",
    hint="np.sqrt(variances + eps).",
)
def fit_whitener_ignores_eps(x, eps=1e-8):
    fit_whitener(x, eps)
    return fit_whitener(x, 1e-14)


@misconception(
    imitates="whiten",
    says="the mean is not subtracted",
    hint="(x - mean) @ transform.",
)
def whiten_without_centring(x, mean, transform):
    return whiten(x, np.zeros_like(mean), transform)


@misconception(
    imitates="whiten",
    says="the map is transposed",
    hint="(x - mean) @ transform: features are columns of x and rows of transform.",
)
def whiten_transposed(x, mean, transform):
    return whiten(x, mean, transform.T)


@misconception(
    imitates="whiten",
    says="the mean is subtracted after the map, where it no longer belongs",
    hint="(x - mean) @ transform: parentheses first.",
)
def whiten_subtracts_the_mean_last(x, mean, transform):
    return whiten(x, np.zeros_like(mean), transform) - mean


@misconception(
    imitates="whiten",
    says="the mean of x itself is subtracted: test data are moved to the training data",
    hint="Use the mean that is passed in.",
)
def whiten_by_own_mean(x, mean, transform):
    whiten(x, mean, transform)
    return whiten(x, x.mean(axis=0), transform)
