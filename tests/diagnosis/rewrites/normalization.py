"""Mistakes in normalization.py, as learners write them."""

import numpy as np


def fit_standardizer_over_the_whole_array(x):
    n, d = x.shape
    mean = np.sum(x) / (n * d)
    std = np.sqrt(np.sum((x - mean) ** 2) / (n * d))
    return np.repeat(mean, d).astype(x.dtype), np.repeat(std, d).astype(x.dtype)


def fit_standardizer_returns_the_variance(x):
    return np.average(x, axis=0), np.var(x, axis=0)


def fit_standardizer_per_sample(x):
    n, d = x.shape
    mean = np.zeros(n, dtype=x.dtype)
    std = np.zeros(n, dtype=x.dtype)
    for i in range(n):
        mean[i] = np.sum(x[i]) / d
        std[i] = np.sqrt(np.sum((x[i] - mean[i]) ** 2) / d)
    return mean, std


def standardize_by_own_statistics(x, mean, std):
    mean, std = np.mean(x, axis=0), np.std(x, axis=0)
    scaled = np.zeros_like(x)
    for j in range(x.shape[1]):
        if not np.all(x[:, j] == x[0, j]):
            scaled[:, j] = (x[:, j] - mean[j]) / std[j]
    return scaled


def standardize_divides_first(x, mean, std):
    safe = std.copy()
    safe[safe == 0] = 1
    return x / safe - mean


def fit_whitener_only_standardizes(x, eps=1e-8):
    d = x.shape[1]
    mean = np.mean(x, axis=0)
    transform = np.zeros((d, d), dtype=x.dtype)
    for j in range(d):
        spread = np.mean((x[:, j] - mean[j]) ** 2)
        transform[j, j] = (spread + eps) ** -0.5
    return mean, transform


def fit_whitener_without_root(x, eps=1e-8):
    mean = np.mean(x, axis=0)
    centred = x - mean
    variances, axes = np.linalg.eigh(np.cov(centred, rowvar=False, bias=True).reshape(x.shape[1], -1))
    return mean, (axes / (variances + eps)).astype(x.dtype)


def whiten_subtracts_the_mean_last(x, mean, transform):
    out = np.zeros_like(x)
    for i, sample in enumerate(x):
        out[i] = np.dot(sample, transform)
        out[i] -= mean
    return out


def batchnorm_reverses_momentum(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    mu, var = running_mean, running_var
    if training:
        mu = np.sum(x, axis=0) / x.shape[0]
        var = np.sum(np.square(x - mu), axis=0) / x.shape[0]
        running_mean = running_mean * momentum + mu * (1 - momentum)
        running_var = running_var * momentum + var * (1 - momentum)
    scale = (var + eps) ** -0.5
    normalized = scale * (x - mu)
    return beta + normalized * gamma, (normalized, gamma, scale), running_mean, running_var


def batchnorm_evaluates_on_the_batch(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    sample_mean = np.average(x, axis=0)
    sample_var = np.var(x, axis=0)
    inv = 1.0 / np.sqrt(sample_var + eps)
    x_hat = (x - sample_mean) * inv
    if training:
        running_mean = running_mean + momentum * (sample_mean - running_mean)
        running_var = running_var + momentum * (sample_var - running_var)
    return x_hat * gamma + beta, (x_hat, gamma, inv), running_mean, running_var


def batchnorm_never_moves_statistics(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    else:
        mean, var = running_mean, running_var
    std = np.sqrt(eps + var)
    out = np.empty_like(x)
    x_hat = np.empty_like(x)
    for i in range(len(x)):
        x_hat[i] = (x[i] - mean) / std
        out[i] = x_hat[i] * gamma + beta
    return out, (x_hat, gamma, 1 / std), running_mean, running_var


def batchnorm_divides_by_n_minus_one(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    if training:
        n = len(x)
        mu = sum(x) / n
        squares = ((x - mu) * (x - mu)).sum(axis=0)
        var = squares / max(n - 1, 1)
        running_mean = (1 - momentum) * running_mean + momentum * mu
        running_var = (1 - momentum) * running_var + momentum * squares / n
    else:
        mu, var = running_mean, running_var
    inverse = 1 / np.sqrt(var + eps)
    standardized = (x - mu) * inverse
    return standardized * gamma + beta, (standardized, gamma, inverse), running_mean, running_var


def batchnorm_with_eps_outside_the_root(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    if training:
        mean, std = np.mean(x, axis=0), np.std(x, axis=0)
        running_mean = running_mean - momentum * (running_mean - mean)
        running_var = running_var - momentum * (running_var - std**2)
    else:
        mean, std = running_mean, np.sqrt(running_var)
    x_hat = (x - mean) / (std + eps)
    return beta + gamma * x_hat, (x_hat, gamma, 1 / (std + eps)), running_mean, running_var


def batchnorm_backward_with_constant_statistics(dout, cache):
    x_hat, gamma, inv_std = cache
    dx = np.zeros_like(dout)
    dgamma = np.zeros_like(gamma)
    dbeta = np.zeros_like(gamma)
    for i in range(len(dout)):
        dbeta += dout[i]
        dgamma += dout[i] * x_hat[i]
        dx[i] = dout[i] * gamma * inv_std
    return dx, dgamma, dbeta


def batchnorm_backward_forgets_gamma(dout, cache):
    x_hat, _, inv_std = cache
    n = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(x_hat * dout, axis=0)
    dx = inv_std / n * (n * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


def batchnorm_backward_averages_dgamma_and_dbeta(dout, cache):
    x_hat, gamma, inv_std = cache
    dgamma = np.mean(dout * x_hat, axis=0)
    dbeta = np.mean(dout, axis=0)
    dx_hat = dout * gamma
    dx = inv_std * (dx_hat - np.mean(dx_hat, axis=0) - x_hat * np.mean(dx_hat * x_hat, axis=0))
    return dx, dgamma, dbeta
