"""The functions that hostile submissions get right, and must keep their points for."""


def relu(x):
    """Zero below zero.

    Parameters
    ----------
    x : array

    Returns
    -------
    out : array like x
    """
    raise NotImplementedError


def dropout_forward(x, keep_prob, rng):
    """Keep each element with a probability, rescaled.

    Parameters
    ----------
    x : array (N, D)
    keep_prob : float
    rng : Generator

    Returns
    -------
    out : array like x
    cache : opaque
    """
    raise NotImplementedError


def dropout_backward(dout, cache):
    """Gradient of dropout.

    Parameters
    ----------
    dout : array (N, D)
    cache : opaque

    Returns
    -------
    dx : array like dout
    """
    raise NotImplementedError
