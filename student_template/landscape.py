"""The loss landscape: slopes and curvature, critical points, and what they say about a step.

The Hessian is the matrix of second derivatives of the loss, symmetric, (D, D) for D parameters. Its eigenvalues are the
curvatures along its eigenvectors. ``f`` is a loss given by the caller: it takes an array like ``theta``, in float64 or
in theta's dtype, and returns a number.
"""


def numerical_gradient(f, theta, *, step=1e-5):
    """Gradient of a function by central differences.

    Parameters
    ----------
    f : callable
        Takes an array like theta and returns a number.
    theta : array (D,)
        Where the gradient is taken; it stays as it is.
    step : float
        How far f is followed to either side, above 0.

    Returns
    -------
    gradient : array (D,)
        Exact on quadratics but for rounding; elsewhere the error falls with step²: differences to one side do not.

    Raises
    ------
    ValueError
        If step is not above 0, or not finite; the message names it.

    References
    ----------
    Nocedal and Wright, Numerical Optimization, section 8.1.
    """
    raise NotImplementedError("numerical_gradient")


def numerical_hessian(f, theta, *, step=1e-4):
    """Hessian of a function by central differences of second order.

    Parameters
    ----------
    f : callable
        Takes an array like theta and returns a number.
    theta : array (D,)
        Where the Hessian is taken; it stays as it is.
    step : float
        How far f is followed to either side, above 0.

    Returns
    -------
    hessian : array (D, D)
        Symmetric; exact on quadratics but for rounding, elsewhere the error falls with step².

    Raises
    ------
    ValueError
        If step is not above 0, or not finite; the message names it.

    References
    ----------
    Nocedal and Wright, Numerical Optimization, section 8.1.
    """
    raise NotImplementedError("numerical_hessian")


def second_order_taylor(value, gradient, hessian, theta0, theta):
    """Second-order Taylor approximation of a loss around theta0, taken at theta.

    Parameters
    ----------
    value : float
        The loss at theta0.
    gradient : array (D,)
        Its gradient at theta0.
    hessian : array (D, D)
        Its Hessian at theta0.
    theta0 : array (D,)
        Where all of these were taken.
    theta : array (D,)
        Where the loss is asked for.

    Returns
    -------
    approximation : float
        value + dᵀ gradient + ½ dᵀ hessian d, with d = theta - theta0.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message names one of the arrays.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1, equation 4.8.
    """
    raise NotImplementedError("second_order_taylor")


def classify_critical_point(hessian, *, tol=1e-8):
    """Say what a point without slope is, by the signs of the Hessian's eigenvalues.

    Parameters
    ----------
    hessian : array (D, D)
        Symmetric.
    tol : float
        An eigenvalue whose absolute value is at most this counts as 0.

    Returns
    -------
    kind : {"minimum", "maximum", "saddle", "degenerate"}
        "saddle" where both signs occur, whatever else does; otherwise "degenerate" where an eigenvalue is 0, since the
        second order does not tell; otherwise "minimum" where all are positive and "maximum" where all are negative.

    Raises
    ------
    ValueError
        If hessian is not square; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1.
    """
    raise NotImplementedError("classify_critical_point")


def minimum_ratio(hessian):
    """Share of the directions, along eigenvectors, in which the loss curves up.

    Parameters
    ----------
    hessian : array (D, D)
        Symmetric.

    Returns
    -------
    ratio : float
        Number of positive eigenvalues, divided by D: 1 at a minimum.

    Raises
    ------
    ValueError
        If hessian is not square; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3.
    """
    raise NotImplementedError("minimum_ratio")


def escape_direction(hessian):
    """Direction in which a saddle is left: the eigenvector of the most negative eigenvalue.

    Parameters
    ----------
    hessian : array (D, D)
        Symmetric.

    Returns
    -------
    direction : array (D,)
        Of length 1; either sign, since a step either way lowers the loss.

    Raises
    ------
    ValueError
        If hessian is not square, or has no negative eigenvalue; the message names it.

    References
    ----------
    Dauphin et al., Identifying and attacking the saddle point problem, NeurIPS 2014.
    """
    raise NotImplementedError("escape_direction")


def condition_number(hessian):
    """Largest over smallest curvature, by absolute value.

    Parameters
    ----------
    hessian : array (D, D)
        Symmetric.

    Returns
    -------
    ratio : float
        max |λ| / min |λ|, at least 1; inf where an eigenvalue is 0.

    Raises
    ------
    ValueError
        If hessian is not square; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 4.2, equation 4.2.
    """
    raise NotImplementedError("condition_number")


def predicted_loss_change(gradient, hessian, learning_rate):
    """Change of the loss in one step of gradient descent, predicted to second order.

    Parameters
    ----------
    gradient : array (D,)
        Gradient g of the loss, along which the step -learning_rate * g goes.
    hessian : array (D, D)
        Hessian H at the same point.
    learning_rate : float
        Learning rate α, finite and not negative.

    Returns
    -------
    change : float
        -α gᵀg + ½ α² gᵀHg: negative where the loss falls.

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or the shapes do not fit; the message names it, or an array.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1, equation 4.9.
    """
    raise NotImplementedError("predicted_loss_change")


def is_ill_conditioned(gradient, hessian, learning_rate):
    """Tell whether a step of gradient descent would raise the loss: the curvature outweighs the slope.

    Parameters
    ----------
    gradient : array (D,)
        Gradient g of the loss.
    hessian : array (D, D)
        Hessian H at the same point.
    learning_rate : float
        Learning rate α, finite and not negative.

    Returns
    -------
    answer : bool
        True if ½ α gᵀHg > gᵀg.

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or the shapes do not fit; the message names it, or an array.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.2.1, equation 8.10.
    """
    raise NotImplementedError("is_ill_conditioned")


def newton_step(gradient, hessian):
    """Step of Newton's method, to where the quadratic with this gradient and Hessian has no slope.

    Parameters
    ----------
    gradient : array (D,)
        Gradient at theta.
    hessian : array (D, D)
        Hessian at theta.

    Returns
    -------
    step : array (D,)
        theta + step is the critical point of the quadratic: a minimum, a maximum or a saddle.

    Raises
    ------
    ValueError
        If hessian is singular, or the shapes do not fit; the message names hessian or gradient.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1, equation 4.12.
    """
    raise NotImplementedError("newton_step")


def gradient_growth(weight, steps):
    """Most that a gradient can grow on its way back through a recurrent network of so many steps.

    Parameters
    ----------
    weight : array (D, D)
        The recurrent weight: each step multiplies by it once.
    steps : int
        How many, at least 1.

    Returns
    -------
    growth : array (steps,)
        The largest singular value of weight to the power of k, for k = 1 to steps.

    Raises
    ------
    ValueError
        If weight is not square or steps is negative; the message names it.

    References
    ----------
    Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, ICML 2013, section 2.1.
    """
    raise NotImplementedError("gradient_growth")


def permute_hidden_units(weight1, bias1, weight2, permutation):
    """Put the hidden units of a network in another order, so that it computes the same.

    The network is ``activation(x @ weight1 + bias1) @ weight2``.

    Parameters
    ----------
    weight1 : array (D, H)
        Into the hidden units.
    bias1 : array (H,)
        Of the hidden units.
    weight2 : array (H, C)
        Out of the hidden units.
    permutation : array (H,) of integers
        New unit i is old unit permutation[i]; the inverse, old unit i becomes new unit permutation[i], is accepted too.

    Returns
    -------
    weight1 : array (D, H)
    bias1 : array (H,)
    weight2 : array (H, C)

    Raises
    ------
    ValueError
        If permutation does not hold each of 0 to H-1 once, or the shapes do not fit; the message names it, or an array.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.2.2.
    """
    raise NotImplementedError("permute_hidden_units")


def count_equivalent_minima(hidden_units, hidden_layers):
    """Count the ways of ordering the hidden units: as many minima compute the same.

    Parameters
    ----------
    hidden_units : int
        Units n of each hidden layer, at least 1.
    hidden_layers : int
        Hidden layers m, at least 1.

    Returns
    -------
    count : int
        (n!)ᵐ, an exact integer of any size: no float.

    Raises
    ------
    ValueError
        If hidden_units or hidden_layers is negative; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.2.2.
    """
    raise NotImplementedError("count_equivalent_minima")


def probability_not_minimum(dimension):
    """Chance that a critical point is no minimum, if the sign of each curvature were the toss of a coin.

    Parameters
    ----------
    dimension : int
        Number of eigenvalues, at least 1.

    Returns
    -------
    probability : float
        1 - 0.5 to the power of dimension.

    Raises
    ------
    ValueError
        If dimension is negative; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3.
    """
    raise NotImplementedError("probability_not_minimum")


def filter_normalize(direction, weight):
    """Give a random direction the scale of the weights: each column gets the norm of the weight's column.

    Parameters
    ----------
    direction : array (D, H)
        Any direction in the space of weight.
    weight : array (D, H)
        Each column holds the weights into one unit.

    Returns
    -------
    normalized : array (D, H)
        Columns of direction, scaled; a column of zeros stays zeros. A small number, at most 1e-8, may be added to a
        norm before it divides.

    Raises
    ------
    ValueError
        If the shapes differ; the message names direction or weight.

    References
    ----------
    Li, Xu, Taylor, Studer and Goldstein, Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018, section 4.
    """
    raise NotImplementedError("filter_normalize")


def loss_slice(f, theta, direction, steps):
    """Loss along a line through theta.

    Parameters
    ----------
    f : callable
        Takes an array like theta and returns a number.
    theta : array
        A point, of any shape; it stays as it is.
    direction : array like theta
        Of any length.
    steps : array (K,)
        How far to go along direction, as multiples of it, from theta each time.

    Returns
    -------
    losses : array (K,)
        f(theta + t * direction) for each t of steps.

    Raises
    ------
    ValueError
        If direction has another shape than theta; the message names one of them.

    References
    ----------
    Goodfellow, Vinyals and Saxe, Qualitatively characterizing neural network optimization problems, ICLR 2015.
    """
    raise NotImplementedError("loss_slice")
