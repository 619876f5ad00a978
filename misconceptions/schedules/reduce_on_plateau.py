"""Mistakes in reduce_on_plateau."""

import math

from schedules import reduce_on_plateau

from backproof.misconceptions import misconception


@misconception(
    imitates="reduce_on_plateau",
    says="the count is not started again after a reduction: every further epoch reduces",
    hint="Set the count to 0 after each reduction.",
)
def reduce_on_plateau_without_reset(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, best, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        rate *= factor if waited >= patience else 1
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="the count is not started again by a new best: bad epochs add up",
    hint="patience counts epochs in a row.",
)
def reduce_on_plateau_counts_all_bad_epochs(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, best, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited += loss >= best
        best = min(best, loss)
        if waited >= patience:
            rate, waited = rate * factor, 0
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="a loss is compared with the one before, not with the best",
    hint="Keep the lowest loss so far.",
)
def reduce_on_plateau_compares_with_the_last(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, last, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited = 0 if loss <= last else waited + 1
        last = loss
        if waited >= patience:
            rate, waited = rate * factor, 0
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="the factor is subtracted as a share: the rate becomes lr * (1 - factor)",
    hint="Multiply by factor.",
)
def reduce_on_plateau_keeps_the_rest(losses, *, initial_lr, factor=0.1, patience=10):
    return reduce_on_plateau(losses, initial_lr=initial_lr, factor=0.9 * (1 - factor), patience=patience)
