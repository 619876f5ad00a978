"""Metrics: how good a classifier is, in numbers that people can read."""


def accuracy(scores, labels):
    """Share of samples whose highest score is that of their class.

    Parameters
    ----------
    scores : array (N, C)
        Logits or probabilities.
    labels : array (N,) of integers
        Classes, 0 to C-1.

    Returns
    -------
    share : float
        Between 0 and 1: no percentage.

    Raises
    ------
    ValueError
        If a label is below 0 or above C-1, or the shapes do not fit; the message names labels or scores.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 5.1.2.
    """
    raise NotImplementedError("accuracy")


def confusion_counts(predictions, labels):
    """Count the four ways in which a yes-or-no prediction can be right or wrong.

    Parameters
    ----------
    predictions : array (N,) of integers
        1 where the classifier says yes, else 0.
    labels : array (N,) of integers
        1 where yes is right, else 0.

    Returns
    -------
    true_positives : int
        Says 1, is 1.
    false_positives : int
        Says 1, is 0.
    true_negatives : int
        Says 0, is 0.
    false_negatives : int
        Says 0, is 1.

    Raises
    ------
    ValueError
        If the shapes differ, or a label is neither 0 nor 1; the message names labels or predictions.

    References
    ----------
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006, section 2.
    """
    raise NotImplementedError("confusion_counts")


def precision(predictions, labels):
    """Share of the yes answers that are right: TP / (TP + FP).

    Parameters
    ----------
    predictions : array (N,) of integers
        1 where the classifier says yes, else 0.
    labels : array (N,) of integers
        1 where yes is right, else 0.

    Returns
    -------
    share : float
        0.0 where nothing is predicted to be 1; a ValueError is accepted too, NaN is not.

    Raises
    ------
    ValueError
        If the shapes differ, or a label is neither 0 nor 1; the message names labels or predictions.

    References
    ----------
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006, section 2.
    """
    raise NotImplementedError("precision")


def recall(predictions, labels):
    """Share of what is yes that is found: TP / (TP + FN).

    Parameters
    ----------
    predictions : array (N,) of integers
        1 where the classifier says yes, else 0.
    labels : array (N,) of integers
        1 where yes is right, else 0.

    Returns
    -------
    share : float
        0.0 where no label is 1; a ValueError is accepted too, NaN is not.

    Raises
    ------
    ValueError
        If the shapes differ, or a label is neither 0 nor 1; the message names labels or predictions.

    References
    ----------
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006, section 2.
    """
    raise NotImplementedError("recall")


def roc_curve(scores, labels):
    """Receiver operating characteristic: the rates at every threshold that makes a difference.

    Parameters
    ----------
    scores : array (N,)
        The higher, the more likely to be 1.
    labels : array (N,) of integers
        1 or 0; both must occur.

    Returns
    -------
    fpr : array
        Share of the zeros whose score is at least the threshold: from 0 to 1.
    tpr : array
        Share of the ones whose score is at least the threshold: from 0 to 1.
    thresholds : array
        inf, then all distinct scores, falling: samples with equal scores make one step.

    Raises
    ------
    ValueError
        If the shapes differ, or a label is neither 0 nor 1; the message names labels or scores.

    References
    ----------
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006, algorithm 1.
    """
    raise NotImplementedError("roc_curve")


def auc(fpr, tpr):
    """Area under a curve of straight lines between its points, by the trapezoidal rule.

    Parameters
    ----------
    fpr : array
        Never falling, of shape (K,) with K of at least 2.
    tpr : array like fpr

    Returns
    -------
    area : float

    Raises
    ------
    ValueError
        If the shapes differ; the message names fpr or tpr.

    References
    ----------
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006, algorithm 2.
    """
    raise NotImplementedError("auc")


def roc_auc(scores, labels):
    """Area under the ROC curve: the chance that a random one outscores a random zero, ties counting half.

    Parameters
    ----------
    scores : array (N,)
        The higher, the more likely to be 1.
    labels : array (N,) of integers
        1 or 0.

    Returns
    -------
    area : float
        0.0 where only one of the two labels occurs; a ValueError is accepted too, NaN is not.

    Raises
    ------
    ValueError
        If the shapes differ, or a label is neither 0 nor 1; the message names labels or scores.

    References
    ----------
    Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
    """
    raise NotImplementedError("roc_auc")
