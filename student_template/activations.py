"""Activations: the non-linearity between layers, and the softmax that turns logits into probabilities."""


def relu(x):
    """Rectified linear unit: max(x, 0), each element alone.

    Parameters
    ----------
    x : array
        Pre-activations, of any shape.

    Returns
    -------
    out : array like x
        Of x's dtype.

    References
    ----------
    Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010.
    """
    raise NotImplementedError("relu")


def relu_backward(dout, x):
    """Gradient of a loss with respect to the input of relu.

    Parameters
    ----------
    dout : array like x
        Gradient of the loss with respect to relu's output.
    x : array
        The input that relu was given, of any shape.

    Returns
    -------
    dx : array like x
        dout where x > 0, and 0 where x < 0. At exactly 0 any slope in [0, 1] is a subgradient.

    Raises
    ------
    ValueError
        If dout and x differ in shape; the message names dout or x.

    References
    ----------
    Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010.
    """
    raise NotImplementedError("relu_backward")


def softmax(logits):
    """Probabilities from logits: exp(z_k) / sum_j exp(z_j) over the last axis.

    Parameters
    ----------
    logits : array
        Scores, of shape (..., C): the last axis runs over the C classes.

    Returns
    -------
    probabilities : array like logits
        Non-negative; sums to 1 over the last axis. Exact and finite for logits of any size, such as 1e4 and -1e4.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, sections 4.1 and 6.2.2.3.
    """
    raise NotImplementedError("softmax")


def log_softmax(logits):
    """Logarithm of the softmax over the last axis, in nats.

    Parameters
    ----------
    logits : array
        Scores, of shape (..., C): the last axis runs over the C classes.

    Returns
    -------
    log_probabilities : array like logits
        At most 0. Finite for all finite logits, also where the probability itself underflows to 0.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, sections 4.1 and 6.2.2.3.
    """
    raise NotImplementedError("log_softmax")
