"""Training: mini-batch gradient descent, the search for its settings, and what its curves tell."""


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    """Train a network by plain mini-batch stochastic gradient descent.

    Parameters
    ----------
    params : dict of arrays
        As init_network returns them; not changed.
    x : array (N, D)
        One sample a row.
    labels : array (N,) of integers
        Classes, 0 to C-1.
    rng : Generator
        Draws the samples of each batch.
    learning_rate : float
        Finite and not negative; with 0 nothing changes.
    steps : int
        Number of updates: params -= learning_rate * gradient.
    batch_size : int
        Samples a step; with N or more each step uses all samples.
    l2_strength : float
        As in network_loss.

    Returns
    -------
    params : dict of arrays
        After the last step.
    losses : list of float
        One a step: network_loss on that step's batch, before its update.

    Raises
    ------
    ValueError
        If learning_rate is negative or not finite, or steps is negative, or batch_size below 1; the message names it.
    FloatingPointError
        If the loss is no longer finite; the message names the step.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1; Karpathy, A Recipe for Training Neural Networks,
    2019: "overfit one batch".
    """
    raise NotImplementedError("train")


def coarse_to_fine_search(evaluate, *, low, high, rounds=3, points=8):
    """Search for the best value of a setting such as the learning rate: coarse first, then finer around the best.

    Parameters
    ----------
    evaluate : callable
        Takes a value and returns its loss, a number: lower is better.
    low : float
        Lowest value to try, above 0.
    high : float
        Highest value to try, above low.
    rounds : int
        The first round covers the whole range, each further one what lies between the neighbours of the best so far.
    points : int
        Values tried in each round, evenly spaced on a logarithmic scale; at least 4.

    Returns
    -------
    best : float
        From low to high: the value with the lowest loss.

    Raises
    ------
    ValueError
        If low is not above 0, or high is not above low; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 11.4.3: logarithmic grids, and zooming in.
    """
    raise NotImplementedError("coarse_to_fine_search")


def diagnose_fit(train_losses, validation_losses):
    """Tell from the curves of the losses how well a model fits.

    Only clear-cut curves are tried. All shares are of the first training loss.

    Parameters
    ----------
    train_losses : list of float
        Training loss of each epoch.
    validation_losses : list of float
        Validation loss of each epoch.

    Returns
    -------
    diagnosis : {"overfitting", "underfitting", "good", "diverging"}
        "diverging" if the losses end above their start or are not finite; "underfitting" if they stay above 80 %;
        "overfitting" if the validation loss rises by half from its best while the training loss falls; "good" if the
        training loss ends below 10 % and the validation loss less than 5 % above it.

    Raises
    ------
    ValueError
        If a list is empty, or validation_losses is not as long as train_losses; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, sections 5.2 and 11.5; Ng, Machine Learning Yearning, 2018,
    chapters 20 to 27.
    """
    raise NotImplementedError("diagnose_fit")
