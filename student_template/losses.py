"""Losses: the number that training makes small, and its gradient."""


def cross_entropy(logits, targets):
    """Mean cross-entropy of a batch, in nats, and its gradient with respect to the logits.

    Parameters
    ----------
    logits : array (N, C)
        Scores before the softmax.
    targets : array (N,) of integers, or array (N, C) of probabilities
        The classes, 0 to C-1; or one distribution over the classes per sample.

    Returns
    -------
    loss : float
        Mean over the N samples of -sum_k target_k * log softmax(logits)_k. Finite for logits as large as 1e4.
    dlogits : array (N, C)
        (softmax(logits) - target) / N.

    Raises
    ------
    ValueError
        If a class is below 0 or above C-1, or the shapes do not fit; the message names logits or targets.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3.
    """
    raise NotImplementedError("cross_entropy")


def binary_cross_entropy(logits, targets):
    """Mean cross-entropy of independent yes-or-no answers, in nats, and its gradient with respect to the logits.

    Parameters
    ----------
    logits : array
        Scores before the sigmoid, of any shape.
    targets : array like logits
        Probabilities of yes, in [0, 1].

    Returns
    -------
    loss : float
        Mean over all elements of -t log s - (1 - t) log(1 - s) with s = sigmoid(logit). Finite for logits as large
        as 1e4.
    dlogits : array like logits
        (sigmoid(logits) - targets) / number of elements.

    Raises
    ------
    ValueError
        If a target is outside [0, 1], or the shapes differ; the message names targets or logits.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2.
    """
    raise NotImplementedError("binary_cross_entropy")


def mean_squared_error(prediction, target):
    """Mean of the squared differences over all elements, and its gradient with respect to the prediction.

    Parameters
    ----------
    prediction : array
        Of any shape.
    target : array like prediction

    Returns
    -------
    loss : float
    dprediction : array like prediction
        2 * (prediction - target) / number of elements.

    Raises
    ------
    ValueError
        If the shapes differ, (N, 1) and (N,) included, which would be broadcast to (N, N); the message names
        prediction or target.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 5.1.4.
    """
    raise NotImplementedError("mean_squared_error")


def expected_initial_loss(num_classes):
    """Cross-entropy, in nats, of a classifier that has learned nothing yet: all classes equally likely.

    Parameters
    ----------
    num_classes : int
        C, at least 1.

    Returns
    -------
    loss : float
        log C.

    Raises
    ------
    ValueError
        If num_classes is below 1; the message names it.

    References
    ----------
    Karpathy, A Recipe for Training Neural Networks, 2019: "verify loss @ init".
    """
    raise NotImplementedError("expected_initial_loss")
