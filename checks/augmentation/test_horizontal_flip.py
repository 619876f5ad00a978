"""Checks of horizontal_flip: whole images are mirrored, with the given probability."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_rate, check, fork
from backproof.testing.general import *

from ._images import BAD_PROBABILITIES, numbered_images, random_images

SURVEY = "Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning, Journal of Big Data 6, 2019"

SAMPLES = {
    "horizontal_flip": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "probability": 0.5, "rng": rng},
        bad={"probability": BAD_PROBABILITIES},
    ),
}


@check(points=2, source=SURVEY, hint="images[:, :, ::-1]: the third axis has the columns.")
def test_flip_reverses_the_columns(horizontal_flip, rng):
    """With probability 1 each image is mirrored left to right, and a second time mirrored back."""
    images = random_images(rng, (3, 4, 6, 3))
    flipped = horizontal_flip(images, 1.0, fork(rng))
    assert_close(flipped, images[:, :, ::-1], "flipped images")
    assert_close(horizontal_flip(flipped, 1.0, fork(rng)), images, "images that were flipped twice")


@check(points=1, source=SURVEY, hint="Decide once for an image, not for each row, channel or pixel.")
def test_flip_leaves_or_mirrors_whole_images(horizontal_flip, rng):
    """Every image comes back in its place in the batch, mirrored or as it was; with probability 0 all as they were."""
    images = random_images(rng, (16, 2, 3, 3))
    assert_close(horizontal_flip(images, 0.0, fork(rng)), images, "images with probability 0")
    result = horizontal_flip(images, 0.5, fork(rng))
    is_flipped = np.abs(result - images).max(axis=(1, 2, 3)) > 1e-6
    expected = np.where(is_flipped[:, None, None, None], images[:, :, ::-1], images)
    assert_close(result, expected, "images with probability 0.5")


@check(points=2, source=SURVEY, hint="rng.random(len(images)) < probability: a draw for each image.")
def test_images_are_flipped_with_the_probability(horizontal_flip, rng):
    """Each image is flipped with the probability that was asked for, independently of the others."""
    for probability in (0.2, 0.7):

        def draw(times, probability=probability):
            images = numbered_images((times * 400, 1, 2, 1))
            result = horizontal_flip(images, probability, fork(rng))
            return result[:, 0, 0, 0] > result[:, 0, 1, 0]

        assert_rate(draw, probability, f"share of flipped images with probability={probability}")
