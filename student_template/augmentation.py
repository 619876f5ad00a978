"""Augmentation: new training images from old ones, whose labels are known.

Images are ``(N, H, W, channels)`` with values in [0, 1]. Each image of a batch has a chance of its own, but where a
docstring says otherwise.
"""


def horizontal_flip(images, probability, rng):
    """Mirror each image left to right with a probability.

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    probability : float
        In [0, 1]; each image is flipped, or left as it is, as a whole and independently of the others.
    rng : Generator
        The only source of randomness.

    Returns
    -------
    flipped_images : array like images

    Raises
    ------
    ValueError
        If probability is outside [0, 1]; the message names it.

    References
    ----------
    Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning, Journal of Big Data 6, 2019.
    """
    raise NotImplementedError("horizontal_flip")


def random_crop(images, size, rng, padding=0):
    """Cut a square window out of each image, at a random place of its own.

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    size : int
        Rows and columns of the window: at least 1, at most those of the padded image.
    rng : Generator
        Draws the place; every one at which the window fits into the padded image is equally likely.
    padding : int
        Zeros added on all four sides before cutting; not negative.

    Returns
    -------
    crops : array (N, size, size, channels)

    Raises
    ------
    ValueError
        If size is below 1 or larger than the padded image, or padding is negative; the message names it.

    References
    ----------
    Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep Convolutional Neural Networks, NIPS 2012,
    section 4.1.
    """
    raise NotImplementedError("random_crop")


def color_jitter(images, rng, *, brightness=0.2, contrast=0.2):
    """Change brightness and contrast of each image by random factors, and clip to [0, 1].

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    rng : Generator
        Draws one factor of each for an image: the same for all its pixels and channels.
    brightness : float
        Not negative. The factor that pixels are multiplied with is uniform in 1 - brightness to 1 + brightness, and
        never negative.
    contrast : float
        Not negative. The factor that the distances from the image's mean are multiplied with is uniform in
        1 - contrast to 1 + contrast, and never negative. The mean may be that of all channels, that of each, or the
        luma's. Either change may come first.

    Returns
    -------
    jittered_images : array like images
        In [0, 1].

    Raises
    ------
    ValueError
        If brightness or contrast is negative; the message names it.

    References
    ----------
    Howard, Some Improvements on Deep Convolutional Neural Network Based Image Classification, 2013.
    """
    raise NotImplementedError("color_jitter")


def affine(images, matrix):
    """Rotate, scale, shear and shift all images by one affine map.

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    matrix : array (2, 3)
        [A | t]. The output pixel p = (column, row) shows the place A (p - c) + t + c of the input, where
        c = ((W - 1) / 2, (H - 1) / 2) is the centre and t is in pixels.

    Returns
    -------
    mapped_images : array like images
        Bilinear between the four pixels around that place; zero outside of the image.

    Raises
    ------
    ValueError
        If matrix is not 2 by 3; the message names it.

    References
    ----------
    Jaderberg, Simonyan, Zisserman and Kavukcuoglu, Spatial Transformer Networks, NIPS 2015, sections 3.2 and 3.3.
    """
    raise NotImplementedError("affine")


def cutmix(images, labels, rng, alpha=1.0):
    """Paste a rectangle of its partner into each image, and mix the labels by the areas.

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    labels : array (N, C)
        Class probabilities, such as one-hot rows.
    rng : Generator
        The only source of randomness.
    alpha : float
        Positive. The share of the image outside of the rectangle is drawn from Beta(alpha, alpha), so each side of
        the rectangle is that of the image times sqrt(1 - share). Its place is uniform; it is cut off at the border,
        or drawn so that it fits. All images have one rectangle, or each its own.

    Returns
    -------
    mixed_images : array like images
        The partners are a permutation of the batch; an image may be its own partner.
    mixed_labels : array like labels
        The two labels, weighted with the shares of the pixels that were actually taken from each.

    Raises
    ------
    ValueError
        If labels has not one row for each image, or alpha is not positive; the message names it.

    References
    ----------
    Yun et al., CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features, ICCV 2019,
    section 3.1.
    """
    raise NotImplementedError("cutmix")


def cowmix(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    """Mix each image with a partner by a mask of smooth random patches, like those of a cow.

    Parameters
    ----------
    images : array (N, H, W, channels)
        In [0, 1].
    labels : array (N, C)
        Class probabilities, such as one-hot rows.
    rng : Generator
        The only source of randomness.
    keep_fraction : float
        In [0, 1]. About this share of its pixels an image keeps: those where smoothed normal noise is below a
        threshold, which follows from the mean and standard deviation of the noise, or is a quantile of it.
    sigma : float
        Positive. Standard deviation, in pixels, of the Gaussian that the noise is smoothed with.

    Returns
    -------
    mixed_images : array like images
        The partners are a permutation of the batch; an image may be its own partner. The mask is the same for all
        channels; all images have one mask, or each its own.
    mixed_labels : array like labels
        The two labels, weighted with the shares of the pixels that were actually taken from each.

    Raises
    ------
    ValueError
        If labels has not one row for each image, keep_fraction is outside [0, 1] or sigma is not positive; the message
        names it.

    References
    ----------
    French, Oliver and Salimans, Milking CowMask for Semi-Supervised Image Classification, 2020.
    """
    raise NotImplementedError("cowmix")
