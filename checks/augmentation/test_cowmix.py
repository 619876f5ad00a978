"""Checks of cowmix: how much of an image is kept, and how smooth the mask is."""

import numpy as np

from backproof.testing import assert_that, check, fork

from ._images import numbered_images

COWMIX = "French, Oliver and Salimans, Milking CowMask for Semi-Supervised Image Classification, 2020"
COW_SIZE = (96, 144)


def kept_by(cowmix, rng, **settings):
    """Return which pixels an image keeps: the first of a batch that has any of another."""
    images, generator = numbered_images((3, *COW_SIZE, 1)), fork(rng)
    # A batch of three is paired with itself with probability 1/6: twelve times in a row with 5e-10.
    for _ in range(12):
        kept = np.all(cowmix(images, np.eye(3), generator, **settings)[0] == images, axis=-1)
        if not kept.all():
            break
    assert_that(not kept.all(), "no image has a pixel of another one")
    return kept[np.argmin(kept.all(axis=(1, 2)))]


@check(
    points=2,
    source=COWMIX,
    hint="The threshold is mean + std * sqrt(2) * erfinv(2 * keep_fraction - 1), of the smoothed noise.",
)
def test_cowmix_keeps_the_fraction(cowmix, rng):
    """In an image that is large beside sigma the share of pixels that are kept is near keep_fraction."""
    for keep_fraction in (0.8, 0.2):
        # Smoothed noise has the correlation exp(-d²/4σ²) at a distance d: as much spread as in HW/(4πσ²) independent
        # pixels, or less where the threshold follows the noise. A kernel made of boxes may be wider, by a half.
        independent = np.prod(COW_SIZE) / (4 * np.pi * 1.5**2)
        # 6.1 standard deviations: a false alarm of 1e-9.
        tolerance = 6.1 * np.sqrt(keep_fraction * (1 - keep_fraction) / independent)
        share = kept_by(cowmix, rng, keep_fraction=keep_fraction, sigma=1.0).mean()
        assert_that(
            abs(share - keep_fraction) <= tolerance,
            f"at keep_fraction={keep_fraction} and sigma=1 the share of pixels that are kept is {share:.4g}",
            expected=f"{keep_fraction} up to {tolerance:.2g}",
            got=f"{share:.4g}",
        )
    images = numbered_images((4, 6, 8, 1))
    for keep_fraction, what in ((1.0, "itself"), (0.0, "its partner")):
        _, labels = cowmix(images, np.eye(4), fork(rng), keep_fraction=keep_fraction)
        weight = np.min(np.diag(labels) if keep_fraction else labels.max(axis=1))
        # The pixel whose noise is the quantile itself may be on either side.
        message = f"at keep_fraction={keep_fraction} the label of an image is {weight:.4g} of {what}"
        assert_that(weight >= 0.9, message, expected=f"1 of {what}", got=f"{weight:.4g}")


@check(
    points=2, source=COWMIX, hint="Smooth normal noise by a Gaussian of sigma pixels along both axes, then threshold."
)
def test_cowmix_mask_is_as_smooth_as_sigma_says(cowmix, rng):
    """Patches are irregular and of the size of sigma: their borders are as long as those of smoothed noise."""
    for settings, sigma in (({}, 4.0), ({"sigma": 1.0}, 1.0)):
        kept = kept_by(cowmix, rng, **settings)
        # Neighbours in smoothed noise have the correlation r = exp(-1/4σ²), and lie on two sides of the median with
        # probability arccos(r)/π. With 69 patches in the image, at sigma 4, the standard deviation of the rate is 7 %
        # of it, by simulation of five ways to smooth; three boxes in place of the Gaussian give 18 to 32 % less. A
        # straight border has a quarter of the rate, the root of sigma in place of sigma twice, and white noise more.
        expected = np.arccos(np.exp(-1 / (4 * sigma**2))) / np.pi
        for axis, name in ((0, "below"), (1, "to the right")):
            rate = np.mean(np.diff(kept, axis=axis))
            assert_that(
                0.4 * expected <= rate <= 1.6 * expected,
                f"at sigma={sigma}, a pixel and the one {name} come from two images at a rate of {rate:.4g}",
                expected=f"about {expected:.4g}",
                got=f"{rate:.4g}",
            )
