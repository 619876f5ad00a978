"""Reference normalisation: variances in two passes, since E[x²] - E[x]² cancels where the mean is large."""

import numpy as np


def fit_standardizer(x):
    """Return mean and standard deviation of every feature."""
    _require_samples(x)
    mean = x.mean(axis=0)  # (D,)
    std = np.sqrt(((x - mean) ** 2).mean(axis=0))  # (D,)
    # The mean of equal numbers may be one rounding off, and their std not quite 0.
    std[(x == x[0]).all(axis=0)] = 0
    return mean, std


def standardize(x, mean, std):
    """Return (x - mean) / std, and 0 where the training data had no spread."""
    _require_features(x, mean=mean, std=std)
    return (x - mean) / np.where(std > 0, std, np.ones_like(std))  # (N, D)


def fit_whitener(x, eps=1e-8):
    """PCA whitening: rotate to the principal axes, then divide by the spread along each."""
    _require_samples(x)
    _require(eps >= 0, f"eps must not be negative, it is {eps}")
    mean = x.mean(axis=0)  # (D,)
    centred = x - mean
    covariance = centred.T @ centred / len(x)  # (D, N) @ (N, D)
    variances, axes = np.linalg.eigh(covariance)  # (D,), (D, D) with one axis a column
    # Rounding can make a variance negative.
    return mean, axes / np.sqrt(np.maximum(variances, 0) + eps)  # (D, D)


def whiten(x, mean, transform):
    """Return (x - mean) @ transform."""
    _require_features(x, mean=mean)
    _require(transform.shape == 2 * mean.shape, f"transform has shape {transform.shape}, x has {x.shape}")
    return (x - mean) @ transform  # (N, D) @ (D, D)


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Algorithms 1 and 2 of Ioffe and Szegedy 2015."""
    _require_features(x, gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var)
    _require(0 <= momentum <= 1, f"momentum must be in [0, 1], not {momentum}")
    _require(eps >= 0, f"eps must not be negative, it is {eps}")
    if training:
        mean = x.mean(axis=0)  # (D,)
        variance = ((x - mean) ** 2).mean(axis=0)  # (D,)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * variance
    else:
        mean, variance = running_mean, running_var
    inverse_std = 1 / np.sqrt(variance + eps)  # (D,)
    x_hat = (x - mean) * inverse_std  # (N, D)
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std), running_mean, running_var


def batchnorm_backward(dout, cache):
    """Chain rule for algorithm 1; the paths through mean and variance take two directions out of the gradient."""
    x_hat, gamma, inverse_std = cache
    _require(dout.shape == x_hat.shape, f"dout has shape {dout.shape}, the output has {x_hat.shape}")
    dbeta = dout.sum(axis=0)  # (D,)
    dgamma = (dout * x_hat).sum(axis=0)  # (D,)
    dx = gamma * inverse_std * (dout - (dbeta + x_hat * dgamma) / len(dout))  # (N, D)
    return dx, dgamma, dbeta


def _require(condition, message):
    """Raise ValueError with the message unless the condition holds."""
    if not condition:
        raise ValueError(message)


def _require_samples(x):
    """Raise ValueError unless x is (N, D) with a sample in it."""
    _require(x.ndim == 2 and len(x) > 0, f"x must have the shape (N, D) with N of at least 1, not {x.shape}")


def _require_features(x, **vectors):
    """Raise ValueError unless x is (N, D) and each vector, by its name, is (D,)."""
    for name, vector in vectors.items():
        _require(vector.shape == x.shape[1:], f"{name} has shape {vector.shape}, x has {x.shape}")
