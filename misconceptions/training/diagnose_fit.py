"""Mistakes in diagnose_fit."""

import math

from training import diagnose_fit

from backproof.misconceptions import misconception


@misconception(
    imitates="diagnose_fit",
    says="the two curves are mixed up",
    hint="Overfitting shows in the validation loss.",
)
def diagnose_fit_swaps_the_curves(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    return diagnose_fit(validation_losses, train_losses)


@misconception(
    imitates="diagnose_fit",
    says="losses are compared with fixed numbers, so that the answer depends on their unit",
    hint="Compare with shares of the first training loss.",
)
def diagnose_fit_in_absolute_numbers(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    if not (math.isfinite(train_losses[-1]) and train_losses[-1] <= train_losses[0]):
        return "diverging"
    if train_losses[-1] > 0.8:
        return "underfitting"
    return "overfitting" if validation_losses[-1] - train_losses[-1] > 0.05 else "good"


@misconception(
    imitates="diagnose_fit",
    says="only the gap counts: losses that are both high pass for a good fit",
    hint="Look first at whether the training loss has fallen at all.",
)
def diagnose_fit_by_the_gap_alone(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "good" if diagnosis == "underfitting" else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="only the training loss counts: an overfitted model passes for a good one",
    hint="Compare the validation loss with its best.",
)
def diagnose_fit_without_validation(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    return diagnose_fit(train_losses, train_losses)


@misconception(
    imitates="diagnose_fit",
    says="NaN goes unnoticed, as every comparison with it is false",
    hint="Ask math.isfinite first.",
)
def diagnose_fit_overlooks_nan(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "good" if math.isnan(train_losses[-1]) else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="only losses that are no longer finite count as diverging",
    hint="A loss that ends above its start diverges, too.",
)
def diagnose_fit_waits_for_nan(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "underfitting" if diagnosis == "diverging" and math.isfinite(train_losses[-1]) else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="the last two epochs decide, whatever came before",
    hint="Compare with the start and with the best: two epochs are mostly noise.",
)
def diagnose_fit_by_the_last_two_epochs(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    if diagnosis == "diverging" or len(train_losses) < 2:
        return diagnosis
    if validation_losses[-1] > validation_losses[-2]:
        return "overfitting"
    return "underfitting" if train_losses[-1] < train_losses[-2] else "good"
