"""Reference data splits."""

import math

import numpy as np


def train_val_test_split(num_samples, fractions, rng):
    """Cut a random order at the rounded sums of the shares."""
    _check_positive(num_samples=num_samples)
    if len(fractions) != 3 or min(fractions) < 0 or not math.isclose(sum(fractions), 1):
        raise ValueError(f"fractions must be three shares that add up to 1, not {fractions}")
    first, second, _ = np.cumsum(fractions)
    ends = [round(first * num_samples), round(second * num_samples)]
    return tuple(np.split(rng.permutation(num_samples), ends))


def k_fold(num_samples, k, rng):
    """Deal a random order into k folds of nearly the same size."""
    if not 2 <= k <= num_samples:
        raise ValueError(f"k must be from 2 to num_samples = {num_samples}, not {k}")
    folds = np.array_split(rng.permutation(num_samples), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def minibatches(num_samples, batch_size, rng):
    """Cut a fresh random order into pieces."""
    _check_positive(num_samples=num_samples, batch_size=batch_size)
    order = rng.permutation(num_samples)
    return [order[start : start + batch_size] for start in range(0, num_samples, batch_size)]


def _check_positive(**values):
    for name, value in values.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}")
