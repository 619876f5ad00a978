"""Checks of random_crop: each crop is a window of its image, at any place."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_statistics, assert_that, check, fork
from backproof.testing.general import *
from backproof.testing.statistics import rate_evidence

from ._images import numbered_images, padded, random_images

CROPS = "Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep CNNs, NIPS 2012, section 4.1"

SAMPLES = {
    "random_crop": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "size": 3, "rng": rng, "padding": 3},
        bad={"size": (0, -2, 11), "padding": (-1,)},
    ),
}


def windows_of(images, size):
    """Return all windows of all images, (N, rows, columns, size, size, channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    return np.moveaxis(windows, 3, -1)


@check(points=2, source=CROPS, hint="image[row : row + size, column : column + size], of the padded image.")
def test_crop_is_a_window(random_crop, rng):
    """Each crop is a contiguous square of its own image, with zeros where that reaches into the padding."""
    for shape, size, padding in (((12, 4, 6, 3), 3, 0), ((12, 6, 4, 3), 4, 1), ((12, 4, 6, 1), 1, 2)):
        images = numbered_images(shape)
        crops = random_crop(images, size, fork(rng), padding=padding)
        is_window = np.all(windows_of(padded(images, padding), size) == crops[:, None, None], axis=(3, 4, 5))
        found = is_window.any(axis=(1, 2))
        assert_that(
            found.all(),
            f"{np.sum(~found)} of {len(crops)} crops with size={size} and padding={padding} are no window of their "
            f"image, first crop {np.flatnonzero(~found)[:1].tolist()}",
            expected="a window of the image",
            got=str(crops[np.argmin(found), :, :, 0].tolist()),
        )


@check(points=1, source=CROPS, hint="rng.integers(high) excludes high: with size = height it must be 1, not 0.")
def test_largest_crop_is_the_whole_image(random_crop, rng):
    """A window as large as the padded image is all of it, with as many zeros on each of the four sides."""
    images = random_images(rng, (2, 4, 4, 3))
    for padding in (0, 3):
        crops = random_crop(images, 4 + 2 * padding, fork(rng), padding=padding)
        assert_close(crops, padded(images, padding), f"crops with padding={padding}")


@check(
    points=3,
    source=CROPS,
    hint="Draw row and column apart, for each image: rng.integers(height + 2 * padding - size + 1, size=N).",
)
def test_all_places_of_a_crop_are_equally_likely(random_crop, rng):
    """Each place where the window fits is chosen as often as any other, the first and the last too."""
    image = numbered_images((1, 4, 6, 1))

    def draw(times):
        images = np.repeat(image, times * 600, axis=0)
        return random_crop(images, 3, fork(rng), padding=1)

    def places(crops):
        windows = windows_of(padded(image, 1), 3)[0, ..., 0]
        rows, columns = windows.shape[:2]
        is_here = np.all(crops[:, None, None, ..., 0] == windows, axis=(3, 4))
        return {
            f"the rate of row {row} and column {column}": rate_evidence(is_here[:, row, column], 1 / (rows * columns))
            for row in range(rows)
            for column in range(columns)
        }

    assert_statistics(draw, places, "the place of the window in an image of 4 x 6 pixels with padding=1")
