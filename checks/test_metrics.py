"""Checks of metrics.py: accuracy, the confusion counts, and the ROC curve with its area."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import Sample, assert_close, assert_that, check, normal, unrecorded
from backproof.testing.general import *
from backproof.testing.inputs import labelled_logits

ACCURACY = "Goodfellow, Bengio and Courville, Deep Learning, section 5.1.2"
FAWCETT = "Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006"
HANLEY = "Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982"

PREDICTIONS, LABELS = np.array([1, 0, 1, 1, 0, 0]), np.array([1, 0, 0, 1, 1, 0])
BAD_LABELS = (np.array([1, 0]), np.tile(LABELS, 2), np.array([1, 0, 2, 1, 1, 0]), np.array([1, 0, -1, 1, 1, 0]))
SAMPLES = {
    "accuracy": Sample(
        lambda rng: {"scores": normal(rng, (4, 3)), "labels": np.array([0, 2, 1, 1])},
        bad={"labels": tuple(map(np.array, ([0, 3, 1, 1], [0, 7, 1, 1], [0, -1, 1, 1], [0, 1], [0, 2, 1, 1, 0])))},
    ),
    **{
        name: Sample(lambda: {"predictions": PREDICTIONS, "labels": LABELS}, bad={"labels": BAD_LABELS})
        for name in ("confusion_counts", "precision", "recall")
    },
    **{
        name: Sample(lambda rng: {"scores": normal(rng, 6), "labels": LABELS}, bad={"labels": BAD_LABELS})
        for name in ("roc_curve", "roc_auc")
    },
    "auc": Sample(
        lambda: {"fpr": np.array([0.0, 0.5, 1.0]), "tpr": np.array([0.0, 0.75, 1.0])},
        bad={"tpr": (np.array([0.0, 1.0]), np.linspace(0, 1, 4))},
    ),
}


@st.composite
def answers(draw):
    """Draw 0/1 predictions and labels in which both values occur."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=0, max_size=8))
    predictions, labels = np.array([(1, 1), (0, 0), *pairs]).T
    return predictions.copy(), labels.copy()


@st.composite
def scored(draw):
    """Draw scores with ties, and labels in which both values occur."""
    size = draw(st.integers(0, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = np.concatenate([[0, 1], rng.integers(0, 2, size)])
    return rng.integers(-3, 4, size + 2) / 2, labels


def without_ties(batch):
    """Give every class of a row another score: which of two equal ones wins is a matter of taste."""
    scores, labels = batch
    return scores + 0.001 * np.arange(scores.shape[1]), labels


def chance_to_outscore(scores, labels):
    """Share of pairs of a one and a zero in which the one has the higher score, ties half."""
    difference = scores[labels == 1][:, None] - scores[labels == 0][None, :]
    return np.mean((difference > 0) + 0.5 * (difference == 0))


def value_or_refusal(function, *args):
    """Return what a function returns, or 0 if it raises ValueError: both are right where a share has no base."""
    raised = function.exception(*args)
    if raised is not None and "ValueError" in raised.exception_types:
        return 0.0
    return function(*args)


@check(points=2, source=ACCURACY, hint="np.mean(scores.argmax(axis=1) == labels): over the classes of each row.")
@given(batch=labelled_logits())
def test_accuracy_is_the_share_of_right_rows(accuracy, batch):
    """Accuracy is the share of samples, from 0 to 1, whose highest score is that of their class."""
    scores, labels = without_ties(batch)
    right = [int(row[label] == row.max()) for row, label in zip(scores, labels, strict=True)]
    perfect = {"scores": np.eye(3)[labels % 3], "labels": labels % 3}
    shares = accuracy.each([{"scores": scores, "labels": labels}, perfect])
    assert_close(next(shares), np.mean(right), "accuracy", magnitude=1.0)
    assert_close(next(shares), 1.0, "accuracy of perfect scores")


@check(points=1, source=ACCURACY, hint="Only which score is the highest counts, not by how much.")
@given(batch=labelled_logits())
def test_accuracy_sees_the_order_of_scores_alone(accuracy, batch):
    """Any increasing map of the scores leaves accuracy alone: it can rise while the loss stays flat."""
    scores, labels = without_ties(batch)
    maps = (scores, np.tanh(scores / 50), 10 * scores - 100)
    shares = accuracy.each({"scores": mapped, "labels": labels} for mapped in maps)
    share = next(shares)
    assert_close(next(shares), share, "accuracy of squashed scores")
    assert_close(next(shares), share, "accuracy of 10 scores - 100")


@check(points=2, source=FAWCETT, hint="The first word says whether the answer is right, the second what it was.")
@given(pair=answers())
def test_confusion_counts_have_their_meaning(confusion_counts, pair):
    """The counts are those of (says 1, is 1), (says 1, is 0), (says 0, is 0) and (says 0, is 1), N in all."""
    predictions, labels = pair
    expected = [np.sum((predictions == says) & (labels == right)) for says, right in ((1, 1), (1, 0), (0, 0), (0, 1))]
    assert_close(np.array(confusion_counts(predictions, labels)), np.array(expected), "(TP, FP, TN, FN)")


@check(points=2, source=FAWCETT, hint="Precision divides by what was predicted, recall by what is there.")
@given(pair=answers())
def test_precision_and_recall_divide_by_the_right_total(precision, recall, pair):
    """Precision is TP / (TP + FP) and recall TP / (TP + FN): swapping predictions and labels swaps them."""
    predictions, labels = pair
    both = np.sum((predictions == 1) & (labels == 1))
    swapped = {"predictions": labels, "labels": predictions}
    shares = precision.each([{"predictions": predictions, "labels": labels}, swapped])
    assert_close(next(shares), both / np.sum(predictions), "precision", magnitude=1.0)
    assert_close(next(shares), both / np.sum(labels), "precision of the swapped pair", magnitude=1.0)
    assert_close(recall(predictions, labels), both / np.sum(labels), "recall", magnitude=1.0)


@check(points=1, source=FAWCETT, hint="Return 0.0, or raise ValueError, where the denominator is 0.")
def test_a_share_of_nothing_is_no_nan(precision, recall, roc_auc):
    """Without predicted or actual ones, or with one class alone, the answer is 0.0 or a ValueError, never NaN."""
    none, some = np.zeros(4, dtype=int), np.array([0, 1, 1, 0])
    assert_close(value_or_refusal(precision, none, some), 0.0, "precision without a predicted 1")
    assert_close(value_or_refusal(recall, some, none), 0.0, "recall without a 1")
    for labels in (none, 1 - none):
        assert_close(value_or_refusal(roc_auc, np.arange(4.0), labels), 0.0, "area with one class alone")


@check(
    points=3,
    source=f"{FAWCETT}, algorithm 1",
    hint="At each distinct score, count the ones and zeros with at least that score.",
)
@given(pair=scored())
def test_roc_curve_has_the_rates_at_every_distinct_score(roc_curve, pair, plot):
    """Thresholds are inf and all distinct scores, falling; the rates are those of scores at or above them."""
    scores, labels = pair
    fpr, tpr, thresholds = roc_curve(scores, labels)
    if not plot.recorded:
        record_roc_curve(plot, roc_curve)
    expected = np.concatenate([[math.inf], np.unique(scores)[::-1]])
    assert_close(thresholds, expected, "thresholds")
    for name, rates, value in (("fpr", fpr, 0), ("tpr", tpr, 1)):
        at_least = [np.mean(scores[labels == value] >= threshold) for threshold in expected]
        assert_close(rates, np.array(at_least), name, magnitude=1.0)


def record_roc_curve(plot, roc_curve):
    """Record the curve of 50 samples: more than a check needs to find a mistake."""
    rng = np.random.default_rng(0)
    labels = np.arange(50) % 2
    scores = (rng.standard_normal(50) + 1.2 * labels).round(2)
    thresholds = [math.inf, *np.unique(scores)[::-1]]
    expected = [[np.mean(scores[labels == value] >= threshold) for threshold in thresholds] for value in (0, 1)]
    with unrecorded():
        got = roc_curve(scores, labels)[:2]
    for label, rates in (("roc_curve", got), ("roc_curve, expected", expected)):
        plot.line("ROC curve", *rates, label=label, x_label="false positive rate", y_label="true positive rate")


@check(points=1, source=FAWCETT, hint="Begin with (0, 0) at the threshold inf; the lowest score gives (1, 1).")
@given(pair=scored())
def test_roc_curve_climbs_from_corner_to_corner(roc_curve, pair):
    """The curve starts at (0, 0), ends at (1, 1) and never falls."""
    fpr, tpr, _ = roc_curve(*pair)
    for name, rates in (("fpr", fpr), ("tpr", tpr)):
        assert_close(rates[[0, -1]], np.array([0.0, 1.0]), f"ends of {name}", magnitude=1.0)
        assert_that(np.all(np.diff(rates) >= 0), f"{name} falls", got=str(rates.tolist()))


@check(points=1, source=f"{FAWCETT}, algorithm 2", hint="Trapezoids: width times the mean of both heights.")
def test_auc_is_the_area_under_straight_lines(auc):
    """The area of each piece is its width times the mean of its two heights."""
    cases = (
        ([0, 1], [0, 1], 0.5),
        ([0, 0, 1], [0, 1, 1], 1.0),
        ([0, 0.5, 1], [0, 0.75, 1], 0.625),
        ([0, 0.2, 0.6, 1], [0, 0.5, 0.5, 1], 0.55),
    )
    for fpr, tpr, expected in cases:
        area = auc(np.array(fpr, dtype=float), np.array(tpr, dtype=float))
        assert_close(area, expected, f"area under {list(zip(fpr, tpr, strict=True))}", magnitude=1.0)


@check(points=2, source=HANLEY, hint="Count pairs: a one above a zero is 1, a tie 1/2.")
@given(pair=scored())
def test_roc_auc_is_the_chance_to_outscore(roc_auc, pair):
    """The area is the chance that a random one has a higher score than a random zero, ties counting half."""
    scores, labels = pair
    assert_close(roc_auc(scores, labels), chance_to_outscore(scores, labels), "roc_auc", magnitude=1.0)


@check(points=1, source=HANLEY, hint="Use the scores' order alone: no fixed grid of thresholds between 0 and 1.")
@given(pair=scored(), seed=st.integers(0, 99))
def test_roc_auc_sees_the_order_of_scores_alone(roc_auc, pair, seed):
    """Increasing maps of the scores, and the order of the samples, change nothing; -s gives 1 - AUC."""
    scores, labels = pair
    order = np.random.default_rng(seed).permutation(len(labels))
    maps = (scores, np.exp(3 * scores), 1e-3 * scores - 7, -scores)
    calls = [
        *({"scores": mapped, "labels": labels} for mapped in maps),
        {"scores": scores[order], "labels": labels[order]},
    ]
    areas = roc_auc.each(calls)
    area = next(areas)
    assert_close(next(areas), area, "area of exp(3 s)", magnitude=1.0)
    assert_close(next(areas), area, "area of s / 1000 - 7", magnitude=1.0)
    assert_close(next(areas), 1 - area, "area of -s", magnitude=1.0)
    assert_close(next(areas), area, "area of the samples in another order", magnitude=1.0)


@check(points=1, source=FAWCETT, hint="auc(*roc_curve(scores, labels)[:2]).")
@given(pair=scored())
def test_roc_auc_is_the_area_under_the_roc_curve(roc_curve, auc, roc_auc, pair):
    """roc_auc is auc of roc_curve."""
    fpr, tpr, _ = roc_curve(*pair)
    assert_close(roc_auc(*pair), auc(fpr, tpr), "roc_auc", magnitude=1.0)
