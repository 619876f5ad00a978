"""Mistakes in normalization.py."""

import numpy as np
from normalization import batchnorm_backward, batchnorm_forward, fit_standardizer, fit_whitener, standardize, whiten

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
