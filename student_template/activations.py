"""Activations: the non-linearity between layers, and the softmax that turns logits into probabilities."""


def sigmoid(x):
    """Logistic function: 1 / (1 + exp(-x)), each element alone.

    Parameters
    ----------
    x : array
        Pre-activations, of any shape.

    Returns
    -------
    out : array like x
        Between 0 and 1. Exact for x of any size, such as 1e4 and -1e4, without an overflow warning.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 3.10.
    """
    raise NotImplementedError("sigmoid")


def sigmoid_backward(dout, x):
    """Gradient of a loss with respect to the input of sigmoid.

    Parameters
    ----------
    dout : array like x
        Gradient of the loss with respect to sigmoid's output.
    x : array
        The input that sigmoid was given, of any shape: not its output.

    Returns
    -------
    dx : array like x
        dout * s * (1 - s) with s = sigmoid(x).

    Raises
    ------
    ValueError
        If dout and x differ in shape; the message names dout or x.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 3.10; Glorot and Bengio, AISTATS 2010, section 3.1, on
    saturation.
    """
    raise NotImplementedError("sigmoid_backward")


def tanh(x):
    """Hyperbolic tangent, each element alone.

    Parameters
    ----------
    x : array
        Pre-activations, of any shape.

    Returns
    -------
    out : array like x
        Between -1 and 1, and odd: zero-centred, unlike the sigmoid.

    References
    ----------
    LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.4.
    """
    raise NotImplementedError("tanh")


def tanh_backward(dout, x):
    """Gradient of a loss with respect to the input of tanh.

    Parameters
    ----------
    dout : array like x
        Gradient of the loss with respect to tanh's output.
    x : array
        The input that tanh was given, of any shape: not its output.

    Returns
    -------
    dx : array like x
        dout * (1 - tanh(x)**2).

    Raises
    ------
    ValueError
        If dout and x differ in shape; the message names dout or x.

    References
    ----------
    LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.4.
    """
    raise NotImplementedError("tanh_backward")


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


def leaky_relu(x, negative_slope=0.01):
    """x above 0 and negative_slope * x below, each element alone: no unit is ever dead.

    Parameters
    ----------
    x : array
        Pre-activations, of any shape.
    negative_slope : float
        Slope below 0. Any real number: 0 gives relu, 1 the identity.

    Returns
    -------
    out : array like x

    References
    ----------
    Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """
    raise NotImplementedError("leaky_relu")


def leaky_relu_backward(dout, x, negative_slope=0.01):
    """Gradient of a loss with respect to the input of leaky_relu.

    Parameters
    ----------
    dout : array like x
        Gradient of the loss with respect to leaky_relu's output.
    x : array
        The input that leaky_relu was given, of any shape.
    negative_slope : float
        As in leaky_relu.

    Returns
    -------
    dx : array like x
        dout where x > 0, negative_slope * dout where x < 0; at exactly 0 any slope between the two.

    Raises
    ------
    ValueError
        If dout and x differ in shape; the message names dout or x.

    References
    ----------
    Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """
    raise NotImplementedError("leaky_relu_backward")


def prelu(x, slope):
    """Leaky ReLU whose slope below 0 is learned: one number for all elements.

    Parameters
    ----------
    x : array
        Pre-activations, of any shape.
    slope : array ()
        The slope below 0, a parameter of the network.

    Returns
    -------
    out : array like x

    References
    ----------
    He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, section 2.1.
    """
    raise NotImplementedError("prelu")


def prelu_backward(dout, x, slope):
    """Gradients of a loss with respect to the input and the slope of prelu.

    Parameters
    ----------
    dout : array like x
        Gradient of the loss with respect to prelu's output.
    x : array
        The input that prelu was given, of any shape.
    slope : array ()
        As in prelu.

    Returns
    -------
    dx : array like x
        dout where x > 0, slope * dout where x < 0; at exactly 0 any slope between the two.
    dslope : array ()
        Sum of dout * x over all elements with x < 0, since they share the slope.

    Raises
    ------
    ValueError
        If dout and x differ in shape; the message names dout or x.

    References
    ----------
    He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, section 2.1.
    """
    raise NotImplementedError("prelu_backward")


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
