"""Mistakes in initializers.py, as learners write them."""

import math

import numpy as np


def xavier_uniform_bound_is_std(fan_in, fan_out, rng):
    limit = math.sqrt(2.0 / (fan_in + fan_out))
    return rng.uniform(low=-limit, high=limit, size=(fan_in, fan_out))


def xavier_uniform_ignores_fan_out(fan_in, fan_out, rng):
    a = (6.0 / fan_in) ** 0.5
    return 2 * a * rng.random(size=(fan_in, fan_out)) - a


def xavier_normal_forgets_the_root(fan_in, fan_out, rng):
    return rng.normal(0.0, 1.0 / fan_in, (fan_in, fan_out))


def xavier_normal_swaps_the_fans(fan_in, fan_out, rng):
    scale = 1 / math.sqrt(fan_out)
    weight = np.empty((fan_in, fan_out))
    for i in range(fan_in):
        weight[i] = rng.normal(scale=scale, size=fan_out)
    return weight


def he_normal_without_factor_two(fan_in, fan_out, rng):
    return rng.normal(loc=0, scale=fan_in**-0.5, size=(fan_in, fan_out))


def he_normal_forgets_the_root(fan_in, fan_out, rng):
    variance = 2 / fan_in
    columns = [rng.normal(0, variance, size=fan_in) for _ in range(fan_out)]
    return np.column_stack(columns)


def he_normal_draws_uniform(fan_in, fan_out, rng):
    variance = 2 / fan_in
    half_width = math.sqrt(3 * variance)
    return (rng.random((fan_in, fan_out)) - 0.5) * 2 * half_width


def normal_init_takes_std_for_variance(fan_in, fan_out, rng, std=0.01):
    return rng.normal(scale=math.sqrt(std), size=fan_in * fan_out).reshape(fan_in, fan_out)


def constant_init_fills_the_diagonal(fan_in, fan_out, value):
    weight = np.zeros((fan_in, fan_out))
    np.fill_diagonal(weight, value)
    return weight
