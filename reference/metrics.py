"""Reference metrics."""

import numpy as np


def accuracy(scores, labels):
    """Count the rows whose largest score is at the label."""
    if labels.shape != scores.shape[:-1]:
        raise ValueError(f"labels of shape {labels.shape} do not fit scores of shape {scores.shape}")
    if labels.min() < 0 or labels.max() >= scores.shape[1]:
        raise ValueError(f"labels must be classes from 0 to {scores.shape[1] - 1}")
    return (scores.argmax(axis=1) == labels).mean()


def confusion_counts(predictions, labels):
    """Count the pairs (predicted, actual): (1, 1), (1, 0), (0, 0) and (0, 1)."""
    _check("predictions", predictions, labels)
    pairs = [(1, 1), (1, 0), (0, 0), (0, 1)]
    return tuple(int(((predictions == says) & (labels == right)).sum()) for says, right in pairs)


def precision(predictions, labels):
    """TP / (TP + FP)."""
    true_positives, false_positives, _, _ = confusion_counts(predictions, labels)
    return true_positives / max(true_positives + false_positives, 1)


def recall(predictions, labels):
    """TP / (TP + FN)."""
    true_positives, _, _, false_negatives = confusion_counts(predictions, labels)
    return true_positives / max(true_positives + false_negatives, 1)


def roc_curve(scores, labels):
    """Go down the distinct scores and count (Fawcett 2006, algorithm 1)."""
    _check("scores", scores, labels)
    if labels.min() == labels.max():
        raise ValueError("labels must hold both 0 and 1")
    distinct, place = np.unique(-scores, return_inverse=True)  # -scores: the highest score first
    ones = np.bincount(place, weights=labels, minlength=len(distinct))
    zeros = np.bincount(place, weights=1 - labels, minlength=len(distinct))
    tpr = np.concatenate([[0.0], ones.cumsum() / ones.sum()]).astype(scores.dtype)
    fpr = np.concatenate([[0.0], zeros.cumsum() / zeros.sum()]).astype(scores.dtype)
    return fpr, tpr, np.concatenate([[np.inf], -distinct]).astype(scores.dtype)


def auc(fpr, tpr):
    """Width times mean height of each piece."""
    if np.shape(fpr) != np.shape(tpr):
        raise ValueError(f"fpr has shape {np.shape(fpr)}, tpr has {np.shape(tpr)}")
    return (np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2).sum()


def roc_auc(scores, labels):
    """The area under the curve, 0 where there is none."""
    _check("scores", scores, labels)
    if labels.min() == labels.max():
        return 0.0
    fpr, tpr, _ = roc_curve(scores, labels)
    return auc(fpr, tpr)


def _check(name, array, labels):
    if array.shape != labels.shape:
        raise ValueError(f"{name} has shape {array.shape}, labels have {labels.shape}")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
