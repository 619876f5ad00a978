"""The functions that hostile submissions attack: one for each kind of value that a submission may return."""


def mean(x):
    """Mean of all elements.

    Parameters
    ----------
    x : array

    Returns
    -------
    mean : float
    """
    raise NotImplementedError


def center(x):
    """Subtract the mean of each column.

    Parameters
    ----------
    x : array (N, D)

    Returns
    -------
    out : array like x
    """
    raise NotImplementedError


def order(x):
    """Indices that sort the elements.

    Parameters
    ----------
    x : array (N,)

    Returns
    -------
    indices : list
    """
    raise NotImplementedError


def direction(x):
    """Do the elements rise or fall from the first to the last?

    Parameters
    ----------
    x : array (N,)

    Returns
    -------
    direction : {"up", "down"}
    """
    raise NotImplementedError


def step(params, grads, state):
    """Momentum 0.9, learning rate 0.1.

    Parameters
    ----------
    params, grads : dict of arrays
    state : opaque

    Returns
    -------
    new_params : dict of arrays
    new_state : opaque
    """
    raise NotImplementedError


def descend(gradient, start):
    """Fifty steps of gradient descent, learning rate 0.1.

    Parameters
    ----------
    gradient : callable
    start : array (D,)

    Returns
    -------
    point : array like start
    """
    raise NotImplementedError
