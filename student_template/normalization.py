"""Normalisation: features of one scale, at the input and inside the network."""


def fit_standardizer(x):
    """Mean and standard deviation of every feature of the training data.

    Parameters
    ----------
    x : array (N, D)
        Training data, one sample a row.

    Returns
    -------
    mean : array (D,)
    std : array (D,)
        From the variance with N or with N - 1 in the denominator. Of a feature that is constant: 0, or whatever
        standardize needs in order to give 0 for it.

    Raises
    ------
    ValueError
        If x has not two dimensions, or no sample; the message names x.

    References
    ----------
    LeCun, Bottou, Orr and Müller, Efficient BackProp, in Neural Networks: Tricks of the Trade, 1998, section 4.3.
    Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983.
    """
    raise NotImplementedError("fit_standardizer")


def standardize(x, mean, std):
    """Data in units of the training data's standard deviation: (x - mean) / std for every feature.

    Parameters
    ----------
    x : array (N, D)
        Training data, or test data: the statistics are those of the training data for both.
    mean : array (D,)
        As fit_standardizer returned it.
    std : array (D,)
        As fit_standardizer returned it.

    Returns
    -------
    standardized : array (N, D)
        0 for a feature that is constant in the training data, not NaN. A number of at most 1e-7, added to std to avoid
        the division by zero, is accepted.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message names x, mean or std.

    References
    ----------
    LeCun, Bottou, Orr and Müller, Efficient BackProp, in Neural Networks: Tricks of the Trade, 1998, section 4.3.
    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, section 7.10.2.
    """
    raise NotImplementedError("standardize")


def fit_whitener(x, eps=1e-8):
    """Mean and linear map after which the features of the training data are uncorrelated and have variance 1.

    Parameters
    ----------
    x : array (N, D)
        Training data, one sample a row.
    eps : float
        Keeps the map finite where the data have no spread: added to the variances along the principal axes, before
        the root is taken. At least 0. Accepted: added to the roots, or a lower bound of the variances.

    Returns
    -------
    mean : array (D,)
    transform : array (D, D)
        The covariance of (x - mean) @ transform is the identity, with N or with N - 1 in the denominator. PCA
        whitening, ZCA whitening, and any other rotation of them are accepted.

    Raises
    ------
    ValueError
        If x has not two dimensions, or no sample, or if eps is negative; the message names x or eps.

    References
    ----------
    LeCun, Bottou, Orr and Müller, Efficient BackProp, in Neural Networks: Tricks of the Trade, 1998, section 4.3.
    Kessy, Lewin and Strimmer, Optimal whitening and decorrelation, The American Statistician 72, 2018.
    """
    raise NotImplementedError("fit_whitener")


def whiten(x, mean, transform):
    """Apply a whitening map: (x - mean) @ transform.

    Parameters
    ----------
    x : array (N, D)
        Training data, or test data: the map is that of the training data for both.
    mean : array (D,)
        As fit_whitener returned it.
    transform : array (D, D)
        As fit_whitener returned it.

    Returns
    -------
    whitened : array (N, D)

    Raises
    ------
    ValueError
        If the shapes do not fit; the message names x, mean or transform.

    References
    ----------
    Kessy, Lewin and Strimmer, Optimal whitening and decorrelation, The American Statistician 72, 2018.
    """
    raise NotImplementedError("whiten")


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Normalise every feature over the batch, then give it the scale gamma and the mean beta.

    Parameters
    ----------
    x : array (N, D)
        One sample a row; one sample alone is a batch, too.
    gamma : array (D,)
    beta : array (D,)
    running_mean : array (D,)
        Estimate of the mean for evaluation, from the batches so far.
    running_var : array (D,)
        The same for the variance.
    training : bool
        True: normalise by the mean and variance of this batch, and move the running statistics towards them.
        False: evaluation, normalise by the running statistics and leave them alone.
    momentum : float
        Weight of the new batch, in [0, 1]: running = (1 - momentum) * running + momentum * batch.
    eps : float
        Added to the variance before the root is taken: (x - mean) / sqrt(variance + eps). At least 0.

    Returns
    -------
    out : array like x
        In training x is normalised by the biased variance of the batch, with N in the denominator.
    cache : opaque
        Whatever batchnorm_backward needs; nobody else looks inside.
    running_mean : array (D,)
        A new array.
    running_var : array (D,)
        A new array. It may move towards the biased variance of the batch or the unbiased one, with N - 1 in the
        denominator; the variance of one sample is 0 in both.

    Raises
    ------
    ValueError
        If the shapes do not fit, eps is negative or momentum is outside [0, 1]; the message names the argument.

    References
    ----------
    Ioffe and Szegedy, Batch normalization, ICML 2015, algorithms 1 and 2.
    """
    raise NotImplementedError("batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Gradients of a loss with respect to x, gamma and beta of batchnorm_forward in training.

    Parameters
    ----------
    dout : array (N, D)
        Gradient of the loss with respect to out.
    cache : opaque
        As batchnorm_forward returned it in training.

    Returns
    -------
    dx : array (N, D)
        Mean and variance of the batch depend on x, too, so every sample has a part in the gradient of every other.
    dgamma : array (D,)
        Summed over the samples.
    dbeta : array (D,)
        Summed over the samples.

    Raises
    ------
    ValueError
        If dout has not the shape of out; the message names dout.

    References
    ----------
    Ioffe and Szegedy, Batch normalization, ICML 2015, section 3.
    """
    raise NotImplementedError("batchnorm_backward")
