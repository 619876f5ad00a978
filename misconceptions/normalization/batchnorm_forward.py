"""Mistakes in batchnorm_forward."""

import numpy as np
from normalization import batchnorm_forward

from backproof.misconceptions import misconception


@misconception(
    imitates="batchnorm_forward",
    says="training normalises by the running statistics, not by those of the batch",
    hint="The running statistics are for evaluation.",
)
def batchnorm_trains_on_running_statistics(
    x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5
):
    _, _, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    out, cache, _, _ = batchnorm_forward(x, gamma, beta, running_mean, running_var, training=False, eps=eps)
    return out, cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="evaluation normalises by the statistics of the batch: a prediction depends on what else is asked",
    hint="if training: the batch's mean and variance; else: the running ones.",
)
def batchnorm_evaluates_on_the_batch(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=True, momentum=momentum, eps=eps
    )
    return (out, cache, *moved) if training else (out, cache, running_mean, running_var)


@misconception(
    imitates="batchnorm_forward",
    says="evaluation goes on moving the running statistics",
    hint="Only training moves them.",
)
def batchnorm_moves_statistics_in_evaluation(
    x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5
):
    arguments = (x, gamma, beta, running_mean, running_var)
    out, cache, _, _ = batchnorm_forward(*arguments, training=training, momentum=momentum, eps=eps)
    _, _, *moved = batchnorm_forward(*arguments, training=True, momentum=momentum, eps=eps)
    return out, cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="the running statistics are never moved",
    hint="Return running = (1 - momentum) * running + momentum * batch.",
)
def batchnorm_never_moves_statistics(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, _, _ = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    return out, cache, running_mean, running_var


@misconception(
    imitates="batchnorm_forward",
    says="momentum is the weight of the old value, not of the new batch",
    hint="running = (1 - momentum) * running + momentum * batch.",
)
def batchnorm_reverses_momentum(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    return batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=1 - momentum, eps=eps
    )


@misconception(
    imitates="batchnorm_forward",
    says="the running statistics are those of the last batch: momentum is not used",
    hint="running = (1 - momentum) * running + momentum * batch.",
)
def batchnorm_keeps_the_last_batch(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    batchnorm_forward(x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps)
    return batchnorm_forward(x, gamma, beta, running_mean, running_var, training=training, momentum=1.0, eps=eps)


@misconception(
    imitates="batchnorm_forward",
    says="the running variance moves towards the standard deviation",
    hint="Average variances, and take the root when they are used.",
)
def batchnorm_averages_the_std(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, moved_mean, moved_var = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    if training:
        moved_var = (1 - momentum) * running_var + momentum * x.std(axis=0)
    return out, cache, moved_mean, moved_var


@misconception(
    imitates="batchnorm_forward",
    says="the running variance is NaN after a batch of one sample: 0 divided by N - 1 = 0",
    hint="The variance of one sample is 0; use N - 1 only where N is at least 2.",
)
def batchnorm_divides_by_zero_for_one_sample(
    x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5
):
    out, cache, moved_mean, moved_var = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    return out, cache, moved_mean, np.full_like(moved_var, np.nan) if training and len(x) == 1 else moved_var


@misconception(
    imitates="batchnorm_forward",
    says="the batch is normalised by its unbiased variance, with N - 1 in the denominator",
    hint="Ioffe and Szegedy's algorithm 1 divides by N; N - 1 is for the running variance.",
)
def batchnorm_divides_by_n_minus_one(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    # With eps larger by N / (N - 1), the root of the biased variance is smaller by the root of that.
    share = len(x) / max(len(x) - 1, 1) if training else 1.0
    _, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps / share
    )
    x_hat, _, inverse_std = cache
    x_hat, inverse_std = x_hat / np.asarray(share**0.5, x.dtype), inverse_std / np.asarray(share**0.5, x.dtype)
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std), *moved


@misconception(
    imitates="batchnorm_forward",
    says="the batch is divided by its variance, not by the root of it",
    hint="(x - mean) / np.sqrt(variance + eps).",
)
def batchnorm_divides_by_the_variance(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    _, (x_hat, _, inverse_std), *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    x_hat, inverse_std = x_hat * inverse_std, inverse_std**2
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std), *moved


def with_inverse_std(x, gamma, beta, running_mean, running_var, training, momentum, eps, inverse_std_of):
    """Forward pass that makes 1 / std from the variance in its own way."""
    _, _, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    mean, variance = (x.mean(axis=0), x.var(axis=0)) if training else (running_mean, running_var)
    with np.errstate(all="ignore"):
        inverse_std = inverse_std_of(variance)
        x_hat = (x - mean) * inverse_std
        return gamma * x_hat + beta, (x_hat, gamma, inverse_std), *moved


@misconception(
    imitates="batchnorm_forward",
    says="eps is added to the standard deviation: it is outside the root",
    hint="np.sqrt(variance + eps).",
)
def batchnorm_with_eps_outside_the_root(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    return with_inverse_std(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, lambda v: 1 / (np.sqrt(v) + eps)
    )


@misconception(
    imitates="batchnorm_forward",
    says="eps is left out: a constant feature gives NaN",
    hint="np.sqrt(variance + eps).",
)
def batchnorm_without_eps(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    return with_inverse_std(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, lambda v: 1 / np.sqrt(v)
    )


@misconception(
    imitates="batchnorm_forward",
    says="eps is a fixed 1e-5, whatever is passed in",
    hint="Use the argument.",
)
def batchnorm_with_fixed_eps(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    batchnorm_forward(x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps)
    return batchnorm_forward(x, gamma, beta, running_mean, running_var, training=training, momentum=momentum)


@misconception(
    imitates="batchnorm_forward",
    says="the variance is E[x²] - E[x]², which cancels where the mean is large",
    hint="Subtract the mean first, then square: two passes.",
)
def batchnorm_in_one_pass(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    cancelling = np.maximum((x**2).mean(axis=0) - x.mean(axis=0) ** 2, 0)
    return with_inverse_std(
        x,
        gamma,
        beta,
        running_mean,
        running_var,
        training,
        momentum,
        eps,
        lambda v: 1 / np.sqrt((cancelling if training else v) + eps),
    )


@misconception(
    imitates="batchnorm_forward",
    says="every sample is normalised over its features: this is layer normalisation",
    hint="Mean and variance over axis 0, one for each feature.",
)
def batchnorm_over_the_features(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    if training:
        x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
        out = gamma * x_hat + beta
    return out, cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="one mean and one variance are used for all features of the batch",
    hint="Mean and variance over axis 0, one for each feature.",
)
def batchnorm_over_the_whole_array(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    if training:
        out = gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta
    return out, cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="gamma and beta are not applied",
    hint="out = gamma * x_hat + beta.",
)
def batchnorm_without_gamma_and_beta(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    _, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    return cache[0].copy(), cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="gamma and beta are applied before the normalisation, which takes them away again",
    hint="Normalise first, then out = gamma * x_hat + beta.",
)
def batchnorm_applies_gamma_first(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    batchnorm_forward(x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps)
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    return batchnorm_forward(
        gamma * x + beta, ones, zeros, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )


@misconception(
    imitates="batchnorm_forward",
    says="gamma scales beta, too: gamma * (x_hat + beta)",
    hint="gamma * x_hat + beta.",
)
def batchnorm_scales_beta(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    _, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    return gamma * (cache[0] + beta), cache, *moved


@misconception(
    imitates="batchnorm_forward",
    says="the running statistics are changed in place, behind the caller's back",
    hint="Return new arrays; running_mean *= 1 - momentum changes the array that was passed in.",
)
def batchnorm_moves_statistics_in_place(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    out, cache, *moved = batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training=training, momentum=momentum, eps=eps
    )
    running_mean[:], running_var[:] = moved
    return out, cache, running_mean, running_var
