"""Checks of color_jitter: the factors of brightness and contrast, and what is clipped."""

import numpy as np

from backproof.testing import (
    Evidence,
    Sample,
    UniformDistribution,
    assert_close,
    assert_distributed,
    assert_statistics,
    assert_that,
    check,
    fork,
)
from backproof.testing.general import *
from backproof.testing.statistics import normal_p_value

from ._images import random_images

JITTER = "Howard, Some Improvements on Deep Convolutional Neural Network Based Image Classification, 2013"

SAMPLES = {
    "color_jitter": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "rng": rng},
        bad={"brightness": (-0.1,), "contrast": (-0.1,)},
    ),
}

# Pixels stay within [0, 1] under all factors, and each channel has the image's mean, so that neither clipping nor the
# choice of mean or order matters.
SPREADS = {"brightness": 0.25, "contrast": 0.5}


def images_to_jitter(rng, num_images):
    """Images of 3 x 4 pixels whose means differ, each channel with the same values in another order."""
    values = np.tile(np.linspace(-0.1, 0.1, 12), (num_images, 3, 1))
    pixels = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(num_images, 3, 4, 3)
    return pixels + rng.choice([0.4, 0.5, 0.6], size=(num_images, 1, 1, 1))


def factors(images, jittered):
    """Return the factors of brightness and contrast that turn each image into what came back, as well as they can."""
    axes = (1, 2, 3)
    brightness = jittered.mean(axis=axes, dtype=float) / images.mean(axis=axes)
    pattern = images - images.mean(axis=axes, keepdims=True)
    slope = np.sum(pattern * jittered, axis=axes) / np.sum(pattern**2, axis=axes)
    return brightness, slope / brightness


def drawing_factors(color_jitter, rng):
    """Return a function that draws 500 pairs of factors, or k times as many."""

    def draw(times):
        images = images_to_jitter(rng, times * 500)
        return factors(images, color_jitter(images, fork(rng), **SPREADS))

    return draw


@check(points=2, source=JITTER, hint="mean + (x * b - mean) * c: b and c are one number each for an image.")
def test_jitter_has_one_factor_of_each_for_an_image(color_jitter, rng):
    """All values of an image are multiplied by one factor, and their distances from the mean by another."""
    images = images_to_jitter(rng, 8)
    jittered = color_jitter(images, fork(rng), **SPREADS)
    brightness, contrast = (factor[:, None, None, None] for factor in factors(images, jittered))
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    expected = brightness * (mean + contrast * (images - mean))
    assert_close(jittered, expected, "jittered images", magnitude=1.0)


@check(points=2, source=JITTER, hint="rng.uniform(1 - brightness, 1 + brightness), times the pixels.")
def test_brightness_factor_is_uniform(color_jitter, rng):
    """The mean of each image is multiplied by a factor that is uniform in 1 - brightness to 1 + brightness."""
    draw, spread = drawing_factors(color_jitter, rng), SPREADS["brightness"]
    what = f"the factor of brightness, less 1, at brightness={spread}"
    assert_distributed(lambda times: draw(times)[0] - 1, [UniformDistribution(spread)], what)


@check(
    points=2, source=JITTER, hint="mean + (x - mean) * rng.uniform(1 - contrast, 1 + contrast), with the image's mean."
)
def test_contrast_factor_is_uniform(color_jitter, rng):
    """Distances from the image's mean are multiplied by a factor that is uniform in 1 - contrast to 1 + contrast."""
    draw, spread = drawing_factors(color_jitter, rng), SPREADS["contrast"]
    what = f"the factor of contrast, less 1, at contrast={spread}"
    assert_distributed(lambda times: draw(times)[1] - 1, [UniformDistribution(spread)], what)


@check(points=1, source=JITTER, hint="Draw both factors anew for each image: size=(N, 1, 1, 1), twice.")
def test_jitter_factors_are_independent(color_jitter, rng):
    """Brightness tells nothing about contrast, nor one image about the next."""

    def correlations(drawn):
        brightness, contrast = ((factor - 1) / spread for factor, spread in zip(drawn, SPREADS.values(), strict=True))
        return {
            "the correlation of brightness and contrast": correlation(brightness, contrast),
            "the correlation of brightness in neighbouring images": correlation(brightness[1:], brightness[:-1]),
            "the correlation of contrast in neighbouring images": correlation(contrast[1:], contrast[:-1]),
        }

    def correlation(first, second):
        # Each is uniform on [-1, 1], with variance 1/3; the sum of their bounded products is normal for many of them.
        value = 3 * float(np.mean(first * second))
        return Evidence(normal_p_value(value * np.sqrt(first.size)), "0", f"{value:.4g}")

    assert_statistics(drawing_factors(color_jitter, rng), correlations, "the factors")


@check(points=1, source=JITTER, hint="With brightness and contrast 0 both factors are 1.")
def test_no_jitter_is_the_identity(color_jitter, rng):
    """With brightness 0 and contrast 0 images stay as they are."""
    images = random_images(rng, (3, 4, 6, 3))
    assert_close(color_jitter(images, fork(rng), brightness=0.0, contrast=0.0), images, "images", magnitude=1.0)


@check(points=1, source=JITTER, hint="np.clip(result, 0, 1): neither wrap around nor rescale.")
def test_jitter_clips(color_jitter, rng):
    """What would leave [0, 1] becomes 0 or 1, and nothing else changes."""
    values = np.tile(np.linspace(0, 1, 6), (40, 3, 1))
    images = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(40, 2, 3, 3)

    brighter = color_jitter(images, fork(rng), brightness=0.8, contrast=0.0)
    dark = np.isclose(images, 0.2)
    factor = brighter[dark].reshape(40, 3).mean(axis=1)[:, None, None, None] / 0.2
    assert_close(brighter, np.clip(images * factor, 0, 1), "images at brightness=0.8", magnitude=1.0)

    stronger = color_jitter(images, fork(rng), brightness=0.0, contrast=0.8)
    above, below = np.isclose(images, 0.6), np.isclose(images, 0.4)
    factor = (stronger[above] - stronger[below]).reshape(40, 3).mean(axis=1)[:, None, None, None] / 0.2
    assert_close(stronger, np.clip(0.5 + (images - 0.5) * factor, 0, 1), "images at contrast=0.8", magnitude=1.0)


@check(points=1, source=JITTER, hint="rng.uniform(max(0, 1 - contrast), 1 + contrast).")
def test_jitter_never_inverts_an_image(color_jitter, rng):
    """However large brightness and contrast are, darker pixels do not become the brighter ones."""
    values = np.tile(np.linspace(0, 1, 6), (100, 3, 1))
    images = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(100, 6, 1, 3)
    jittered = color_jitter(images, fork(rng), brightness=0.5, contrast=1.5)
    # A factor that may be negative is so with probability 1/6: in no image of 100 with probability 1e-8.
    rise = np.diff(np.take_along_axis(jittered, np.argsort(images, axis=1), axis=1), axis=1)
    assert_that(
        np.all(rise >= -1e-6), f"a brighter pixel became darker than a darker one, by {-rise.min():.3g}", got="inverted"
    )
