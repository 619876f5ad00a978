"""Optimisers: one update of one parameter.

All are functions of ``(param, grad, state)`` that return ``(new_param, new_state)``. ``state`` is None on the first
call and opaque afterwards: whatever the optimiser wants to remember of this parameter. Nothing that is passed in is
changed, so that an old state can be used again. A small ``eps`` may stand inside the root or outside of it.
"""


def sgd(param, grad, state, *, learning_rate):
    """Plain gradient descent: w -= learning_rate * g.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.

    Returns
    -------
    new_param : array like param
        param - learning_rate * grad.
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1.
    """
    raise NotImplementedError("sgd")


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    """Momentum: the velocity v = beta * v + g adds gradients up; w -= learning_rate * v.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    beta : float
        Share of the velocity that is kept, in [0, 1).

    Returns
    -------
    new_param : array like param
        param - learning_rate * v.
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum, ICML 2013.
    """
    raise NotImplementedError("momentum")


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    """Momentum with the learning rate in the velocity: v = beta * v - learning_rate * g; w += v.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    beta : float
        Share of the velocity that is kept, in [0, 1).

    Returns
    -------
    new_param : array like param
        param + v.
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2, algorithm 8.2.
    """
    raise NotImplementedError("momentum_scaled")


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    """Nesterov momentum: the gradient is taken where the velocity leads to.

    Parameters
    ----------
    param : array
        Of any shape.
    grad_fn : callable
        Takes a parameter and returns the gradient of the loss there. It is called once a step.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    beta : float
        Share of the velocity that is kept, in [0, 1).

    Returns
    -------
    new_param : array like param
        param + v, with v = beta * v - learning_rate * grad_fn(param + beta * v).
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.3.3, algorithm 8.3.
    """
    raise NotImplementedError("nesterov")


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    """Adagrad: each element's steps shrink with the sum of its squared gradients.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    eps : float
        Against division by zero; not negative.

    Returns
    -------
    new_param : array like param
        param - learning_rate * grad / sqrt(G + eps), with G += grad**2.
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 12, 2011.
    """
    raise NotImplementedError("adagrad")


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    """RMSProp: steps are divided by the root of a moving average of squared gradients.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    decay : float
        Share of the average that is kept, in [0, 1).
    eps : float
        Against division by zero; not negative.

    Returns
    -------
    new_param : array like param
        param - learning_rate * grad / sqrt(G + eps), with G = decay * G + (1 - decay) * grad**2.
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Tieleman and Hinton, Lecture 6.5, Neural Networks for Machine Learning, 2012.
    """
    raise NotImplementedError("rmsprop")


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: momentum over RMSProp, both corrected for having started at zero.

    Parameters
    ----------
    param : array
        Of any shape.
    grad : array like param
        Gradient of the loss with respect to param.
    state : opaque
        None on the first call, then as it was returned.
    learning_rate : float
        Finite and not negative.
    beta1 : float
        Share of the average gradient that is kept, in [0, 1).
    beta2 : float
        Share of the average squared gradient that is kept, in [0, 1).
    eps : float
        Against division by zero; not negative.

    Returns
    -------
    new_param : array like param
        param - learning_rate * v_hat / sqrt(G_hat + eps), with v_hat = v / (1 - beta1**t), G_hat = G / (1 - beta2**t).
    new_state : opaque

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or grad has another shape than param; the message names it.

    References
    ----------
    Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1.
    """
    raise NotImplementedError("adam")
