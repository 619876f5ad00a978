"""Mistakes in affine."""

import numpy as np
from augmentation import affine

from backproof.misconceptions import misconception


def joined(linear, shift):
    """Return the 2 x 3 matrix of two parts."""
    return np.column_stack([linear, shift])


@misconception(
    imitates="affine",
    says="the matrix is inverted before use: the image turns and moves the other way",
    hint="matrix already leads from the output to the input: use it as it is.",
)
def affine_inverts(images, matrix):
    affine(images, matrix)
    inverse = np.linalg.inv(matrix[:, :2])
    return affine(images, joined(inverse, -inverse @ matrix[:, 2]))


@misconception(
    imitates="affine",
    says="A is transposed: rotations go the other way",
    hint="place = A @ offset; for rows of offsets, offsets @ A.T.",
)
def affine_transposes(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2].T, matrix[:, 2]))


@misconception(
    imitates="affine",
    says="rows come first in p and t, where the contract has (column, row)",
    hint="x counts columns, y counts rows.",
)
def affine_swaps_rows_and_columns(images, matrix):
    affine(images, matrix)
    return affine(images, matrix[::-1, [1, 0, 2]])


def about(images, matrix, centre):
    """Map about another centre: A (p - k) + t + k = A (p - c) + t + c + (A - 1)(c - k)."""
    affine(images, matrix)
    moved = (np.array([(images.shape[2] - 1) / 2, (images.shape[1] - 1) / 2]) - centre).astype(matrix.dtype)
    shift = matrix[:, 2] + (matrix[:, :2] - np.eye(2, dtype=matrix.dtype)) @ moved
    return affine(images, joined(matrix[:, :2], shift))


@misconception(
    imitates="affine",
    says="the centre is (W / 2, H / 2), half a pixel off: a half turn leaves an empty row",
    hint="Pixels are at 0 to W - 1, with their centre at (W - 1) / 2.",
)
def affine_centre_is_half_the_size(images, matrix):
    return about(images, matrix, np.array([images.shape[2] / 2, images.shape[1] / 2]))


@misconception(
    imitates="affine",
    says="the map is about the first pixel, not about the centre",
    hint="Subtract the centre before A, and add it afterwards.",
)
def affine_about_the_corner(images, matrix):
    return about(images, matrix, np.zeros(2))


@misconception(
    imitates="affine",
    says="height and width are mixed up in the centre",
    hint="c = ((W - 1) / 2, (H - 1) / 2), as (column, row).",
)
def affine_swaps_the_centre(images, matrix):
    return about(images, matrix, np.array([(images.shape[1] - 1) / 2, (images.shape[2] - 1) / 2]))


@misconception(
    imitates="affine",
    says="t goes through A as well: A (p - c + t) + c",
    hint="Shift after A: A (p - c) + t + c.",
)
def affine_shifts_first(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], matrix[:, :2] @ matrix[:, 2]))


@misconception(
    imitates="affine",
    says="t has the other sign: the image moves the other way",
    hint="The output at p shows the input at p + t.",
)
def affine_negates_the_shift(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], -matrix[:, 2]))


@misconception(
    imitates="affine",
    says="t is taken for a share of the image, not for pixels",
    hint="t is in pixels; a grid from -1 to 1 needs 2 * t / W.",
)
def affine_shifts_by_shares(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], matrix[:, 2] * np.array(images.shape[2:0:-1], dtype=matrix.dtype) / 2))


@misconception(
    imitates="affine",
    says="A is applied in coordinates from -1 to 1, which shears images that are not square",
    hint="Work in pixels, or scale A: a grid from -1 to 1 is not the same for rows and columns.",
)
def affine_in_normalised_coordinates(images, matrix):
    affine(images, matrix)
    size = np.array(images.shape[2:0:-1], dtype=matrix.dtype)
    return affine(images, joined(matrix[:, :2] * size[:, None] / size, matrix[:, 2]))


def places(images, matrix):
    """Return the columns and rows of the input that the output's pixels show."""
    affine(images, matrix)
    height, width = images.shape[1:3]
    rows, columns = np.mgrid[:height, :width]
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    return np.moveaxis((np.stack([columns, rows], axis=-1) - centre) @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)


def is_inside(images, x, y):
    """Return which places are in the image, for a product with its pixels."""
    inside = (x >= 0) & (x < images.shape[2]) & (y >= 0) & (y < images.shape[1])
    return inside[..., None].astype(images.dtype)


@misconception(
    imitates="affine",
    says="the nearest pixel is taken, which makes edges jagged",
    hint="Weigh the four pixels around the place.",
)
def affine_takes_the_nearest(images, matrix):
    x, y = (np.floor(place + 0.5).astype(int) for place in places(images, matrix))
    near = images[:, np.clip(y, 0, images.shape[1] - 1), np.clip(x, 0, images.shape[2] - 1)]
    return near * is_inside(images, x, y)


@misconception(
    imitates="affine",
    says="places outside of the image show its border again",
    hint="Outside of the image the result is 0.",
)
def affine_repeats_the_border(images, matrix):
    affine(images, matrix)
    return affine(np.pad(images, ((0, 0), (60, 60), (60, 60), (0, 0)), mode="edge"), matrix)[:, 60:-60, 60:-60]


@misconception(
    imitates="affine",
    says="what leaves the image on one side comes back on the other, as with np.roll",
    hint="Outside of the image the result is 0.",
)
def affine_wraps_around(images, matrix):
    affine(images, matrix)
    return affine(np.pad(images, ((0, 0), (60, 60), (60, 60), (0, 0)), mode="wrap"), matrix)[:, 60:-60, 60:-60]
