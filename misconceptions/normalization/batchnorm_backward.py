"""Mistakes in batchnorm_backward."""

import numpy as np
from normalization import batchnorm_backward

from backproof.misconceptions import misconception


@misconception(
    imitates="batchnorm_backward",
    says="mean and variance are taken for constants: dx is only dout times gamma / std",
    hint="Both depend on x: dx has two more terms.",
)
def batchnorm_backward_with_constant_statistics(dout, cache):
    _, dgamma, dbeta = batchnorm_backward(dout, cache)
    _, gamma, inverse_std = cache
    return gamma * inverse_std * dout, dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="the path through the mean is missing",
    hint="Subtract the mean of dout over the batch.",
)
def batchnorm_backward_without_the_mean(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    _, gamma, inverse_std = cache
    return dx + gamma * inverse_std * dbeta / len(dout), dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="the path through the variance is missing",
    hint="Subtract x_hat times the mean of dout * x_hat.",
)
def batchnorm_backward_without_the_variance(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    x_hat, gamma, inverse_std = cache
    return dx + gamma * inverse_std * x_hat * dgamma / len(dout), dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="the path through the variance has the wrong sign",
    hint="d(1 / std) / d(variance) is negative: -0.5 * (variance + eps) ** -1.5.",
)
def batchnorm_backward_with_flipped_variance(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    x_hat, gamma, inverse_std = cache
    return dx + 2 * gamma * inverse_std * x_hat * dgamma / len(dout), dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="the sums over the batch are not divided by N",
    hint="Mean and variance are means: their gradients have 1/N.",
)
def batchnorm_backward_sums_over_the_batch(dout, cache):
    _, dgamma, dbeta = batchnorm_backward(dout, cache)
    x_hat, gamma, inverse_std = cache
    return gamma * inverse_std * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="a term of the mean is counted again with 1/N²: no large batch shows it",
    hint="sum(x - mean) is 0, so the variance adds nothing to the gradient of the mean.",
)
def batchnorm_backward_with_a_small_extra_term(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    _, gamma, inverse_std = cache
    return dx - gamma * inverse_std * dbeta / len(dout) ** 2, dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="gamma is forgotten in dx",
    hint="dx_hat = dout * gamma comes first.",
)
def batchnorm_backward_forgets_gamma(dout, cache):
    x_hat, gamma, inverse_std = cache
    dx, _, _ = batchnorm_backward(dout, (x_hat, np.ones_like(gamma), inverse_std))
    return dx, *batchnorm_backward(dout, cache)[1:]


@misconception(
    imitates="batchnorm_backward",
    says="dx is divided by the variance, not by the standard deviation",
    hint="gamma / np.sqrt(variance + eps), as in the forward pass.",
)
def batchnorm_backward_divides_by_the_variance(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return dx * cache[2], dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="dx has the wrong sign",
    hint="A sample with a larger x has a larger output where gamma is positive.",
)
def batchnorm_backward_flipped(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return -dx, dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="dx is 0: nothing flows back",
    hint="It is 0 for a dout of ones, not for every dout.",
)
def batchnorm_backward_is_zero(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return np.zeros_like(dx), dgamma, dbeta


@misconception(
    imitates="batchnorm_backward",
    says="dgamma uses x where x_hat belongs",
    hint="gamma multiplies x_hat: dgamma = (dout * x_hat).sum(axis=0).",
)
def batchnorm_backward_uses_x_in_dgamma(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return dx, dgamma / cache[2], dbeta


@misconception(
    imitates="batchnorm_backward",
    says="dgamma and dbeta are means over the samples, not sums",
    hint="Sum over axis 0: the mean is in dout already.",
)
def batchnorm_backward_averages_dgamma_and_dbeta(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return dx, dgamma / len(dout), dbeta / len(dout)


@misconception(
    imitates="batchnorm_backward",
    says="dgamma and dbeta are not summed over the samples: they have the shape of dout",
    hint="Every sample uses the same gamma and beta: sum over axis 0.",
)
def batchnorm_backward_keeps_dgamma_per_sample(dout, cache):
    dx, _, _ = batchnorm_backward(dout, cache)
    return dx, dout * cache[0], dout.copy()


@misconception(
    imitates="batchnorm_backward",
    says="x_hat in the cache is multiplied in place: a second backward pass gives something else",
    hint="Change nothing in the cache.",
)
def batchnorm_backward_uses_up_the_cache(dout, cache):
    gradients = batchnorm_backward(dout, cache)
    x_hat, _, _ = cache
    x_hat *= dout
    return gradients
