"""Images for the checks of augmentations, and the fixture for checks of several of them.

Images are not square, so that swapped axes show. The value of a pixel identifies its place in the input.
"""

import numpy as np
import pytest

BAD_PROBABILITIES = (-0.1, 1.5, float("nan"))


def random_images(rng, shape):
    """Images with values of two digits, which a counterexample can show."""
    return np.round(rng.random(shape), 2)


def numbered_images(shape):
    """Images of which no two values are the same, each exact in float32 too."""
    size = int(np.prod(shape))
    return np.arange(1, size + 1).reshape(shape) / 2 ** size.bit_length()


def padded(images, padding):
    """Return images with zeros around them."""
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


@pytest.fixture
def augmentation(request):
    """Return the function that a check is run for."""
    return request.getfixturevalue(request.param)
