"""Checks of affine: the place at which each pixel is looked up, between pixels and outside."""

import numpy as np

from backproof.testing import Sample, assert_close, check, normal
from backproof.testing.general import *

from ._images import padded, random_images

AFFINE = "Jaderberg et al., Spatial Transformer Networks, NIPS 2015, sections 3.2 and 3.3"

SAMPLES = {
    "affine": Sample(
        lambda rng: {"images": random_images(rng, (2, 4, 6, 3)), "matrix": np.eye(2, 3) + normal(rng, (2, 3), 0.1)},
        bad={"matrix": (np.eye(2), np.eye(3), np.ones(6))},
    ),
}

IDENTITY = np.eye(2, 3)


@check(points=1, source=AFFINE, hint="With A the identity and t = 0 the place is p itself: mind the centre.")
def test_identity_matrix_is_the_identity(affine, rng):
    """The identity matrix leaves images as they are, of odd and even sizes."""
    for shape in ((2, 4, 6, 3), (1, 5, 4, 1), (1, 1, 3, 1)):
        images = random_images(rng, shape)
        assert_close(affine(images, IDENTITY), images, "images", magnitude=1.0)


@check(
    points=2, source=AFFINE, hint="The output at p is the input at p + t: with t = (2, 0) the image moves to the left."
)
def test_whole_pixel_shifts_are_exact(affine, rng):
    """With A the identity the output pixel p shows the input's pixel p + t, with t = (columns, rows), or zero."""
    images = random_images(rng, (2, 4, 6, 3))
    around = padded(images, 6)
    for columns, rows in ((2, 0), (0, -1), (-3, 2), (6, 0), (0, 4)):
        expected = around[:, 6 + rows : 10 + rows, 6 + columns : 12 + columns]
        matrix = IDENTITY + np.array([[0, 0, columns], [0, 0, rows]])
        assert_close(affine(images, matrix), expected, f"images at t=({columns}, {rows})", magnitude=1.0)


@check(points=2, source=AFFINE, hint="The centre is ((W - 1) / 2, (H - 1) / 2), and p is (column, row).")
def test_turns_and_mirror_images_are_exact(affine, rng):
    """Mirror images, half turns and, of square images, quarter turns about the centre move pixels onto pixels."""
    for height, width in ((4, 6), (5, 4), (4, 4), (3, 3)):
        images = random_images(rng, (2, height, width, 2))
        maps = [("mirror", [[-1, 0], [0, 1]], images[:, :, ::-1]), ("half turn", -np.eye(2), images[:, ::-1, ::-1])]
        if height == width:
            # The output's first row, to the right, shows the input's last column, downwards: counterclockwise.
            maps.append(("quarter turn", [[0, -1], [1, 0]], np.rot90(images, axes=(1, 2))))
            maps.append(("quarter turn back", [[0, 1], [-1, 0]], np.rot90(images, -1, axes=(1, 2))))
        for name, linear, expected in maps:
            matrix = np.column_stack([linear, np.zeros(2)])
            assert_close(affine(images, matrix), expected, f"{name} of {height} x {width} pixels", magnitude=1.0)


def places(matrix, height, width):
    """Return the columns and rows of the input that the output's pixels show."""
    rows, columns = np.mgrid[:height, :width]
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offsets = np.stack([columns, rows], axis=-1) - centre
    return np.moveaxis(offsets @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)


@check(
    points=3,
    source=AFFINE,
    hint="place = (p - c) @ A.T + t + c, and look up the input there: A itself, not its inverse.",
)
def test_a_ramp_is_looked_up_at_the_place(affine, rng):
    """Where brightness rises evenly, the output at p is as bright as the place A(p - c) + t + c, for any A and t."""
    height, width = 7, 9
    rows, columns = np.mgrid[:height, :width][..., None]
    across, down = np.array([0.05, 0.0]), np.array([0.01, 0.1])  # of two channels
    images = (0.1 + columns * across + rows * down)[None]
    for _ in range(6):
        matrix = IDENTITY + rng.uniform(-0.5, 0.5, size=(2, 3)) + np.array([[0, 0, 1.0], [0, 0, -0.5]])
        x, y = places(matrix, height, width)
        # At the border itself a rounding decides whether a place is outside.
        inside = (x > 0.01) & (x < width - 1.01) & (y > 0.01) & (y < height - 1.01)
        expected = 0.1 + x[..., None] * across + y[..., None] * down
        got = affine(images, matrix)[0]
        assert_close(got[inside], expected[inside], "the pixels within the image", magnitude=1.0)


@check(points=2, source=AFFINE, hint="The four pixels around the place, each weighted with 1 less its distance.")
def test_between_pixels_is_their_weighted_mean(affine, rng):
    """A shift by parts of a pixel mixes the four pixels around the place by their nearness: bilinear."""
    images = random_images(rng, (2, 4, 6, 3))
    for right, below in ((0.5, 0.0), (0.25, 0.0), (0.0, 0.75), (0.25, 0.75)):
        got = affine(images, IDENTITY + np.array([[0, 0, right], [0, 0, below]]))
        upper = (1 - right) * images[:, :-1, :-1] + right * images[:, :-1, 1:]
        lower = (1 - right) * images[:, 1:, :-1] + right * images[:, 1:, 1:]
        # The last column and row are half outside, where some fade to zero and some have zero at once.
        expected = (1 - below) * upper + below * lower
        assert_close(got[:, :-1, :-1], expected, f"images at t=({right}, {below})", magnitude=1.0)


@check(points=1, source=AFFINE, hint="Zero where the place is outside: neither repeat the border nor wrap around.")
def test_outside_is_zero(affine, rng):
    """Where the place lies outside of the image by a pixel or more, the output is 0; inside, white stays white."""
    images = np.ones((1, 5, 8, 2))
    for _ in range(4):
        matrix = IDENTITY + rng.uniform(-1, 1, size=(2, 3)) * np.array([0.5, 0.5, 4.0])
        matrix[:, :2] *= 2
        x, y = places(matrix, 5, 8)
        beyond = np.maximum(np.maximum(-x, x - 7), np.maximum(-y, y - 4))  # how far outside, in pixels
        got = affine(images, matrix)[0]
        assert_close(got[beyond >= 1.01], 0.0, "the pixels outside of the image", magnitude=1.0)
        assert_close(got[beyond <= -0.01], 1.0, "the pixels within the image", magnitude=1.0)
