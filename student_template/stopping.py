"""Stopping: when to end training, and what to keep of it."""


def early_stopping(losses, *, patience=10, min_delta=0.0):
    """Find the epoch at which training should have stopped.

    Parameters
    ----------
    losses : list of float
        Validation loss of each epoch.
    patience : int
        Epochs to wait for a new best, at least 1.
    min_delta : float
        By how much a loss must be below the best so far to be a new best (more than this); not negative.

    Returns
    -------
    epoch : int or None
        The first index that lies patience after the best so far; None if that never comes. NaN is never a best.

    Raises
    ------
    ValueError
        If patience or min_delta is negative; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 7.8 and algorithm 7.1.
    """
    raise NotImplementedError("early_stopping")


def average_weights(snapshots):
    """Stochastic weight averaging: the mean of the parameters at several points of training.

    Parameters
    ----------
    snapshots : list of dict of arrays
        Parameters of the same names and shapes; at least one.

    Returns
    -------
    params : dict of arrays
        For each name the mean over the snapshots.

    Raises
    ------
    ValueError
        If there is no snapshot, or names or shapes differ; the message names snapshots.

    References
    ----------
    Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, Averaging Weights Leads to Wider Optima, UAI 2018, algorithm 1.
    """
    raise NotImplementedError("average_weights")


def average_predictions(predictions):
    """Ensemble of snapshots: the mean of their class probabilities.

    Parameters
    ----------
    predictions : list of arrays
        Class probabilities of each snapshot, of one shape (N, C); at least one.

    Returns
    -------
    probabilities : array
        Of shape (N, C); rows are distributions still.

    Raises
    ------
    ValueError
        If there is no prediction, or the shapes differ; the message names predictions.

    References
    ----------
    Huang, Li, Pleiss, Liu, Hopcroft and Weinberger, Snapshot Ensembles, ICLR 2017, section 3.
    """
    raise NotImplementedError("average_predictions")
