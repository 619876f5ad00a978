"""Regularisation: what keeps a network from learning its training set by heart."""


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    """Set entries of x to 0 at random while training, and keep the expectation the same at test time.

    Parameters
    ----------
    x : array
        Activations, of any shape.
    keep_prob : float
        Probability with which each entry is kept, in [0, 1]; independently of the others.
    rng : Generator
        The only source of randomness; a fresh mask is drawn in each call.
    training : bool
        False: evaluation, nothing is dropped.
    inverted : bool
        True: kept entries are divided by keep_prob while training, and evaluation is the identity.
        False: kept entries stay as they are while training, and evaluation multiplies by keep_prob.

    Returns
    -------
    out : array like x
        With keep_prob = 0 all zeros while training.
    cache : opaque
        Whatever dropout_backward needs; nobody else looks inside.

    Raises
    ------
    ValueError
        If keep_prob is outside [0, 1]; the message names it.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout, JMLR 15, 2014, sections 4 and 10.
    """
    raise NotImplementedError("dropout_forward")


def dropout_backward(dout, cache):
    """Gradient of a loss with respect to the input of dropout_forward: same mask, same scale.

    Parameters
    ----------
    dout : array
        Gradient of the loss with respect to out.
    cache : opaque
        As dropout_forward returned it.

    Returns
    -------
    dx : array like dout

    Raises
    ------
    ValueError
        If dout has not the shape of out; the message names dout.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout, JMLR 15, 2014, section 5.1.
    """
    raise NotImplementedError("dropout_backward")


def l1_penalty(weight, strength):
    """strength times the sum of absolute weights, and its gradient: pulls weights to exactly 0.

    Parameters
    ----------
    weight : array
        Of any shape.
    strength : float
        Not negative.

    Returns
    -------
    penalty : float
    gradient : array like weight
        strength * sign(weight); at 0 any number from -strength to strength.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 7.1.2.
    """
    raise NotImplementedError("l1_penalty")


def l2_penalty(weight, strength):
    """strength times the sum of squared weights, and its gradient: makes large weights smaller.

    Parameters
    ----------
    weight : array
        Of any shape.
    strength : float
        Not negative.

    Returns
    -------
    penalty : float
        Half of it is accepted too, if the gradient matches.
    gradient : array like weight
        2 * strength * weight.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1.
    """
    raise NotImplementedError("l2_penalty")


def elastic_net_penalty(weight, l2_strength, l1_strength):
    """l2_strength times the sum of squared weights plus l1_strength times that of absolute ones, and its gradient.

    Parameters
    ----------
    weight : array
        Of any shape.
    l2_strength : float
        Not negative.
    l1_strength : float
        Not negative.

    Returns
    -------
    penalty : float
        Half of the squared part is accepted too, if the gradient matches.
    gradient : array like weight

    References
    ----------
    Zou and Hastie, Regularization and variable selection via the elastic net, JRSS B 67, 2005, eq. 3.
    """
    raise NotImplementedError("elastic_net_penalty")
