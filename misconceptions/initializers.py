"""Mistakes in initializers.py."""

import numpy as np
from initializers import constant_init, he_normal, normal_init, xavier_normal, xavier_uniform

from backproof.misconceptions import misconception


@misconception(
    imitates="xavier_uniform",
    says="the standard deviation is used as the bound: the factor sqrt(3) between them is missing",
    hint="U(-a, a) has the variance a²/3, so a = sqrt(3) * sqrt(2 / (fan_in + fan_out)).",
)
def xavier_uniform_bound_is_std(fan_in, fan_out, rng):
    return xavier_uniform(fan_in, fan_out, rng) / np.sqrt(3)


@misconception(
    imitates="xavier_uniform",
    says="only fan_in is counted: a = sqrt(6 / fan_in)",
    hint="Glorot's bound has the sum of both fans below the root.",
)
def xavier_uniform_ignores_fan_out(fan_in, fan_out, rng):
    return xavier_uniform(fan_in, fan_out, rng) * np.sqrt((fan_in + fan_out) / fan_in)


@misconception(
    imitates="xavier_uniform",
    says="the weights are normal with the right variance, not uniform",
    hint="rng.uniform(-a, a, size=(fan_in, fan_out)).",
)
def xavier_uniform_draws_normal(fan_in, fan_out, rng):
    xavier_uniform(fan_in, fan_out, rng)
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / (fan_in + fan_out))


@misconception(
    imitates="xavier_uniform",
    says="the weights lie in [0, a]: none is negative",
    hint="The interval is [-a, a], symmetric about 0.",
)
def xavier_uniform_is_one_sided(fan_in, fan_out, rng):
    return np.abs(xavier_uniform(fan_in, fan_out, rng))


@misconception(
    imitates="xavier_uniform",
    says="the roots of the fans are added: sqrt(6) / (sqrt(fan_in) + sqrt(fan_out))",
    hint="Add the fans first, then take the root.",
)
def xavier_uniform_adds_roots(fan_in, fan_out, rng):
    factor = np.sqrt(fan_in + fan_out) / (np.sqrt(fan_in) + np.sqrt(fan_out))
    return xavier_uniform(fan_in, fan_out, rng) * factor


@misconception(
    imitates="xavier_uniform",
    says="a generator with a fixed seed is made inside, so that every layer gets the same draw",
    hint="Draw from the rng that is passed in.",
)
def xavier_uniform_with_fixed_seed(fan_in, fan_out, rng):
    return xavier_uniform(fan_in, fan_out, np.random.default_rng(0))


@misconception(
    imitates="xavier_uniform",
    says="the global random state is used instead of rng",
    hint="rng.uniform, not np.random.uniform.",
)
def xavier_uniform_uses_global_state(fan_in, fan_out, rng):
    xavier_uniform(fan_in, fan_out, rng)
    bound = np.sqrt(6 / (fan_in + fan_out))
    return np.random.uniform(-bound, bound, size=(fan_in, fan_out))


@misconception(
    imitates="xavier_normal",
    says="the variance is used as the standard deviation: the root is missing",
    hint="Multiply N(0, 1) by the root of the variance.",
)
def xavier_normal_forgets_the_root(fan_in, fan_out, rng):
    return xavier_normal(fan_in, fan_out, rng) / np.sqrt(fan_in)


@misconception(
    imitates="xavier_normal",
    says="fan_out takes the place of fan_in",
    hint="weight has the shape (fan_in, fan_out): each output sums over fan_in terms.",
)
def xavier_normal_swaps_the_fans(fan_in, fan_out, rng):
    return xavier_normal(fan_out, fan_in, rng).T


@misconception(
    imitates="xavier_normal",
    says="this is He initialisation: the variance is twice as large",
    hint="The factor 2 belongs to ReLU; Xavier has 1 / fan_in.",
)
def xavier_normal_is_he(fan_in, fan_out, rng):
    return xavier_normal(fan_in, fan_out, rng) * np.sqrt(2)


@misconception(
    imitates="xavier_normal",
    says="large weights are clipped, which piles them up at the bound",
    hint="Do not clip; a truncated normal draws those entries again.",
)
def xavier_normal_clipped(fan_in, fan_out, rng):
    std = np.sqrt(1 / fan_in)
    return np.clip(xavier_normal(fan_in, fan_out, rng), -2 * std, 2 * std)


@misconception(
    imitates="xavier_normal",
    says="one column is drawn and repeated, so that all units start alike",
    hint="size=(fan_in, fan_out) draws every entry.",
)
def xavier_normal_repeats_a_column(fan_in, fan_out, rng):
    return np.repeat(xavier_normal(fan_in, fan_out, rng)[:, :1], fan_out, axis=1)


@misconception(
    imitates="he_normal",
    says="the factor 2 is missing: this is Xavier's (LeCun's) variance, and ReLU layers halve the signal",
    hint="The variance is 2 / fan_in.",
)
def he_normal_without_factor_two(fan_in, fan_out, rng):
    return he_normal(fan_in, fan_out, rng) / np.sqrt(2)


@misconception(
    imitates="he_normal",
    says="the variance is used as the standard deviation: the root is missing",
    hint="np.sqrt(2 / fan_in).",
)
def he_normal_forgets_the_root(fan_in, fan_out, rng):
    return he_normal(fan_in, fan_out, rng) * np.sqrt(2 / fan_in)


@misconception(
    imitates="he_normal",
    says="fan_out takes the place of fan_in",
    hint="weight has the shape (fan_in, fan_out): each output sums over fan_in terms.",
)
def he_normal_swaps_the_fans(fan_in, fan_out, rng):
    return he_normal(fan_out, fan_in, rng).T


@misconception(
    imitates="he_normal",
    says="the weights are uniform with the right variance, not normal",
    hint="rng.standard_normal, times the standard deviation.",
)
def he_normal_draws_uniform(fan_in, fan_out, rng):
    he_normal(fan_in, fan_out, rng)
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@misconception(
    imitates="he_normal",
    says="the weights are N(0, 1), whatever the size of the layer: signals explode",
    hint="Multiply by sqrt(2 / fan_in).",
)
def he_normal_unscaled(fan_in, fan_out, rng):
    return he_normal(fan_in, fan_out, rng) * np.sqrt(fan_in / 2)


@misconception(
    imitates="he_normal",
    says="the scale is 0.01, whatever the size of the layer: signals die out",
    hint="Multiply by sqrt(2 / fan_in).",
)
def he_normal_with_fixed_scale(fan_in, fan_out, rng):
    return he_normal(fan_in, fan_out, rng) * np.sqrt(fan_in / 2) * 0.01


@misconception(
    imitates="he_normal",
    says="the mean of both fans is used, as Xavier does",
    hint="He counts fan_in alone: 2 / fan_in.",
)
def he_normal_averages_the_fans(fan_in, fan_out, rng):
    return he_normal(fan_in, fan_out, rng) * np.sqrt(2 * fan_in / (fan_in + fan_out))


@misconception(
    imitates="constant_init",
    says="every entry is 1, whatever the value",
    hint="np.full((fan_in, fan_out), value).",
)
def constant_init_ignores_the_value(fan_in, fan_out, value):
    return np.ones_like(constant_init(fan_in, fan_out, value))


@misconception(
    imitates="constant_init",
    says="only the diagonal has the value",
    hint="Every entry has it.",
)
def constant_init_fills_the_diagonal(fan_in, fan_out, value):
    return constant_init(fan_in, fan_out, value) * np.eye(fan_in, fan_out)


@misconception(
    imitates="constant_init",
    says="a little noise is added, which breaks the symmetry that this shows",
    hint="Every entry is the value exactly.",
)
def constant_init_adds_noise(fan_in, fan_out, value):
    weight = constant_init(fan_in, fan_out, value)
    return weight + 1e-3 * np.random.default_rng(0).standard_normal(weight.shape)


@misconception(
    imitates="normal_init",
    says="std is taken for the variance: its root is applied",
    hint="Multiply N(0, 1) by std itself.",
)
def normal_init_takes_std_for_variance(fan_in, fan_out, rng, std=0.01):
    return normal_init(fan_in, fan_out, rng, np.sqrt(std) if std >= 0 else std)


@misconception(
    imitates="normal_init",
    says="the draws are multiplied by the variance, not by the standard deviation",
    hint="Multiply N(0, 1) by std.",
)
def normal_init_squares_std(fan_in, fan_out, rng, std=0.01):
    return normal_init(fan_in, fan_out, rng, std * abs(std))


@misconception(
    imitates="normal_init",
    says="the scale depends on fan_in: this is Xavier initialisation",
    hint="std is the same for every layer.",
)
def normal_init_scales_by_fan_in(fan_in, fan_out, rng, std=0.01):
    return normal_init(fan_in, fan_out, rng, std) / max(std, 1e-9) / np.sqrt(fan_in)


@misconception(
    imitates="normal_init",
    says="the scale is always 0.01",
    hint="Use the argument.",
)
def normal_init_ignores_std(fan_in, fan_out, rng, std=0.01):
    normal_init(fan_in, fan_out, rng.spawn(1)[0], std)
    return normal_init(fan_in, fan_out, rng)


@misconception(
    imitates="normal_init",
    says="the weights are uniform with the right variance, not normal",
    hint="rng.standard_normal.",
)
def normal_init_uniform(fan_in, fan_out, rng, std=0.01):
    normal_init(fan_in, fan_out, rng, std)
    return rng.uniform(-1, 1, size=(fan_in, fan_out)) * std * np.sqrt(3)


@misconception(
    imitates="normal_init",
    says="draws beyond two standard deviations are clipped, which piles them up there",
    hint="Keep the tails.",
)
def normal_init_truncated(fan_in, fan_out, rng, std=0.01):
    return np.clip(normal_init(fan_in, fan_out, rng, std), -2 * std, 2 * std)
