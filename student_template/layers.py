"""Layers: a forward pass that keeps what the backward pass needs."""


def linear_forward(x, weight, bias):
    """Affine map of every sample: x @ weight + bias.

    Parameters
    ----------
    x : array (N, fan_in)
        One sample a row.
    weight : array (fan_in, fan_out)
    bias : array (fan_out,)

    Returns
    -------
    out : array (N, fan_out)
    cache : opaque
        Whatever linear_backward needs; nobody else looks inside.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message names x, weight or bias.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 6.5.6.
    """
    raise NotImplementedError("linear_forward")


def linear_backward(dout, cache):
    """Gradients of a loss with respect to all three inputs of linear_forward.

    Parameters
    ----------
    dout : array (N, fan_out)
        Gradient of the loss with respect to out.
    cache : opaque
        As linear_forward returned it.

    Returns
    -------
    dx : array
        dout @ weight.T, of shape (N, fan_in).
    dweight : array
        x.T @ dout, of shape (fan_in, fan_out).
    dbias : array (fan_out,)
        dout summed over the samples.

    Raises
    ------
    ValueError
        If dout has not the shape of out; the message names dout.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 6.5.6.
    """
    raise NotImplementedError("linear_backward")
