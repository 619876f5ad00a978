"""Initialisers: first weights whose scale keeps signals alive through many layers.

All return a weight of shape (fan_in, fan_out), so that ``out = x @ weight + bias``, in any float dtype. ``rng`` is a
``numpy.random.Generator`` (a ``torch.Generator`` for a torch submission) and the only source of randomness.
"""


def constant_init(fan_in, fan_out, value):
    """Weights that all have one value: the bad example, since hidden units that start alike stay alike for ever.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of its outputs, at least 1.
    value : float
        Every entry.

    Returns
    -------
    weight : array (fan_in, fan_out)

    Raises
    ------
    ValueError
        If a size is below 0; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.4, on breaking symmetry.
    """
    raise NotImplementedError("constant_init")


def normal_init(fan_in, fan_out, rng, std=0.01):
    """Weights from N(0, std**2), whatever the size of the layer: signals die out in deep networks if std is small.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of its outputs, at least 1.
    rng : Generator
        Source of the draws.
    std : float
        Standard deviation, not negative.

    Returns
    -------
    weight : array (fan_in, fan_out)
        Mean 0, variance std**2.

    Raises
    ------
    ValueError
        If a size or std is below 0; the message names it.

    References
    ----------
    Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 5.
    """
    raise NotImplementedError("normal_init")


def xavier_uniform(fan_in, fan_out, rng):
    """Weights from the uniform distribution on [-a, a] with a = sqrt(6) / sqrt(fan_in + fan_out).

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of its outputs, at least 1.
    rng : Generator
        Source of the draws.

    Returns
    -------
    weight : array (fan_in, fan_out)
        Mean 0, variance 2 / (fan_in + fan_out).

    Raises
    ------
    ValueError
        If a size is below 0; the message names it.

    References
    ----------
    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010, eq. 16.
    """
    raise NotImplementedError("xavier_uniform")


def xavier_normal(fan_in, fan_out, rng):
    """Weights from N(0, 1) times sqrt(1 / fan_in): a linear layer's output varies as much as its input.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of its outputs, at least 1.
    rng : Generator
        Source of the draws.

    Returns
    -------
    weight : array (fan_in, fan_out)
        Mean 0, variance 1 / fan_in. The variance 2 / (fan_in + fan_out) is accepted too.

    Raises
    ------
    ValueError
        If a size is below 0; the message names it.

    References
    ----------
    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010, eq. 10
    to 12.
    """
    raise NotImplementedError("xavier_normal")


def he_normal(fan_in, fan_out, rng):
    """Weights from N(0, 1) times sqrt(2 / fan_in): the ReLU drops half of the signal, the factor 2 restores it.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of its outputs, at least 1.
    rng : Generator
        Source of the draws.

    Returns
    -------
    weight : array (fan_in, fan_out)
        Mean 0, variance 2 / fan_in.

    Raises
    ------
    ValueError
        If a size is below 0; the message names it.

    References
    ----------
    He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, eq. 10.
    """
    raise NotImplementedError("he_normal")
