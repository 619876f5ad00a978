"""A whole network of linear layers with ReLU between them, as a dict of parameters."""


def init_network(layer_sizes, rng):
    """First parameters of a network: He initialisation, zero biases, and a last layer that starts small.

    Parameters
    ----------
    layer_sizes : list of int
        [D, hidden sizes ..., C]: features, hidden units by layer, classes; at least two numbers, each at least 1.
    rng : Generator
        Source of the draws.

    Returns
    -------
    params : dict of arrays
        W1, b1, W2, b2, ...; W1 has shape (D, first hidden size), b1 (first hidden size,), and so on. The last W is
        so small that the logits of standardised inputs are near 0, and the initial loss near log C.

    Raises
    ------
    ValueError
        If a size is below 1, or there are fewer than two; the message names layer_sizes.

    References
    ----------
    He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015; Karpathy, A Recipe for Training Neural Networks,
    2019.
    """
    raise NotImplementedError("init_network")


def predict(params, x):
    """Logits of every sample: linear layers with ReLU after each but the last.

    Parameters
    ----------
    params : dict of arrays
        As init_network returns them.
    x : array (N, D)
        One sample a row.

    Returns
    -------
    logits : array
        Of shape (N, C).

    Raises
    ------
    ValueError
        If x does not fit W1; the message names x.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 6.3.
    """
    raise NotImplementedError("predict")


def network_loss(params, x, labels, *, l2_strength=0.0):
    """Cross-entropy of the network's logits plus l2_strength times the sum of all squared weights, and its gradient.

    Parameters
    ----------
    params : dict of arrays
        As init_network returns them.
    x : array (N, D)
        One sample a row.
    labels : array (N,) of integers
        Classes, 0 to C-1.
    l2_strength : float
        Applies to the weights W1, W2, ..., not to the biases. Half of the sum of squares is accepted too, if the
        gradient matches.

    Returns
    -------
    loss : float
        In nats; the mean over the N samples, plus the penalty.
    grads : dict of arrays
        One gradient for each of params, under the same name and of the same shape.

    Raises
    ------
    ValueError
        If a label is below 0 or above C-1, or the shapes do not fit; the message names labels or x.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, sections 6.5 and 7.1.1.
    """
    raise NotImplementedError("network_loss")
