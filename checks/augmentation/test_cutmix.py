"""Checks of cutmix: the shape, the size and the place of its rectangles."""

import numpy as np

from backproof.testing import assert_statistics, assert_that, check, fork
from backproof.testing.statistics import rarity_evidence

from ._images import numbered_images
from ._mixtures import mixtures

CUTMIX = "Yun et al., CutMix, ICCV 2019, section 3.1"


@check(points=2, source=CUTMIX, hint="mask[top:bottom, left:right] = True.")
def test_cutmix_pastes_a_rectangle(cutmix, rng):
    """What an image has from its partner is one rectangle, or nothing."""
    for source, own, _ in mixtures(cutmix, rng):
        pasted = np.any(source != own, axis=-1)
        rows, columns = pasted.any(axis=2), pasted.any(axis=1)
        filled = pasted.sum(axis=(1, 2)) == extent(rows) * extent(columns)
        assert_that(filled.all(), f"in images {np.flatnonzero(~filled).tolist()} it is no rectangle")


def extent(flags):
    """Return the distance from the first to the last true entry of each row, both included; 0 if there is none."""
    size = flags.shape[1]
    return np.where(flags.any(axis=1), size - np.argmax(flags[:, ::-1], axis=1) - np.argmax(flags, axis=1), 0)


def pasted_by(cutmix, rng, batches, shape, alpha):
    """Return where the images of each batch have pixels of another, (batches, N, H, W)."""
    images, generator = numbered_images((*shape, 1)), fork(rng)
    arguments = {"images": images, "labels": np.eye(len(images)), "rng": generator, "alpha": alpha}
    mixed = [images for images, _ in cutmix.each([arguments] * batches)]
    return np.any(np.array(mixed) != images, axis=-1)


@check(
    points=2,
    source=CUTMIX,
    hint="Each side is that of the image times sqrt(1 - share), around a centre that is drawn row and column apart.",
)
def test_cutmix_rectangles_are_of_half_the_area_and_anywhere(cutmix, rng):
    """With a large alpha rectangles are of half the area, less what the border cuts off, and lie in every direction."""

    def draw(times):
        masks = pasted_by(cutmix, rng, times * 60, (4, 24, 36), 1000.0)
        # All images of a batch may have one rectangle: take that of the first that is not its own partner.
        first = np.argmax(masks.any(axis=(2, 3)), axis=1)
        masks = masks[np.arange(len(masks)), first]
        return masks[masks.any(axis=(1, 2))]

    def directions(masks):
        rows, columns = masks.any(axis=2), masks.any(axis=1)
        heights, widths, shares = extent(rows), extent(columns), masks.mean(axis=(1, 2))
        # The share is 1/2 up to 0.078, seven standard deviations of Beta(1000, 1000). So sides of 24 x 36 pixels are at
        # most 18.2 x 27.4, and a corner keeps a quarter of 15 x 23 pixels at least.
        assert_that(
            len(masks) and heights.max() <= 19 and widths.max() <= 28 and shares.min() >= 0.08,
            f"with alpha=1000 rectangles in 24 x 36 pixels have up to {heights.max(initial=0)} rows, "
            f"{widths.max(initial=0)} columns, and shares from {shares.min(initial=1):.3g}",
            expected="at most 19 rows, 28 columns, and a share from 0.08",
            got=f"{heights.max(initial=0)} rows, {widths.max(initial=0)} columns, {shares.min(initial=1):.3g}",
        )
        below, right = middle(rows), middle(columns)
        # Of rectangles that are cut off at the border 35 % have a share of 0.35 and more, and of those that are drawn
        # to fit all do. Middles are above the image's with probability 0.46 at least, and so they are in each other
        # direction, however sides are rounded; 0.46 ** 2 = 0.21.
        return (
            {"the rate of shares of 0.35 and more": rarity_evidence(shares >= 0.35, 0.3)}
            | {"the rate of middles above and left of the image's": rarity_evidence((below < 0) & (right < 0), 0.2)}
            | {"the rate of middles above and right of the image's": rarity_evidence((below < 0) & (right > 0), 0.2)}
            | {"the rate of middles below and left of the image's": rarity_evidence((below > 0) & (right < 0), 0.2)}
            | {"the rate of middles below and right of the image's": rarity_evidence((below > 0) & (right > 0), 0.2)}
        )

    assert_statistics(draw, directions, "the rectangles with alpha=1000")
    assert_borders_are_reached(cutmix, rng)


def assert_borders_are_reached(cutmix, rng):
    """Assert that rectangles of half the area are not empty, and touch each border of the image."""

    def draw(times):
        masks = pasted_by(cutmix, rng, times * 40, (8, 3, 6), 1000.0)
        return masks[np.arange(len(masks)), np.argmax(masks.any(axis=(2, 3)), axis=1)]

    def borders(masks):
        # A batch is paired with itself with probability 1/8 at most: where it is shifted by a random number. 3 x 6
        # pixels times the root of a half are 2 x 4 of them, if not more: those that are drawn to fit touch a border in
        # one of 2 or 3 places, those that are cut off in one of 3 or more often; 7/8 of 1/3 is 0.29.
        rows, columns = masks.any(axis=2), masks.any(axis=1)
        touching = {"top": rows[:, 0], "bottom": rows[:, -1], "left": columns[:, 0], "right": columns[:, -1]}
        rates = {f"the rate at the {side} border": rarity_evidence(where, 0.25) for side, where in touching.items()}
        return rates | {"the rate of those that are not empty": rarity_evidence(masks.any(axis=(1, 2)), 0.85)}

    assert_statistics(draw, borders, "the rectangles in 3 x 6 pixels with alpha=1000")


def middle(flags):
    """Return twice the distance from the middle of each row to that of its true entries."""
    return np.argmax(flags, axis=1) - np.argmax(flags[:, ::-1], axis=1)


@check(points=1, source=CUTMIX, hint="share = rng.beta(alpha, alpha): near 0 or 1 where alpha is small.")
def test_cutmix_share_follows_alpha(cutmix, rng):
    """With a small alpha nearly half of the rectangles are nearly nothing."""
    # The share outside of the rectangle is above 0.95 with probability 0.47 in Beta(0.02, 0.02); then the sides are
    # at most 2.7 x 4.03 pixels, rounded up 3 x 5, of 12 x 18. Images paired with themselves only add to these.
    assert_statistics(
        lambda times: pasted_by(cutmix, rng, times * 40, (20, 12, 18), 0.02)[:, 0].mean(axis=(1, 2)),
        lambda shares: {"the rate of areas below 0.08": rarity_evidence(shares < 0.08, 0.45)},
        "the rectangles with alpha=0.02",
    )
