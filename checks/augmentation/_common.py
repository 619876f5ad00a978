"""What several checks of augmentation.py share.

Images are not square, since swapped axes show nowhere else, and the values of their pixels tell where each came from.
"""

import numpy as np
import pytest

from backproof.testing import fork

SURVEY = "Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning, Journal of Big Data 6, 2019"
CUTMIX = "Yun et al., CutMix, ICCV 2019, section 3.1"
COWMIX = "French, Oliver and Salimans, Milking CowMask for Semi-Supervised Image Classification, 2020"


def random_images(rng, shape):
    """Images with values of two digits, which a counterexample can show."""
    return np.round(rng.random(shape), 2)


def numbered_images(shape):
    """Images of which no two values are the same, each exact in float32 too."""
    size = int(np.prod(shape))
    return np.arange(1, size + 1).reshape(shape) / 2 ** size.bit_length()


def mixing_arguments(rng):
    """A batch of six with one-hot labels."""
    return {"images": random_images(rng, (6, 4, 6, 3)), "labels": np.eye(6), "rng": rng}


BAD_PROBABILITIES = (-0.1, 1.5, float("nan"))
BAD_LABELS = (np.ones((5, 6)) / 6, np.ones((7, 6)) / 6)


@pytest.fixture
def augmentation(request):
    """Return the function that a check is run for."""
    return request.getfixturevalue(request.param)


def padded(images, padding):
    """Return images with zeros around them."""
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def places(matrix, height, width):
    """Return the columns and rows of the input that the output's pixels show."""
    rows, columns = np.mgrid[:height, :width]
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offsets = np.stack([columns, rows], axis=-1) - centre
    return np.moveaxis(offsets @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)


def mixtures(augmentation, rng):
    """Return, for the images of several batches, the sample that each value came from, and the mixed labels.

    The labels that go in are one-hot, a class for each sample; -1 stands for a value of no sample at this place.
    """
    images = numbered_images((8, 12, 16, 3))
    own = np.arange(len(images))[:, None, None, None]
    settings = {"sigma": 2.0} if augmentation.spec.name == "cowmix" else {}
    generator = fork(rng)
    arguments = {"images": images, "labels": np.eye(len(images)), "rng": generator, **settings}
    for mixed, labels in augmentation.each([arguments] * 6):
        # Values rise from sample to sample, so that the value's size tells which one it can be from.
        source = np.clip(np.searchsorted(images[1:, 0, 0, 0], mixed, side="right"), 0, len(images) - 1)
        candidate = np.take_along_axis(images, source, axis=0)
        yield np.where(candidate == mixed, source, -1), own, labels
