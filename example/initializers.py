import numpy as np


def check(fan_in, fan_out):
    if fan_in < 1 or fan_out < 1:
        raise ValueError(f"fan_in and fan_out must be positive, got {fan_in} and {fan_out}")


def xavier_uniform(fan_in, fan_out, rng):
    check(fan_in, fan_out)
    a = np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-a, a, (fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):
    check(fan_in, fan_out)
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))


def he_normal(fan_in, fan_out, rng):
    check(fan_in, fan_out)
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
