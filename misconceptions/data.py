"""Mistakes in data.py."""

import numpy as np
from data import k_fold, minibatches, train_val_test_split

from backproof.misconceptions import misconception


@misconception(
    imitates="train_val_test_split",
    says="the samples are not shuffled before they are split",
    hint="Cut rng.permutation(num_samples).",
)
def split_without_shuffling(num_samples, fractions, rng):
    sizes = [len(part) for part in train_val_test_split(num_samples, fractions, rng)]
    return tuple(np.split(np.arange(num_samples), np.cumsum(sizes)[:2]))


@misconception(
    imitates="train_val_test_split",
    says="each set is drawn on its own, so that samples are in several sets and others in none",
    hint="Cut one permutation.",
)
def split_draws_each_set(num_samples, fractions, rng):
    sizes = [len(part) for part in train_val_test_split(num_samples, fractions, rng)]
    return tuple(rng.permutation(num_samples)[:size] for size in sizes)


@misconception(
    imitates="train_val_test_split",
    says="sizes are rounded down and the rest is lost",
    hint="The last set takes what is left.",
)
def split_loses_the_rest(num_samples, fractions, rng):
    train_val_test_split(num_samples, fractions, rng)
    first, second, third = (int(share * num_samples) for share in fractions)
    order = rng.permutation(num_samples)
    return order[:first], order[first : first + second], order[first + second : first + second + third]


@misconception(
    imitates="train_val_test_split",
    says="validation and test set are the same samples",
    hint="Three sets, each sample in one.",
)
def split_tests_on_validation(num_samples, fractions, rng):
    train, val, test = train_val_test_split(num_samples, fractions, rng)
    rest = np.concatenate([val, test])
    return train, rest[: len(val)], rest[: len(test)]


@misconception(
    imitates="k_fold",
    says="the samples are not shuffled before they are dealt into folds",
    hint="Split rng.permutation(num_samples).",
)
def k_fold_without_shuffling(num_samples, k, rng):
    k_fold(num_samples, k, rng)
    folds = np.array_split(np.arange(num_samples), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@misconception(
    imitates="k_fold",
    says="the validation samples stay in the training set",
    hint="train holds all that is not in val.",
)
def k_fold_trains_on_everything(num_samples, k, rng):
    return [(np.concatenate([train, val]), val) for train, val in k_fold(num_samples, k, rng)]


@misconception(
    imitates="k_fold",
    says="all folds have N // k samples, and the last fold takes all the rest",
    hint="Spread the rest over the first folds: np.array_split.",
)
def k_fold_overfills_the_last(num_samples, k, rng):
    k_fold(num_samples, k, rng)
    folds = np.split(rng.permutation(num_samples), [num_samples // k * i for i in range(1, k)])
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@misconception(
    imitates="k_fold",
    says="a new order is drawn for each fold, so that some samples are validated twice and others never",
    hint="Shuffle once, before the folds are made.",
)
def k_fold_reshuffles(num_samples, k, rng):
    return [k_fold(num_samples, k, rng)[i] for i in range(k)]


@misconception(
    imitates="minibatches",
    says="the last, smaller batch is dropped",
    hint="Keep it: otherwise some samples are never seen in this epoch.",
)
def minibatches_drops_the_last(num_samples, batch_size, rng):
    batches = minibatches(num_samples, batch_size, rng)
    return [batch for batch in batches if len(batch) == batch_size]


@misconception(
    imitates="minibatches",
    says="samples are drawn with replacement: some come twice in an epoch, others never",
    hint="Cut a permutation.",
)
def minibatches_with_replacement(num_samples, batch_size, rng):
    return [rng.integers(0, num_samples, len(batch)) for batch in minibatches(num_samples, batch_size, rng)]


@misconception(
    imitates="minibatches",
    says="the order is never shuffled",
    hint="Draw a new permutation for each epoch.",
)
def minibatches_in_order(num_samples, batch_size, rng):
    minibatches(num_samples, batch_size, rng)
    return [np.arange(start, min(start + batch_size, num_samples)) for start in range(0, num_samples, batch_size)]


@misconception(
    imitates="minibatches",
    says="the last batch is filled up with samples from the beginning",
    hint="The last batch may be smaller.",
)
def minibatches_fills_the_last(num_samples, batch_size, rng):
    batches = minibatches(num_samples, batch_size, rng)
    order = np.concatenate(batches)
    return [*batches[:-1], np.resize(np.concatenate([batches[-1], order]), batch_size)]
