"""Checks of cutmix and cowmix together: pixels and labels come from the same pairs of images."""

import numpy as np
import pytest

from backproof.testing import Sample, assert_close, assert_that, check
from backproof.testing.general import *

from ._images import BAD_PROBABILITIES, random_images
from ._images import augmentation as augmentation
from ._mixtures import mixtures

CUTMIX = "Yun et al., CutMix, ICCV 2019, section 3.1"
COWMIX = "French, Oliver and Salimans, Milking CowMask for Semi-Supervised Image Classification, 2020"


def mixing_arguments(rng):
    """A batch of six with one-hot labels."""
    return {"images": random_images(rng, (6, 4, 6, 3)), "labels": np.eye(6), "rng": rng}


BAD_LABELS = (np.ones((5, 6)) / 6, np.ones((7, 6)) / 6)

SAMPLES = {
    "cutmix": Sample(mixing_arguments, bad={"labels": BAD_LABELS, "alpha": (-0.5,)}),
    "cowmix": Sample(
        mixing_arguments, bad={"labels": BAD_LABELS, "keep_fraction": BAD_PROBABILITIES, "sigma": (-0.5,)}
    ),
}

MIXING = ("cutmix", "cowmix")
each_mixing = pytest.mark.parametrize("augmentation", MIXING, indirect=True)


def partners(source, own):
    """Return the sample that each image has pixels from beside its own, and whether there is one."""
    is_other = (source != own) & (source >= 0)
    return np.where(is_other, source, -1).max(axis=(1, 2, 3)), is_other.any(axis=(1, 2, 3))


MIX_HINT = "np.where(mask, images, images[partner]): one mask for all channels, and no pixel moves."


@check(points=2, source=f"{CUTMIX}; {COWMIX}", hint=MIX_HINT)
@each_mixing
def test_pixels_come_from_one_of_a_pair(augmentation, rng):
    """Each pixel is that of the image or of its one partner, at the same place; none is a blend."""
    for source, own, _ in mixtures(augmentation, rng):
        assert_that(
            np.all(source >= 0),
            f"{np.sum(source < 0)} of {source.size} values are of no image at this place",
            got=f"first at {np.argwhere(source < 0)[:1].tolist()}",
        )
        partner = partners(source, own)[0][:, None, None, None]
        thirds = np.unique(np.argwhere((source != own) & (source != partner))[:, 0])
        assert_that(not len(thirds), f"images {thirds.tolist()} are made of more than two")


@check(points=1, source=f"{CUTMIX}; {COWMIX}", hint=MIX_HINT)
@each_mixing
def test_channels_are_mixed_alike(augmentation, rng):
    """All channels of a pixel come from the same image."""
    for source, _, _ in mixtures(augmentation, rng):
        differ = np.any(source != source[..., :1], axis=-1)
        assert_that(not differ.any(), f"{differ.sum()} of {differ.size} pixels have channels of two images")


@check(points=1, source=f"{CUTMIX}; {COWMIX}", hint="partner = rng.permutation(len(images)).")
@each_mixing
def test_partners_are_a_permutation(augmentation, rng):
    """No image is the partner of two others, and images are mixed at all."""
    seen = 0
    for source, own, _ in mixtures(augmentation, rng):
        partner, has_one = partners(source, own)
        seen += has_one.sum()
        values, counts = np.unique(partner[has_one], return_counts=True)
        assert_that(
            np.all(counts == 1),
            f"sample {values[counts > 1].tolist()} is the partner of several",
            expected="each sample once",
            got=str(partner.tolist()),
        )
    # A rectangle in 12 x 16 pixels is empty, with two equal halves of each side, where 1 - share < (2 / 12)²: six times
    # with probability 5e-10. That all six batches are paired with themselves is less probable still.
    assert_that(seen > 0, "no image has a pixel of another one")


@check(points=3, source=f"{CUTMIX}; {COWMIX}", hint="Count: share = mask.mean(), after the rectangle was cut off.")
@each_mixing
def test_labels_are_mixed_as_the_pixels(augmentation, rng):
    """The weight of each of the two labels is the share of pixels that actually came from its image."""
    for source, own, labels in mixtures(augmentation, rng):
        shares = np.stack([np.mean(source == sample, axis=(1, 2, 3)) for sample in range(len(own))], axis=1)
        assert_close(labels, shares, "labels", magnitude=1.0)
