"""Mistakes in metrics.py, as learners write them."""

import numpy as np


def accuracy_in_per_cent(scores, labels):
    right = 0
    for row, label in zip(scores, labels, strict=True):
        if np.argmax(row) == label:
            right += 1
    return right / len(labels) * 100


def accuracy_counts(scores, labels):
    return sum(int(np.argmax(scores[i]) == labels[i]) for i in range(len(labels)))


def confusion_counts_transposed(predictions, labels):
    tp = fp = tn = fn = 0
    for guess, truth in zip(predictions, labels, strict=True):
        if guess == truth:
            tp, tn = (tp + 1, tn) if truth else (tp, tn + 1)
        elif truth == 0:
            fn += 1
        else:
            fp += 1
    return tp, fp, tn, fn


def precision_is_recall(predictions, labels):
    hits = np.sum(predictions * labels)
    actual = np.sum(labels)
    return hits / actual if actual > 0 else 0.0


def precision_is_nan_without_predictions(predictions, labels):
    predicted = labels[predictions == 1]
    return np.float64(np.sum(predicted)) / np.float64(len(predicted))


def recall_is_precision(predictions, labels):
    hits = [bool(truth) for guess, truth in zip(predictions, labels, strict=True) if guess]
    if not hits:
        return 0.0
    return hits.count(True) / len(hits)


def roc_curve_splits_ties(scores, labels):
    ranking = sorted(range(len(scores)), key=lambda i: -scores[i])
    num_ones = int(np.sum(labels == 1))
    num_zeros = len(labels) - num_ones
    fpr, tpr, thresholds = [0.0], [0.0], [np.inf]
    ones = zeros = 0
    for i in ranking:
        if labels[i] == 1:
            ones += 1
        else:
            zeros += 1
        fpr.append(zeros / num_zeros)
        tpr.append(ones / num_ones)
        thresholds.append(scores[i])
    return tuple(np.array(part, dtype=scores.dtype) for part in (fpr, tpr, thresholds))


def auc_of_left_rectangles(fpr, tpr):
    area = 0.0
    for i in range(len(fpr) - 1):
        area += tpr[i] * (fpr[i + 1] - fpr[i])
    return area


def auc_with_swapped_axes(fpr, tpr):
    area = 0.0
    for i in range(1, len(tpr)):
        width = tpr[i] - tpr[i - 1]
        area += width * 0.5 * (fpr[i] + fpr[i - 1])
    return area


def roc_auc_ignores_ties(scores, labels):
    ones = [s for s, y in zip(scores, labels, strict=True) if y == 1]
    zeros = [s for s, y in zip(scores, labels, strict=True) if y == 0]
    if not ones or not zeros:
        return 0.0
    wins = 0
    for a in ones:
        for b in zeros:
            if a > b:
                wins += 1
    return wins / len(ones) / len(zeros)
