"""Mistakes in data.py, as learners write them."""

import numpy as np


def split_without_shuffling(num_samples, fractions, rng):
    indices = list(range(num_samples))
    train_end = round(fractions[0] * num_samples)
    val_end = round((fractions[0] + fractions[1]) * num_samples)
    parts = indices[:train_end], indices[train_end:val_end], indices[val_end:]
    return tuple(np.array(part, dtype=int) for part in parts)


def split_loses_the_rest(num_samples, fractions, rng):
    order = np.arange(num_samples)
    rng.shuffle(order)
    parts, start = [], 0
    for fraction in fractions:
        size = int(num_samples * fraction)
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


def k_fold_trains_on_everything(num_samples, k, rng):
    shuffled = np.argsort(rng.random(num_samples))
    sizes = [num_samples // k + (1 if fold < num_samples % k else 0) for fold in range(k)]
    folds, start = [], 0
    for size in sizes:
        val = shuffled[start : start + size]
        folds.append((shuffled.copy(), val))
        start += size
    return folds


def k_fold_overfills_the_last(num_samples, k, rng):
    samples = np.arange(num_samples)
    rng.shuffle(samples)
    fold_size = num_samples // k
    result = []
    for i in range(k):
        first = i * fold_size
        last = first + fold_size if i < k - 1 else num_samples
        val = samples[first:last]
        train = np.array([s for s in samples if s not in val], dtype=int)
        result.append((train, val))
    return result


def minibatches_drops_the_last(num_samples, batch_size, rng):
    order = np.argsort(rng.random(num_samples))
    num_batches = num_samples // batch_size
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(num_batches)]


def minibatches_with_replacement(num_samples, batch_size, rng):
    batches = []
    for start in range(0, num_samples, batch_size):
        size = min(batch_size, num_samples - start)
        batches.append(rng.choice(num_samples, size=size))
    return batches


def minibatches_in_order(num_samples, batch_size, rng):
    batches, batch = [], []
    for index in range(num_samples):
        batch.append(index)
        if len(batch) == batch_size or index == num_samples - 1:
            batches.append(np.array(batch))
            batch = []
    return batches
