"""Mistakes in cutmix."""

import numpy as np
from augmentation import cutmix

from backproof.misconceptions import misconception

from ._rectangle import pasted


def sides(rng, alpha, images, share=None):
    """Return rows and columns of a rectangle."""
    share = rng.beta(alpha, alpha) if share is None else share
    return [int(np.sqrt(1 - share) * size) for size in images.shape[1:3]]


def box(rng, lengths, images):
    """Return the rows and columns around a random centre, as far as they are within the image."""
    starts = [rng.integers(size) - length // 2 for size, length in zip(images.shape[1:3], lengths, strict=True)]
    return tuple(slice(max(start, 0), max(start + length, 0)) for start, length in zip(starts, lengths, strict=True))


@misconception(
    imitates="cutmix",
    says="labels are mixed by the drawn share, though the border has cut the rectangle off",
    hint="Compute the share again, from the pixels that were pasted.",
)
def cutmix_labels_by_the_drawn_share(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    share = rng.beta(alpha, alpha)
    rows, columns = box(rng, sides(rng, alpha, images, share), images)
    return pasted(images, labels, rows, columns, rng.permutation(len(images)), share)


@misconception(
    imitates="cutmix",
    says="the weights of the two labels are swapped",
    hint="The image's own label has the share of the pixels outside of the rectangle.",
)
def cutmix_swaps_the_labels(images, labels, rng, alpha=1.0):
    mixed, mixed_labels = cutmix(images, labels, rng, alpha)
    other = mixed_labels - labels  # (1 - share) * (partner - own)
    taken = -np.sum(other * labels, axis=1, keepdims=True)
    scale = np.divide(1 - taken, taken, out=np.zeros_like(taken), where=taken > 0)
    return mixed, labels + other * scale


@misconception(
    imitates="cutmix",
    says="the labels stay those of the images, whatever was pasted",
    hint="Mix the labels by the shares of the pixels.",
)
def cutmix_keeps_the_labels(images, labels, rng, alpha=1.0):
    return cutmix(images, labels, rng, alpha)[0], labels.copy()


@misconception(
    imitates="cutmix",
    says="another permutation is drawn for the labels than for the images",
    hint="Draw the partners once, and use them for both.",
)
def cutmix_permutes_twice(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    rows, columns = box(rng, sides(rng, alpha, images), images)
    mixed, _ = pasted(images, labels, rows, columns, rng.permutation(len(images)))
    return mixed, pasted(images, labels, rows, columns, rng.permutation(len(images)))[1]


@misconception(
    imitates="cutmix",
    says="images are pasted one by one in place, so that later ones get what is already mixed",
    hint="Read from the images as they came, write into a copy.",
)
def cutmix_in_place(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    partner, mixed, mixed_labels = rng.permutation(len(images)), images.copy(), labels.copy()
    for sample, other in enumerate(partner):
        rows, columns = box(rng, sides(rng, alpha, images), images)
        mixed[sample, rows, columns] = mixed[other, rows, columns]
        share = mixed[sample, rows, columns].size / mixed[sample].size
        mixed_labels[sample] = (1 - share) * labels[sample] + share * labels[other]
    return mixed, mixed_labels


@misconception(
    imitates="cutmix",
    says="partners are drawn with replacement, so that some samples are pasted often and others never",
    hint="rng.permutation(len(images)).",
)
def cutmix_draws_partners_with_replacement(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    rows, columns = box(rng, sides(rng, alpha, images), images)
    return pasted(images, labels, rows, columns, rng.integers(len(images), size=len(images)))


@misconception(
    imitates="cutmix",
    says="images are blended as a whole: that is mixup",
    hint="Each pixel is taken from one of the two images.",
)
def cutmix_blends(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    share, partner = rng.beta(alpha, alpha), rng.permutation(len(images))
    return share * images + (1 - share) * images[partner], share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cutmix",
    says="each channel has a rectangle of its own",
    hint="One mask of rows and columns for all channels.",
)
def cutmix_single_channels(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    partner, mixed = rng.permutation(len(images)), images.copy()
    for channel in range(images.shape[3]):
        rows, columns = box(rng, sides(rng, alpha, images), images)
        mixed[:, rows, columns, channel] = images[partner][:, rows, columns, channel]
    share = np.mean(mixed == images, axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return mixed, share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cutmix",
    says="the rectangle shows another part of the partner than the one at that place",
    hint="The same rows and columns on both sides of the assignment.",
)
def cutmix_moves_the_patch(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    rows, columns = box(rng, sides(rng, alpha, images), images)
    partner = rng.permutation(len(images))
    mixed, mixed_labels = pasted(images, labels, rows, columns, partner)
    mixed[:, rows, columns] = np.roll(images, 1, axis=2)[partner][:, rows, columns]
    return mixed, mixed_labels


@misconception(
    imitates="cutmix",
    says="pixels are taken one by one at random, not as a rectangle",
    hint="Draw a centre and two sides, and paste what lies between.",
)
def cutmix_scatters_pixels(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    keep = rng.random((1, *images.shape[1:3], 1)) < rng.beta(alpha, alpha)
    partner, share = rng.permutation(len(images)), float(keep.mean())
    return np.where(keep, images, images[partner]), share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cutmix",
    says="the sides shrink by 1 - share, not by its root, so that the area is its square",
    hint="Both sides are multiplied: each gets sqrt(1 - share).",
)
def cutmix_forgets_the_root(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    taken = 1 - rng.beta(alpha, alpha)
    rows, columns = box(rng, [int(taken * size) for size in images.shape[1:3]], images)
    return pasted(images, labels, rows, columns, rng.permutation(len(images)))


@misconception(
    imitates="cutmix",
    says="alpha is ignored: the share is uniform",
    hint="rng.beta(alpha, alpha).",
)
def cutmix_ignores_alpha(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    return cutmix(images, labels, rng)


@misconception(
    imitates="cutmix",
    says="Beta is made of gammas with the shape 1 and the rate alpha, whose ratio is uniform for any alpha",
    hint="A gamma of shape alpha: alpha is no rate. Or rng.beta(alpha, alpha).",
)
def cutmix_gamma_with_a_rate(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    first, second = rng.gamma(1.0, 1 / alpha, size=2)
    rows, columns = box(rng, sides(rng, alpha, images, first / (first + second)), images)
    return pasted(images, labels, rows, columns, rng.permutation(len(images)))


@misconception(
    imitates="cutmix",
    says="the rectangle always has half of the area",
    hint="Draw the share: rng.beta(alpha, alpha).",
)
def cutmix_always_half(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    rows, columns = box(rng, sides(rng, alpha, images, 0.5), images)
    return pasted(images, labels, rows, columns, rng.permutation(len(images)))


@misconception(
    imitates="cutmix",
    says="the rectangle always starts in the first row and column",
    hint="Draw where the rectangle lies.",
)
def cutmix_in_the_corner(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    height, width = sides(rng, alpha, images)
    return pasted(images, labels, slice(0, height), slice(0, width), rng.permutation(len(images)))


@misconception(
    imitates="cutmix",
    says="one draw places rows and columns, so that rectangles lie on the diagonal",
    hint="Draw the row and the column of the centre apart.",
)
def cutmix_along_the_diagonal(images, labels, rng, alpha=1.0):
    cutmix(images, labels, rng, alpha)
    draw, spans = rng.random(), []
    for size, length in zip(images.shape[1:3], sides(rng, alpha, images), strict=True):
        start = int(draw * size) - length // 2
        spans.append(slice(max(start, 0), max(start + length, 0)))
    return pasted(images, labels, *spans, rng.permutation(len(images)))
