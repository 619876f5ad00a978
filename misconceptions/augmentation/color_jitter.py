"""Mistakes in color_jitter."""

import numpy as np
from augmentation import color_jitter

from backproof.misconceptions import misconception


def per_image(rng, images, low, high):
    """Draw one factor for each image."""
    return rng.uniform(low, high, size=(len(images), 1, 1, 1)).astype(images.dtype)


def around_one(rng, images, spread):
    """Draw one factor around 1 for each image."""
    return per_image(rng, images, max(0, 1 - spread), 1 + spread)


def with_contrast(images, factors, mean=None):
    """Multiply the distances from the mean."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True) if mean is None else mean
    return mean + (images - mean) * factors


@misconception(
    imitates="color_jitter",
    says="the factor of brightness is from 0 to brightness: images become dark",
    hint="The factor is 1 plus or minus at most brightness.",
)
def jitter_darkens(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    darker = images * per_image(rng, images, 0, brightness) if brightness else images
    return color_jitter(darker, rng, brightness=0, contrast=contrast)


@misconception(
    imitates="color_jitter",
    says="images only become brighter: the factor is from 1 to 1 + brightness",
    hint="The factor is uniform in 1 - brightness to 1 + brightness.",
)
def jitter_only_brightens(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images * per_image(rng, images, 1, 1 + brightness), rng, brightness=0, contrast=contrast)


@misconception(
    imitates="color_jitter",
    says="brightness is added, not multiplied",
    hint="Black stays black: multiply all pixels by the factor.",
)
def jitter_adds_brightness(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    added = per_image(rng, images, -brightness, brightness)
    return np.clip(color_jitter(images, rng, brightness=0, contrast=contrast) + added, 0, 1)


@misconception(
    imitates="color_jitter",
    says="the result is not clipped, so that it leaves [0, 1]",
    hint="np.clip(result, 0, 1).",
)
def jitter_does_not_clip(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return with_contrast(images * around_one(rng, images, brightness), around_one(rng, images, contrast))


@misconception(
    imitates="color_jitter",
    says="values above 1 wrap around, as bytes do: the brightest pixels become black",
    hint="Clip before converting to bytes; here np.clip(result, 0, 1).",
)
def jitter_wraps_around(images, rng, *, brightness=0.2, contrast=0.2):
    result = jitter_does_not_clip(images, rng, brightness=brightness, contrast=contrast)
    return np.where((result < -1e-6) | (result > 1 + 1e-6), result % 1, np.clip(result, 0, 1))


@misconception(
    imitates="color_jitter",
    says="an image that leaves [0, 1] is scaled back as a whole, which takes its brightness away again",
    hint="np.clip(result, 0, 1) changes only what is outside.",
)
def jitter_rescales(images, rng, *, brightness=0.2, contrast=0.2):
    result = np.maximum(jitter_does_not_clip(images, rng, brightness=brightness, contrast=contrast), 0)
    return result / np.maximum(result.max(axis=(1, 2, 3), keepdims=True), 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about 0, where it is a second factor of brightness",
    hint="mean + (x - mean) * factor, with the mean of the image.",
)
def jitter_contrast_about_zero(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(brighter * around_one(rng, images, contrast), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about a grey of 0.5, so that dark images become darker",
    hint="mean + (x - mean) * factor, with the mean of the image.",
)
def jitter_contrast_about_grey(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=images.dtype.type(0.5)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about the mean of all images, so that an image depends on the others of its batch",
    hint="images.mean(axis=(1, 2, 3), keepdims=True): a mean for each image.",
)
def jitter_contrast_about_the_batch(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=brighter.mean()), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about the mean of each pixel's channels: that is saturation",
    hint="The mean is that of the image, over rows and columns.",
)
def jitter_changes_saturation(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    grey = brighter.mean(axis=3, keepdims=True)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=grey), 0, 1)


@misconception(
    imitates="color_jitter",
    says="one pair of factors is drawn for the whole batch",
    hint="Draw factors of the shape (N, 1, 1, 1).",
)
def jitter_whole_batches(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    factors = (around_one(rng, images[:1], spread) for spread in (brightness, contrast))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="each pixel has a factor of its own: that is noise",
    hint="Draw factors of the shape (N, 1, 1, 1).",
)
def jitter_single_pixels(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    noise = rng.uniform(max(0, 1 - brightness), 1 + brightness, size=images.shape).astype(images.dtype)
    return np.clip(with_contrast(images * noise, around_one(rng, images, contrast)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="one draw serves for both factors: bright images always have a strong contrast",
    hint="Draw brightness and contrast apart.",
)
def jitter_draws_once(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    draw = per_image(rng, images, -1, 1)
    factors = (np.maximum(1 + spread * draw, 0) for spread in (brightness, contrast))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="brightness and contrast are mixed up",
    hint="brightness is for the factor of the pixels, contrast for that of the distances from the mean.",
)
def jitter_swaps_strengths(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images, rng, brightness=contrast, contrast=brightness)


@misconception(
    imitates="color_jitter",
    says="factors are normal, not uniform, and at times far out",
    hint="rng.uniform(1 - brightness, 1 + brightness).",
)
def jitter_draws_normal_factors(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    draws = rng.standard_normal((2, len(images), 1, 1, 1)).astype(images.dtype)
    factors = (np.maximum(1 + spread * draw, 0) for spread, draw in zip((brightness, contrast), draws, strict=True))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="the factor of contrast becomes negative where contrast is above 1: images turn into negatives",
    hint="rng.uniform(max(0, 1 - contrast), 1 + contrast).",
)
def jitter_inverts(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, per_image(rng, images, 1 - contrast, 1 + contrast)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="the brighter image is computed and then forgotten: only contrast changes",
    hint="Go on with the result: images = images * factor.",
)
def jitter_forgets_brightness(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images, rng, brightness=0, contrast=contrast)
