"""Checks of all augmentations: images stay images, and each call draws afresh."""

import numpy as np
import pytest

from backproof.testing import assert_that, check, fork

from ._images import augmentation as augmentation
from ._images import numbered_images

SURVEY = "Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning, Journal of Big Data 6, 2019"
RANDOM = ("horizontal_flip", "random_crop", "color_jitter", "cutmix", "cowmix")


def augmented(augmentation, images, rng):
    """Return what a function makes of images, with settings that change them visibly and keep their height."""
    name = augmentation.spec.name
    if name == "horizontal_flip":
        return augmentation(images, 0.5, rng)
    if name == "random_crop":
        return augmentation(images, images.shape[1], rng, padding=2)
    if name == "color_jitter":
        return augmentation(images, rng)
    if name == "affine":
        return augmentation(images, np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0]]))
    settings = {"alpha": 1000.0} if name == "cutmix" else {"sigma": 2.0}
    return augmentation(images, np.eye(len(images)), rng, **settings)[0]


def discs():
    """A disc before a gradient, three times, and its negative, three times."""
    row, column = np.mgrid[:16, :16] / 15
    is_disc = ((row - 0.4) ** 2 + (column - 0.35) ** 2 < 0.06)[..., None]
    image = np.where(is_disc, np.array([1.0, 0.8, 0.2]), 0.2 + 0.6 * np.stack([row, column, 1 - row], axis=-1))
    return np.stack([image] * 3 + [1 - image] * 3)


@check(points=0.5, source=SURVEY, hint="Values in [0, 1] go in, and values in [0, 1] come out.")
@pytest.mark.parametrize("augmentation", [*RANDOM, "affine"], indirect=True)
def test_images_stay_images(augmentation, plot):
    """An augmented image has values in [0, 1], and still shows something."""
    images = discs()
    results = augmented(augmentation, images, np.random.default_rng(1))
    if augmentation.spec.name == RANDOM[0]:
        plot.image("Augmented images", images[0], label="original")
    # Some of the same three may be left as they are: show the one that is changed most.
    most_changed = np.argmax(np.abs(results - images)[:3].sum(axis=(1, 2, 3)))
    plot.image("Augmented images", results[most_changed], label=augmentation.spec.name)
    # A weighted mean of values in [0, 1] can be above 1 by a few roundings of float32.
    assert_that(
        np.all((results >= 0) & (results <= 1 + 1e-6)),
        f"values are from {results.min():.4g} to {results.max():.4g}",
        expected="values in [0, 1]",
        got=f"{results.min():.4g} to {results.max():.4g}",
    )
    assert_that(np.all(np.ptp(results, axis=(1, 2, 3)) > 0), "all values of an image are the same")


@check(points=0.5, source="NumPy reference, Random Generator", hint="Draw from rng in each call; seed nothing.")
@pytest.mark.parametrize("augmentation", RANDOM, indirect=True)
def test_each_call_draws_afresh(augmentation, rng):
    """One generator gives other images in the next call."""
    images, generator = numbered_images((32, 6, 8, 3)), fork(rng)
    first = augmented(augmentation, images, generator)
    # Cutmix has the fewest outcomes: one rectangle of 5 x 6 pixels that must fit has 6 places, so that 12 more calls
    # all repeat the first with probability 6**-12 = 5e-10.
    repeats = all(np.array_equal(augmented(augmentation, images, generator), first) for _ in range(12))
    assert_that(not repeats, "13 calls with one generator gave the same images")
