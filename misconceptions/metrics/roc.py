"""Mistakes in roc_curve, auc and roc_auc."""

import numpy as np
from metrics import auc, roc_auc, roc_curve

from backproof.misconceptions import misconception


@misconception(
    imitates="roc_curve",
    says="samples with equal scores make several steps, whose order is arbitrary",
    hint="One point for each distinct score.",
)
def roc_curve_splits_ties(scores, labels):
    roc_curve(scores, labels)
    order = np.argsort(-scores, kind="stable")
    ones, sorted_scores = labels[order], scores[order]
    tpr = np.concatenate([[0.0], np.cumsum(ones) / ones.sum()])
    fpr = np.concatenate([[0.0], np.cumsum(1 - ones) / (1 - ones).sum()])
    return fpr, tpr, np.concatenate([[np.inf], sorted_scores])


@misconception(
    imitates="roc_curve",
    says="the point (0, 0) is missing",
    hint="Begin with the threshold inf, at which nothing is predicted.",
)
def roc_curve_without_the_first_point(scores, labels):
    return tuple(part[1:] for part in roc_curve(scores, labels))


@misconception(
    imitates="roc_curve",
    says="the point (1, 1) is missing",
    hint="The lowest score is a threshold, too.",
)
def roc_curve_without_the_last_point(scores, labels):
    return tuple(part[:-1] for part in roc_curve(scores, labels))


@misconception(
    imitates="roc_curve",
    says="scores equal to the threshold do not count",
    hint="A score counts when it is at least the threshold.",
)
def roc_curve_above_the_threshold(scores, labels):
    fpr, tpr, thresholds = roc_curve(scores, labels)
    return np.append(0.0, fpr[:-1]), np.append(0.0, tpr[:-1]), thresholds


@misconception(
    imitates="roc_curve",
    says="fpr and tpr are swapped",
    hint="fpr counts the zeros, tpr the ones.",
)
def roc_curve_swaps_its_axes(scores, labels):
    fpr, tpr, thresholds = roc_curve(scores, labels)
    return tpr, fpr, thresholds


@misconception(
    imitates="roc_curve",
    says="the thresholds rise, so that the curve runs from (1, 1) to (0, 0)",
    hint="Sort the scores from high to low.",
)
def roc_curve_rising_thresholds(scores, labels):
    return tuple(part[::-1].copy() for part in roc_curve(scores, labels))


@misconception(
    imitates="roc_curve",
    says="counts are returned, not rates",
    hint="Divide by the number of ones and of zeros.",
)
def roc_curve_in_counts(scores, labels):
    fpr, tpr, thresholds = roc_curve(scores, labels)
    return fpr * (labels == 0).sum(), tpr * labels.sum(), thresholds


@misconception(
    imitates="auc",
    says="rectangles of the left heights are added",
    hint="The mean of both heights: trapezoids.",
)
def auc_of_left_rectangles(fpr, tpr):
    auc(fpr, tpr)
    return (np.diff(fpr) * tpr[:-1]).sum()


@misconception(
    imitates="auc",
    says="rectangles of the right heights are added",
    hint="The mean of both heights: trapezoids.",
)
def auc_of_right_rectangles(fpr, tpr):
    auc(fpr, tpr)
    return (np.diff(fpr) * tpr[1:]).sum()


@misconception(
    imitates="auc",
    says="the area beside the curve is taken",
    hint="Widths come from fpr, heights from tpr.",
)
def auc_with_swapped_axes(fpr, tpr):
    auc(fpr, tpr)
    return auc(tpr, fpr)


@misconception(
    imitates="auc",
    says="the heights are averaged, whatever the widths",
    hint="Weigh each piece with its width.",
)
def auc_is_the_mean_height(fpr, tpr):
    auc(fpr, tpr)
    return tpr.mean()


@misconception(
    imitates="roc_auc",
    says="the scores are sorted the wrong way: 1 - AUC",
    hint="High scores say 1.",
)
def roc_auc_upside_down(scores, labels):
    area = roc_auc(scores, labels)
    return 1 - area if 0 < labels.mean() < 1 else area


@misconception(
    imitates="roc_auc",
    says="a tie counts as lost",
    hint="A tie counts half.",
)
def roc_auc_ignores_ties(scores, labels):
    roc_auc(scores, labels)
    ones, zeros = scores[labels == 1], scores[labels == 0]
    return (ones[:, None] > zeros).mean() if len(ones) and len(zeros) else 0.0


@misconception(
    imitates="roc_auc",
    says="thresholds are taken from 0 to 1, wherever the scores lie",
    hint="The scores themselves are the thresholds.",
)
def roc_auc_on_a_fixed_grid(scores, labels):
    roc_auc(scores, labels)
    if labels.min() == labels.max():
        return 0.0
    grid = np.append(np.inf, np.linspace(1, 0, 101))
    rates = [[(scores[labels == v] >= t).mean() for t in grid] + [1.0] for v in (0, 1)]
    return auc(np.array(rates[0]), np.array(rates[1]))


@misconception(
    imitates="roc_auc",
    says="scores are turned into 0 and 1 first, at 0.5",
    hint="Use the scores as they are.",
)
def roc_auc_of_hard_labels(scores, labels):
    roc_auc(scores, labels)
    return roc_auc((scores > 0.5).astype(scores.dtype), labels)


@misconception(
    imitates="roc_auc",
    says="NaN where one class is alone",
    hint="Return 0.0, or raise ValueError.",
)
def roc_auc_is_nan_with_one_class(scores, labels):
    roc_auc(scores, labels)
    return roc_auc(scores, labels) if labels.min() != labels.max() else float("nan")
