"""Mistakes in confusion_counts, precision and recall."""

from metrics import confusion_counts, precision, recall

from backproof.misconceptions import misconception


@misconception(
    imitates="confusion_counts",
    says="false positives and false negatives are swapped",
    hint="A false positive says 1 and is 0.",
)
def confusion_counts_transposed(predictions, labels):
    tp, fp, tn, fn = confusion_counts(predictions, labels)
    return tp, fn, tn, fp


@misconception(
    imitates="confusion_counts",
    says="true positives and true negatives are swapped",
    hint="A true positive says 1 and is 1.",
)
def confusion_counts_swap_the_trues(predictions, labels):
    tp, fp, tn, fn = confusion_counts(predictions, labels)
    return tn, fp, tp, fn


@misconception(
    imitates="confusion_counts",
    says="shares are returned, not counts",
    hint="Count.",
)
def confusion_counts_as_shares(predictions, labels):
    return tuple(count / len(labels) for count in confusion_counts(predictions, labels))


@misconception(
    imitates="precision",
    says="this is recall: divided by the actual ones",
    hint="TP / (TP + FP).",
)
def precision_is_recall(predictions, labels):
    precision(predictions, labels)
    return recall(predictions, labels)


@misconception(
    imitates="precision",
    says="the true positives are divided by N",
    hint="TP / (TP + FP).",
)
def precision_divides_by_all(predictions, labels):
    precision(predictions, labels)
    return confusion_counts(predictions, labels)[0] / len(labels)


@misconception(
    imitates="precision",
    says="0 / 0 gives NaN where nothing is predicted to be 1",
    hint="Return 0.0 there.",
)
def precision_is_nan_without_predictions(predictions, labels):
    precision(predictions, labels)
    tp, fp, _, _ = confusion_counts(predictions, labels)
    return tp / (tp + fp) if tp + fp else float("nan")


@misconception(
    imitates="precision",
    says="true negatives count, too: this is accuracy",
    hint="Only the ones that were predicted count.",
)
def precision_is_accuracy(predictions, labels):
    precision(predictions, labels)
    return (predictions == labels).mean()


@misconception(
    imitates="recall",
    says="this is precision: divided by the predicted ones",
    hint="TP / (TP + FN).",
)
def recall_is_precision(predictions, labels):
    recall(predictions, labels)
    return precision(predictions, labels)


@misconception(
    imitates="recall",
    says="the zeros are counted: this is the true negative rate",
    hint="TP / (TP + FN).",
)
def recall_is_specificity(predictions, labels):
    recall(predictions, labels)
    _, fp, tn, _ = confusion_counts(predictions, labels)
    return tn / max(tn + fp, 1)


@misconception(
    imitates="recall",
    says="0 / 0 gives NaN where no label is 1",
    hint="Return 0.0 there.",
)
def recall_is_nan_without_ones(predictions, labels):
    recall(predictions, labels)
    tp, _, _, fn = confusion_counts(predictions, labels)
    return tp / (tp + fn) if tp + fn else float("nan")
