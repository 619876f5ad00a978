"""Mistakes in stopping.py."""

import math

import numpy as np
from stopping import average_predictions, average_weights, early_stopping

from backproof.misconceptions import misconception


@misconception(
    imitates="early_stopping",
    says="a loss is compared with the one before, not with the best so far",
    hint="Keep the lowest loss.",
)
def early_stopping_compares_with_the_last(losses, *, patience=10, min_delta=0.0):
    early_stopping([], patience=patience, min_delta=min_delta)
    waited, last = 0, math.inf
    for epoch, loss in enumerate(losses):
        waited = 0 if loss < last - min_delta else waited + 1
        last = loss
        if waited >= patience:
            return epoch
    return None


@misconception(
    imitates="early_stopping",
    says="training goes on for one epoch too many",
    hint="Stop when epoch - best_epoch is patience.",
)
def early_stopping_one_late(losses, *, patience=10, min_delta=0.0):
    early_stopping([], patience=patience, min_delta=min_delta)
    return early_stopping(losses, patience=patience + 1, min_delta=min_delta)


@misconception(
    imitates="early_stopping",
    says="the epoch of the best loss is returned, not that at which training stops",
    hint="The best lies patience epochs before.",
)
def early_stopping_returns_the_best(losses, *, patience=10, min_delta=0.0):
    epoch = early_stopping(losses, patience=patience, min_delta=min_delta)
    return None if epoch is None else epoch - patience


@misconception(
    imitates="early_stopping",
    says="the last epoch is returned where training never stops, instead of None",
    hint="None says that the patience was not used up.",
)
def early_stopping_returns_the_end(losses, *, patience=10, min_delta=0.0):
    epoch = early_stopping(losses, patience=patience, min_delta=min_delta)
    return len(losses) - 1 if epoch is None else epoch


@misconception(
    imitates="early_stopping",
    says="bad epochs are counted in all, not in a row",
    hint="A new best starts the count again.",
)
def early_stopping_counts_in_all(losses, *, patience=10, min_delta=0.0):
    early_stopping([], patience=patience, min_delta=min_delta)
    waited, best = 0, math.inf
    for epoch, loss in enumerate(losses):
        waited += not loss < best - min_delta
        best = min(best, loss)
        if waited >= patience:
            return epoch
    return None


@misconception(
    imitates="early_stopping",
    says="min_delta is ignored",
    hint="loss < best - min_delta.",
)
def early_stopping_ignores_min_delta(losses, *, patience=10, min_delta=0.0):
    early_stopping([], patience=patience, min_delta=min_delta)
    return early_stopping(losses, patience=patience)


@misconception(
    imitates="early_stopping",
    says="NaN is taken for a new best, after which nothing is better",
    hint="A comparison with NaN is false: ask whether the loss is lower, not whether it is not higher.",
)
def early_stopping_trusts_nan(losses, *, patience=10, min_delta=0.0):
    early_stopping([], patience=patience, min_delta=min_delta)
    best, best_epoch = math.inf, 0
    for epoch, loss in enumerate(losses):
        if not loss >= best - min_delta:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            return epoch
    return None


@misconception(
    imitates="average_weights",
    says="the snapshots are added, not averaged",
    hint="Divide by their number.",
)
def average_weights_sums(snapshots):
    return {name: value * len(snapshots) for name, value in average_weights(snapshots).items()}


@misconception(
    imitates="average_weights",
    says="the last snapshot weighs half: this is a moving average",
    hint="All snapshots weigh the same.",
)
def average_weights_moves(snapshots):
    average = average_weights(snapshots[:1])
    average_weights(snapshots)
    for snapshot in snapshots[1:]:
        average = {name: (average[name] + snapshot[name]) / 2 for name in average}
    return average


@misconception(
    imitates="average_weights",
    says="the last snapshot is returned as it is",
    hint="The mean over all of them.",
)
def average_weights_keeps_the_last(snapshots):
    average_weights(snapshots)
    return dict(snapshots[-1])


@misconception(
    imitates="average_weights",
    says="the first snapshot is changed in place",
    hint="Add into new arrays.",
)
def average_weights_in_place(snapshots):
    average = average_weights(snapshots)
    for name, value in average.items():
        snapshots[0][name][...] = value
    return snapshots[0]


@misconception(
    imitates="average_predictions",
    says="the probabilities are added, not averaged",
    hint="Divide by the number of snapshots.",
)
def average_predictions_sums(predictions):
    return average_predictions(predictions) * len(predictions)


@misconception(
    imitates="average_predictions",
    says="the logarithms are averaged: a geometric mean",
    hint="The arithmetic mean of the probabilities.",
)
def average_predictions_geometrically(predictions):
    average_predictions(predictions)
    product = np.exp(sum(np.log(p) for p in predictions) / len(predictions))
    return product / product.sum(axis=1, keepdims=True)


@misconception(
    imitates="average_predictions",
    says="the snapshots vote: only each one's most probable class counts",
    hint="Average the probabilities themselves.",
)
def average_predictions_votes(predictions):
    average_predictions(predictions)
    return average_predictions([np.eye(p.shape[1], dtype=p.dtype)[p.argmax(axis=1)] for p in predictions])
