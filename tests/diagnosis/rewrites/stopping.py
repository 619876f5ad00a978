"""Mistakes in stopping.py, as learners write them."""

import numpy as np


def early_stopping_compares_with_the_last(losses, *, patience=10, min_delta=0.0):
    bad_epochs = 0
    for i in range(len(losses)):
        before = losses[i - 1] if i > 0 else float("inf")
        if before - losses[i] > min_delta:
            bad_epochs = 0
        else:
            bad_epochs += 1
        if bad_epochs >= patience:
            return i
    return None


def early_stopping_one_late(losses, *, patience=10, min_delta=0.0):
    lowest, where = float("inf"), 0
    for i, value in enumerate(losses):
        if value < lowest - min_delta:
            lowest = value
            where = i
        elif i - where > patience:
            return i
    return None


def early_stopping_returns_the_best(losses, *, patience=10, min_delta=0.0):
    lowest, where = float("inf"), 0
    for i, value in enumerate(losses):
        if value < lowest - min_delta:
            lowest, where = value, i
        if i - where >= patience:
            return where
    return None


def early_stopping_counts_in_all(losses, *, patience=10, min_delta=0.0):
    minimum = float("inf")
    strikes = 0
    for epoch in range(len(losses)):
        if losses[epoch] < minimum - min_delta:
            minimum = losses[epoch]
            continue
        minimum = min(minimum, losses[epoch])
        strikes += 1
        if strikes == patience:
            return epoch
    return None


def average_weights_sums(snapshots):
    totals = {}
    for snapshot in snapshots:
        for key, array in snapshot.items():
            if key not in totals:
                totals[key] = np.zeros_like(array)
            totals[key] = totals[key] + array
    return totals


def average_weights_moves(snapshots):
    mean = {key: array.copy() for key, array in snapshots[0].items()}
    for new in snapshots[1:]:
        for key in mean:
            mean[key] = 0.5 * mean[key] + 0.5 * new[key]
    return mean


def average_predictions_geometrically(predictions):
    joint = np.ones_like(predictions[0])
    for p in predictions:
        joint = joint * p ** (1 / len(predictions))
    return joint / np.sum(joint, axis=1).reshape(-1, 1)


def average_predictions_votes(predictions):
    votes = np.zeros_like(predictions[0])
    for p in predictions:
        for i, row in enumerate(p):
            votes[i, np.argmax(row)] += 1
    return votes / len(predictions)
