"""Mistakes in random_crop."""

import numpy as np
from augmentation import random_crop

from backproof.misconceptions import misconception


def crops_at(images, size, padding, rows, columns):
    """Cut a window out of each image."""
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    places = zip(padded, np.broadcast_to(rows, len(images)), np.broadcast_to(columns, len(images)), strict=True)
    return np.stack([image[row : row + size, column : column + size] for image, row, column in places])


def freedom(images, size, padding):
    """Return how many rows and columns a window can be moved by."""
    return images.shape[1] + 2 * padding - size, images.shape[2] + 2 * padding - size


@misconception(
    imitates="random_crop",
    says="the last place is never drawn, since the upper end of rng.integers is excluded",
    hint="rng.integers(height - size + 1).",
)
def crop_never_last(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = (max(places, 1) for places in freedom(images, size, padding))
    return crops_at(images, size, padding, rng.integers(down, size=len(images)), rng.integers(across, size=len(images)))


@misconception(
    imitates="random_crop",
    says="an image that is just as large as the window raises an error: there is no number in rng.integers(0, 0)",
    hint="rng.integers(height - size + 1) is 0 where only one place is left.",
)
def crop_fails_at_full_size(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    rows = rng.integers(0, down, size=len(images))
    return crops_at(images, size, padding, rows, rng.integers(0, across, size=len(images)))


@misconception(
    imitates="random_crop",
    says="one number is drawn for row and column, so that windows lie on the diagonal",
    hint="Draw row and column apart.",
)
def crop_along_the_diagonal(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    places = rng.integers(min(freedom(images, size, padding)) + 1, size=len(images))
    return crops_at(images, size, padding, places, places)


@misconception(
    imitates="random_crop",
    says="all images of a batch are cut at one place",
    hint="Draw a row and a column for each image: size=len(images).",
)
def crop_whole_batches(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    return crops_at(images, size, padding, rng.integers(down + 1), rng.integers(across + 1))


@misconception(
    imitates="random_crop",
    says="the window is always in the middle: that is the crop for evaluation",
    hint="Draw the place from rng.",
)
def crop_the_centre(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    return crops_at(images, size, padding, down // 2, across // 2)


@misconception(
    imitates="random_crop",
    says="the limits of rows and columns are swapped, so that only the left part of a wide image is used",
    hint="images.shape is (N, H, W, channels): rows go to H, columns to W.",
)
def crop_swaps_height_and_width(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    rows = np.minimum(rng.integers(across + 1, size=len(images)), down)
    columns = np.minimum(rng.integers(down + 1, size=len(images)), across)
    return crops_at(images, size, padding, rows, columns)


@misconception(
    imitates="random_crop",
    says="the padding repeats the border",
    hint="np.pad pads with zeros unless told otherwise.",
)
def crop_repeats_the_border(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    around = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    return random_crop(np.pad(images, around, mode="edge"), size, rng)


@misconception(
    imitates="random_crop",
    says="all of the padding is on two sides, below and to the right",
    hint="Pad before and after: (padding, padding) for rows and for columns.",
)
def crop_pads_two_sides(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    return random_crop(np.pad(images, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0))), size, rng)


@misconception(
    imitates="random_crop",
    says="padding is ignored where the window fits without it",
    hint="Pad first, then choose among all places of the padded image.",
)
def crop_ignores_padding(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    return random_crop(images, size, rng, 0 if size <= min(images.shape[1:3]) else padding)


@misconception(
    imitates="random_crop",
    says="rows and columns are picked at random, not one window of neighbours",
    hint="Slice: image[row : row + size, column : column + size].",
)
def crop_picks_rows(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = np.sort(rng.permutation(padded.shape[1])[:size])
    columns = np.sort(rng.permutation(padded.shape[2])[:size])
    return padded[:, rows][:, :, columns]
