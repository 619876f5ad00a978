"""Training: mini-batch gradient descent."""


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
