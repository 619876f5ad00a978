"""Reference stopping and averaging."""

import math


def early_stopping(losses, *, patience=10, min_delta=0.0):
    """Remember the best loss and where it was (Goodfellow et al., Deep Learning, algorithm 7.1)."""
    for name, value in (("patience", patience), ("min_delta", min_delta)):
        if not value >= 0:
            raise ValueError(f"{name} must not be negative, not {value}")
    best, best_epoch = math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:  # false for NaN
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            return epoch
    return None


def average_weights(snapshots):
    """Return the mean of each parameter (Izmailov et al. 2018)."""
    if not snapshots:
        raise ValueError("snapshots must hold at least one")
    shapes = [{name: value.shape for name, value in snapshot.items()} for snapshot in snapshots]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("snapshots must have the same names and shapes")
    return {name: sum(snapshot[name] for snapshot in snapshots) / len(snapshots) for name in snapshots[0]}


def average_predictions(predictions):
    """Return the mean of the probabilities, not of the logits."""
    if not len(predictions):
        raise ValueError("predictions must hold at least one")
    if any(prediction.shape != predictions[0].shape for prediction in predictions):
        raise ValueError("predictions must have one shape")
    return sum(predictions[1:], start=predictions[0]) / len(predictions)
