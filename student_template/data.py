"""Data: who is trained on, who is validated on, and in what order."""


def train_val_test_split(num_samples, fractions, rng):
    """Split the sample indices at random into training, validation and test set.

    Parameters
    ----------
    num_samples : int
        N, at least 1.
    fractions : list of float
        Shares of training, validation and test set, not negative, with the sum 1.
    rng : Generator
        Shuffles the samples.

    Returns
    -------
    train, val, test : array
        Indices: each sample in exactly one set. Each size is within 1 of its share of N, and exact when that is whole.

    Raises
    ------
    ValueError
        If num_samples is below 1, or fractions are not three shares that add up to 1; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 5.3.
    """
    raise NotImplementedError("train_val_test_split")


def k_fold(num_samples, k, rng):
    """Split the sample indices at random into k folds, each of which is the validation set once.

    Parameters
    ----------
    num_samples : int
        N, at least k.
    k : int
        Number of folds, at least 2.
    rng : Generator
        Shuffles the samples.

    Returns
    -------
    folds : list
        k pairs (train, val) of index arrays: each sample is in exactly one val, and in train of all other pairs. Sizes
        of the val sets differ by at most one.

    Raises
    ------
    ValueError
        If k is below 2 or above num_samples; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 5.3.1 and algorithm 5.1.
    """
    raise NotImplementedError("k_fold")


def minibatches(num_samples, batch_size, rng):
    """One epoch of mini-batches: all samples once, in a fresh random order.

    Parameters
    ----------
    num_samples : int
        N, at least 1.
    batch_size : int
        Samples a batch, at least 1; the last batch may be smaller.
    rng : Generator
        Draws the order.

    Returns
    -------
    batches : list
        Index arrays: each sample is in exactly one batch, so that the mean gradient over an epoch has no bias.

    Raises
    ------
    ValueError
        If num_samples or batch_size is below 1; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.1.3.
    """
    raise NotImplementedError("minibatches")
