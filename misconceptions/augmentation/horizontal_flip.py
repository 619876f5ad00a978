"""Mistakes in horizontal_flip."""

import numpy as np
from augmentation import horizontal_flip

from backproof.misconceptions import misconception


def flip_where(is_flipped, images, axis=2):
    """Reverse one axis of some images."""
    return np.where(is_flipped, np.flip(images, axis), images)


@misconception(
    imitates="horizontal_flip",
    says="the rows are reversed, so that images stand on their heads",
    hint="Axis 0 is the batch, axis 1 has the rows, axis 2 the columns: images[:, :, ::-1].",
)
def flip_vertically(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) < probability, images, axis=1)


@misconception(
    imitates="horizontal_flip",
    says="the last axis is reversed: red and blue change places",
    hint="The last axis has the channels; the columns are axis 2.",
)
def flip_channels(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) < probability, images, axis=3)


@misconception(
    imitates="horizontal_flip",
    says="images are turned by 180 degrees: both axes are reversed",
    hint="Reverse the columns only.",
)
def flip_both_axes(images, probability, rng):
    return np.where(horizontal_flip(images, probability, rng) != images, images[:, ::-1, ::-1], images)


@misconception(
    imitates="horizontal_flip",
    says="one coin is thrown for the whole batch",
    hint="Draw len(images) numbers, one for each image.",
)
def flip_whole_batches(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random() < probability, images)


@misconception(
    imitates="horizontal_flip",
    says="images are flipped with 1 - probability",
    hint="rng.random() < probability is true with that probability.",
)
def flip_inverted(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) > probability, images)


@misconception(
    imitates="horizontal_flip",
    says="each row is flipped or not on its own, which tears images apart",
    hint="Draw numbers of the shape (N, 1, 1, 1).",
)
def flip_single_rows(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((*images.shape[:2], 1, 1)) < probability, images)


@misconception(
    imitates="horizontal_flip",
    says="the flipped images and the others change places in the batch, so that labels no longer fit",
    hint="Keep the order of the batch: np.where, or assign by index.",
)
def flip_reorders(images, probability, rng):
    horizontal_flip(images, probability, rng)
    is_flipped = rng.random(len(images)) < probability
    return np.concatenate([images[is_flipped][:, :, ::-1], images[~is_flipped]])


@misconception(
    imitates="horizontal_flip",
    says="a generator with a fixed seed is made in each call, so that the same places of a batch are always flipped",
    hint="Draw from rng.",
)
def flip_the_same(images, probability, rng):
    return horizontal_flip(images, probability, np.random.default_rng(0))
