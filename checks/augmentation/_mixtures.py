"""Where the pixels of mixed images came from."""

import numpy as np

from backproof.testing import fork

from ._images import numbered_images


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
        # Values rise from sample to sample, so that a value's size shows which one it can be from.
        source = np.clip(np.searchsorted(images[1:, 0, 0, 0], mixed, side="right"), 0, len(images) - 1)
        candidate = np.take_along_axis(images, source, axis=0)
        yield np.where(candidate == mixed, source, -1), own, labels
