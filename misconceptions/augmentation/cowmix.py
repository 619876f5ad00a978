"""Mistakes in cowmix."""

from statistics import NormalDist

import numpy as np
from augmentation import cowmix

from backproof.misconceptions import misconception

from ._rectangle import pasted


def smoothed(noise, sigma, axes=(1, 2)):
    """Smooth white noise by a Gaussian along axes, keeping its variance."""
    for axis in axes:
        places = np.arange(noise.shape[axis])
        kernels = np.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))
        kernels /= np.linalg.norm(kernels, axis=1, keepdims=True)
        noise = np.moveaxis(np.tensordot(kernels, noise, axes=(1, axis)), 0, axis)
    return noise


def cut(smooth, fraction):
    """Return where noise is below its quantile, (N, H, W, 1)."""
    return (smooth <= np.quantile(smooth, fraction, axis=(1, 2), keepdims=True))[..., None]


def mixed_by(keep, images, labels, rng):
    """Mix images by a mask, and labels by its share."""
    partner = rng.permutation(len(images))
    share = keep.mean(axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return np.where(keep, images, images[partner]), share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cowmix",
    says="the threshold is always 0, so that half of the image is kept for any keep_fraction",
    hint="The threshold is mean + std * sqrt(2) * erfinv(2 * keep_fraction - 1), or a quantile.",
)
def cowmix_always_half(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    return mixed_by((smoothed(noise, sigma) <= 0)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="keep_fraction of the pixels are taken from the partner, not kept",
    hint="Keep where the noise is below the threshold.",
)
def cowmix_keeps_the_rest(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=1 - keep_fraction, sigma=sigma)


@misconception(
    imitates="cowmix",
    says="keep_fraction itself is the threshold",
    hint="The threshold that a share of normal noise is below is its quantile.",
)
def cowmix_fraction_is_the_threshold(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)
    return mixed_by((smooth <= keep_fraction)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the threshold is that of noise before it was smoothed, when it spread much further",
    hint="Smoothing makes the standard deviation smaller: multiply the normal quantile by it.",
)
def cowmix_threshold_of_rough_noise(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    threshold = np.quantile(noise, keep_fraction, axis=(1, 2), keepdims=True)
    # A kernel whose sum is 1 leaves a standard deviation of 1 / (2 sqrt(pi) sigma).
    smooth = smoothed(noise, sigma) / (2 * np.sqrt(np.pi) * sigma)
    return mixed_by((smooth <= threshold)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the noise is not smoothed: the mask is salt and pepper",
    hint="Smooth the noise by a Gaussian of sigma pixels before the threshold.",
)
def cowmix_without_smoothing(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return mixed_by(cut(rng.standard_normal(images.shape[:3]), keep_fraction), images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the noise is smoothed along rows only: the mask is made of stripes",
    hint="Smooth along both axes.",
)
def cowmix_smooths_one_axis(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    return mixed_by(cut(smoothed(noise, sigma, axes=(2,)), keep_fraction), images, labels, rng)


@misconception(
    imitates="cowmix",
    says="sigma is taken for the variance: patches are too small",
    hint="The kernel is exp(-d² / (2 sigma²)).",
)
def cowmix_sigma_is_the_variance(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=np.sqrt(sigma))


@misconception(
    imitates="cowmix",
    says="sigma is ignored: patches always have one size",
    hint="The kernel is exp(-d² / (2 sigma²)).",
)
def cowmix_ignores_sigma(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=keep_fraction)


@misconception(
    imitates="cowmix",
    says="each channel has a mask of its own, which makes false colours",
    hint="One mask of rows and columns for all channels.",
)
def cowmix_single_channels(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = smoothed(rng.standard_normal(images.shape), sigma)
    keep = noise <= np.quantile(noise, keep_fraction, axis=(1, 2), keepdims=True)
    return mixed_by(keep, images, labels, rng)


@misconception(
    imitates="cowmix",
    says="labels are mixed by keep_fraction, though the mask keeps another share",
    hint="Count the pixels: share = mask.mean().",
)
def cowmix_labels_by_keep_fraction(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)
    score = (smooth - smooth.mean(axis=(1, 2), keepdims=True)) / smooth.std(axis=(1, 2), keepdims=True)
    keep, partner = (score <= NormalDist().inv_cdf(keep_fraction))[..., None], rng.permutation(len(images))
    mixed = np.where(keep, images, images[partner])
    return mixed, keep_fraction * labels + (1 - keep_fraction) * labels[partner]


@misconception(
    imitates="cowmix",
    says="the labels belong to other partners than the images: the permutation is drawn twice",
    hint="Draw the partners once, and use them for both.",
)
def cowmix_permutes_twice(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    mixed, _ = cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    share = np.mean(mixed == images, axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return mixed, share * labels + (1 - share) * labels[rng.permutation(len(labels))]


@misconception(
    imitates="cowmix",
    says="the smoothed noise itself is the mask, without a threshold: images are blended",
    hint="Compare the noise with a threshold: each pixel is taken from one of the two images.",
)
def cowmix_without_threshold(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)[..., None].astype(images.dtype)
    weight = np.clip(0.5 + (smooth + keep_fraction - 0.5) / 4, 0, 1)
    partner, share = rng.permutation(len(images)), weight.mean(axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return weight * images + (1 - weight) * images[partner], share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cowmix",
    says="a rectangle is pasted: that is cutmix",
    hint="The mask is smoothed noise below a threshold.",
)
def cowmix_pastes_a_rectangle(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    lengths = [round(np.sqrt(1 - keep_fraction) * size) for size in images.shape[1:3]]
    starts = [rng.integers(size - length + 1) for size, length in zip(images.shape[1:3], lengths, strict=True)]
    rows, columns = (slice(start, start + length) for start, length in zip(starts, lengths, strict=True))
    return pasted(images, labels, rows, columns, rng.permutation(len(images)))
