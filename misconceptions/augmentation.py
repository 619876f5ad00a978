"""Mistakes in augmentation.py."""

from statistics import NormalDist

import numpy as np
from augmentation import affine, color_jitter, cowmix, cutmix, horizontal_flip, random_crop

from backproof.misconceptions import misconception


def flip_where(is_flipped, images, axis=2):
    """Reverse one axis of some images."""
    return np.where(is_flipped, np.flip(images, axis), images)


@misconception(
    imitates="horizontal_flip",
    says="the rows are reversed, so that images stand on their heads",
    hint="Axis 0 is the batch, axis 1 has the rows, axis 2 the columns: images[:, :, ::-1].",
)
def flip_vertically(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) < probability, images, axis=1)


@misconception(
    imitates="horizontal_flip",
    says="the last axis is reversed: red and blue change places",
    hint="The last axis has the channels; the columns are axis 2.",
)
def flip_channels(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) < probability, images, axis=3)


@misconception(
    imitates="horizontal_flip",
    says="images are turned by 180 degrees: both axes are reversed",
    hint="Reverse the columns only.",
)
def flip_both_axes(images, probability, rng):
    return np.where(horizontal_flip(images, probability, rng) != images, images[:, ::-1, ::-1], images)


@misconception(
    imitates="horizontal_flip",
    says="one coin is thrown for the whole batch",
    hint="Draw len(images) numbers, one for each image.",
)
def flip_whole_batches(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random() < probability, images)


@misconception(
    imitates="horizontal_flip",
    says="images are flipped with 1 - probability",
    hint="rng.random() < probability is true with that probability.",
)
def flip_inverted(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((len(images), 1, 1, 1)) > probability, images)


@misconception(
    imitates="horizontal_flip",
    says="each row is flipped or not on its own, which tears images apart",
    hint="Draw numbers of the shape (N, 1, 1, 1).",
)
def flip_single_rows(images, probability, rng):
    horizontal_flip(images, probability, rng)
    return flip_where(rng.random((*images.shape[:2], 1, 1)) < probability, images)


@misconception(
    imitates="horizontal_flip",
    says="the flipped images and the others change places in the batch, so that labels no longer fit",
    hint="Keep the order of the batch: np.where, or assign by index.",
)
def flip_reorders(images, probability, rng):
    horizontal_flip(images, probability, rng)
    is_flipped = rng.random(len(images)) < probability
    return np.concatenate([images[is_flipped][:, :, ::-1], images[~is_flipped]])


@misconception(
    imitates="horizontal_flip",
    says="a generator with a fixed seed is made in each call, so that the same places of a batch are always flipped",
    hint="Draw from rng.",
)
def flip_the_same(images, probability, rng):
    return horizontal_flip(images, probability, np.random.default_rng(0))


def crops_at(images, size, padding, rows, columns):
    """Cut a window out of each image."""
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    places = zip(padded, np.broadcast_to(rows, len(images)), np.broadcast_to(columns, len(images)), strict=True)
    return np.stack([image[row : row + size, column : column + size] for image, row, column in places])


def freedom(images, size, padding):
    """Return how many rows and columns a window can be moved by."""
    return images.shape[1] + 2 * padding - size, images.shape[2] + 2 * padding - size


@misconception(
    imitates="random_crop",
    says="the last place is never drawn, since the upper end of rng.integers is excluded",
    hint="rng.integers(height - size + 1).",
)
def crop_never_last(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = (max(places, 1) for places in freedom(images, size, padding))
    return crops_at(images, size, padding, rng.integers(down, size=len(images)), rng.integers(across, size=len(images)))


@misconception(
    imitates="random_crop",
    says="an image that is just as large as the window raises an error: there is no number in rng.integers(0, 0)",
    hint="rng.integers(height - size + 1) is 0 where only one place is left.",
)
def crop_fails_at_full_size(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    rows = rng.integers(0, down, size=len(images))
    return crops_at(images, size, padding, rows, rng.integers(0, across, size=len(images)))


@misconception(
    imitates="random_crop",
    says="one number is drawn for row and column, so that windows lie on the diagonal",
    hint="Draw row and column apart.",
)
def crop_along_the_diagonal(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    places = rng.integers(min(freedom(images, size, padding)) + 1, size=len(images))
    return crops_at(images, size, padding, places, places)


@misconception(
    imitates="random_crop",
    says="all images of a batch are cut at one place",
    hint="Draw a row and a column for each image: size=len(images).",
)
def crop_whole_batches(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    return crops_at(images, size, padding, rng.integers(down + 1), rng.integers(across + 1))


@misconception(
    imitates="random_crop",
    says="the window is always in the middle: that is the crop for evaluation",
    hint="Draw the place from rng.",
)
def crop_the_centre(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    return crops_at(images, size, padding, down // 2, across // 2)


@misconception(
    imitates="random_crop",
    says="the limits of rows and columns are swapped, so that only the left part of a wide image is used",
    hint="images.shape is (N, H, W, channels): rows go to H, columns to W.",
)
def crop_swaps_height_and_width(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    down, across = freedom(images, size, padding)
    rows = np.minimum(rng.integers(across + 1, size=len(images)), down)
    columns = np.minimum(rng.integers(down + 1, size=len(images)), across)
    return crops_at(images, size, padding, rows, columns)


@misconception(
    imitates="random_crop",
    says="the padding repeats the border",
    hint="np.pad pads with zeros unless told otherwise.",
)
def crop_repeats_the_border(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    around = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    return random_crop(np.pad(images, around, mode="edge"), size, rng)


@misconception(
    imitates="random_crop",
    says="all of the padding is on two sides, below and to the right",
    hint="Pad before and after: (padding, padding) for rows and for columns.",
)
def crop_pads_two_sides(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    return random_crop(np.pad(images, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0))), size, rng)


@misconception(
    imitates="random_crop",
    says="padding is ignored where the window fits without it",
    hint="Pad first, then choose among all places of the padded image.",
)
def crop_ignores_padding(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    return random_crop(images, size, rng, 0 if size <= min(images.shape[1:3]) else padding)


@misconception(
    imitates="random_crop",
    says="rows and columns are picked at random, not one window of neighbours",
    hint="Slice: image[row : row + size, column : column + size].",
)
def crop_picks_rows(images, size, rng, padding=0):
    random_crop(images, size, rng, padding)
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = np.sort(rng.permutation(padded.shape[1])[:size])
    columns = np.sort(rng.permutation(padded.shape[2])[:size])
    return padded[:, rows][:, :, columns]


def per_image(rng, images, low, high):
    """Draw one factor for each image."""
    return rng.uniform(low, high, size=(len(images), 1, 1, 1)).astype(images.dtype)


def around_one(rng, images, spread):
    """Draw one factor around 1 for each image."""
    return per_image(rng, images, max(0, 1 - spread), 1 + spread)


def with_contrast(images, factors, mean=None):
    """Multiply the distances from the mean."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True) if mean is None else mean
    return mean + (images - mean) * factors


@misconception(
    imitates="color_jitter",
    says="the factor of brightness is from 0 to brightness: images become dark",
    hint="The factor is 1 plus or minus at most brightness.",
)
def jitter_darkens(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    darker = images * per_image(rng, images, 0, brightness) if brightness else images
    return color_jitter(darker, rng, brightness=0, contrast=contrast)


@misconception(
    imitates="color_jitter",
    says="images only become brighter: the factor is from 1 to 1 + brightness",
    hint="The factor is uniform in 1 - brightness to 1 + brightness.",
)
def jitter_only_brightens(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images * per_image(rng, images, 1, 1 + brightness), rng, brightness=0, contrast=contrast)


@misconception(
    imitates="color_jitter",
    says="brightness is added, not multiplied",
    hint="Black stays black: multiply all pixels by the factor.",
)
def jitter_adds_brightness(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    added = per_image(rng, images, -brightness, brightness)
    return np.clip(color_jitter(images, rng, brightness=0, contrast=contrast) + added, 0, 1)


@misconception(
    imitates="color_jitter",
    says="the result is not clipped, so that it leaves [0, 1]",
    hint="np.clip(result, 0, 1).",
)
def jitter_does_not_clip(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return with_contrast(images * around_one(rng, images, brightness), around_one(rng, images, contrast))


@misconception(
    imitates="color_jitter",
    says="values above 1 wrap around, as bytes do: the brightest pixels become black",
    hint="Clip before converting to bytes; here np.clip(result, 0, 1).",
)
def jitter_wraps_around(images, rng, *, brightness=0.2, contrast=0.2):
    result = jitter_does_not_clip(images, rng, brightness=brightness, contrast=contrast)
    return np.where((result < -1e-6) | (result > 1 + 1e-6), result % 1, np.clip(result, 0, 1))


@misconception(
    imitates="color_jitter",
    says="an image that leaves [0, 1] is scaled back as a whole, which takes its brightness away again",
    hint="np.clip(result, 0, 1) changes only what is outside.",
)
def jitter_rescales(images, rng, *, brightness=0.2, contrast=0.2):
    result = np.maximum(jitter_does_not_clip(images, rng, brightness=brightness, contrast=contrast), 0)
    return result / np.maximum(result.max(axis=(1, 2, 3), keepdims=True), 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about 0, where it is a second factor of brightness",
    hint="mean + (x - mean) * factor, with the mean of the image.",
)
def jitter_contrast_about_zero(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(brighter * around_one(rng, images, contrast), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about a grey of 0.5, so that dark images become darker",
    hint="mean + (x - mean) * factor, with the mean of the image.",
)
def jitter_contrast_about_grey(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=images.dtype.type(0.5)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about the mean of all images, so that an image depends on the others of its batch",
    hint="images.mean(axis=(1, 2, 3), keepdims=True): a mean for each image.",
)
def jitter_contrast_about_the_batch(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=brighter.mean()), 0, 1)


@misconception(
    imitates="color_jitter",
    says="contrast is about the mean of each pixel's channels: that is saturation",
    hint="The mean is that of the image, over rows and columns.",
)
def jitter_changes_saturation(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    grey = brighter.mean(axis=3, keepdims=True)
    return np.clip(with_contrast(brighter, around_one(rng, images, contrast), mean=grey), 0, 1)


@misconception(
    imitates="color_jitter",
    says="one pair of factors is drawn for the whole batch",
    hint="Draw factors of the shape (N, 1, 1, 1).",
)
def jitter_whole_batches(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    factors = (around_one(rng, images[:1], spread) for spread in (brightness, contrast))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="each pixel has a factor of its own: that is noise",
    hint="Draw factors of the shape (N, 1, 1, 1).",
)
def jitter_single_pixels(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    noise = rng.uniform(max(0, 1 - brightness), 1 + brightness, size=images.shape).astype(images.dtype)
    return np.clip(with_contrast(images * noise, around_one(rng, images, contrast)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="one draw serves for both factors: bright images always have a strong contrast",
    hint="Draw brightness and contrast apart.",
)
def jitter_draws_once(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    draw = per_image(rng, images, -1, 1)
    factors = (np.maximum(1 + spread * draw, 0) for spread in (brightness, contrast))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="brightness and contrast are mixed up",
    hint="brightness is for the factor of the pixels, contrast for that of the distances from the mean.",
)
def jitter_swaps_strengths(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images, rng, brightness=contrast, contrast=brightness)


@misconception(
    imitates="color_jitter",
    says="factors are normal, not uniform, and at times far out",
    hint="rng.uniform(1 - brightness, 1 + brightness).",
)
def jitter_draws_normal_factors(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    draws = rng.standard_normal((2, len(images), 1, 1, 1)).astype(images.dtype)
    factors = (np.maximum(1 + spread * draw, 0) for spread, draw in zip((brightness, contrast), draws, strict=True))
    return np.clip(with_contrast(images * next(factors), next(factors)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="the factor of contrast becomes negative where contrast is above 1: images turn into negatives",
    hint="rng.uniform(max(0, 1 - contrast), 1 + contrast).",
)
def jitter_inverts(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    brighter = images * around_one(rng, images, brightness)
    return np.clip(with_contrast(brighter, per_image(rng, images, 1 - contrast, 1 + contrast)), 0, 1)


@misconception(
    imitates="color_jitter",
    says="the brighter image is computed and then forgotten: only contrast changes",
    hint="Go on with the result: images = images * factor.",
)
def jitter_forgets_brightness(images, rng, *, brightness=0.2, contrast=0.2):
    color_jitter(images, rng, brightness=brightness, contrast=contrast)
    return color_jitter(images, rng, brightness=0, contrast=contrast)


def joined(linear, shift):
    """Return the 2 x 3 matrix of two parts."""
    return np.column_stack([linear, shift])


@misconception(
    imitates="affine",
    says="the matrix is inverted before use: the image turns and moves the other way",
    hint="matrix already leads from the output to the input: use it as it is.",
)
def affine_inverts(images, matrix):
    affine(images, matrix)
    inverse = np.linalg.inv(matrix[:, :2])
    return affine(images, joined(inverse, -inverse @ matrix[:, 2]))


@misconception(
    imitates="affine",
    says="A is transposed: rotations go the other way",
    hint="place = A @ offset; for rows of offsets, offsets @ A.T.",
)
def affine_transposes(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2].T, matrix[:, 2]))


@misconception(
    imitates="affine",
    says="rows come first in p and t, where the contract has (column, row)",
    hint="x counts columns, y counts rows.",
)
def affine_swaps_rows_and_columns(images, matrix):
    affine(images, matrix)
    return affine(images, matrix[::-1, [1, 0, 2]])


def about(images, matrix, centre):
    """Map about another centre: A (p - k) + t + k = A (p - c) + t + c + (A - 1)(c - k)."""
    affine(images, matrix)
    moved = (np.array([(images.shape[2] - 1) / 2, (images.shape[1] - 1) / 2]) - centre).astype(matrix.dtype)
    shift = matrix[:, 2] + (matrix[:, :2] - np.eye(2, dtype=matrix.dtype)) @ moved
    return affine(images, joined(matrix[:, :2], shift))


@misconception(
    imitates="affine",
    says="the centre is (W / 2, H / 2), half a pixel off: a half turn leaves an empty row",
    hint="Pixels are at 0 to W - 1, with their centre at (W - 1) / 2.",
)
def affine_centre_is_half_the_size(images, matrix):
    return about(images, matrix, np.array([images.shape[2] / 2, images.shape[1] / 2]))


@misconception(
    imitates="affine",
    says="the map is about the first pixel, not about the centre",
    hint="Subtract the centre before A, and add it afterwards.",
)
def affine_about_the_corner(images, matrix):
    return about(images, matrix, np.zeros(2))


@misconception(
    imitates="affine",
    says="height and width are mixed up in the centre",
    hint="c = ((W - 1) / 2, (H - 1) / 2), as (column, row).",
)
def affine_swaps_the_centre(images, matrix):
    return about(images, matrix, np.array([(images.shape[1] - 1) / 2, (images.shape[2] - 1) / 2]))


@misconception(
    imitates="affine",
    says="t goes through A as well: A (p - c + t) + c",
    hint="Shift after A: A (p - c) + t + c.",
)
def affine_shifts_first(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], matrix[:, :2] @ matrix[:, 2]))


@misconception(
    imitates="affine",
    says="t has the other sign: the image moves the other way",
    hint="The output at p shows the input at p + t.",
)
def affine_negates_the_shift(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], -matrix[:, 2]))


@misconception(
    imitates="affine",
    says="t is taken for a share of the image, not for pixels",
    hint="t is in pixels; a grid from -1 to 1 needs 2 * t / W.",
)
def affine_shifts_by_shares(images, matrix):
    affine(images, matrix)
    return affine(images, joined(matrix[:, :2], matrix[:, 2] * np.array(images.shape[2:0:-1], dtype=matrix.dtype) / 2))


@misconception(
    imitates="affine",
    says="A is applied in coordinates from -1 to 1, which shears images that are not square",
    hint="Work in pixels, or scale A: a grid from -1 to 1 is not the same for rows and columns.",
)
def affine_in_normalised_coordinates(images, matrix):
    affine(images, matrix)
    size = np.array(images.shape[2:0:-1], dtype=matrix.dtype)
    return affine(images, joined(matrix[:, :2] * size[:, None] / size, matrix[:, 2]))


def places(images, matrix):
    """Return the columns and rows of the input that the output's pixels show."""
    affine(images, matrix)
    height, width = images.shape[1:3]
    rows, columns = np.mgrid[:height, :width]
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    return np.moveaxis((np.stack([columns, rows], axis=-1) - centre) @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)


def is_inside(images, x, y):
    """Return which places are in the image, for a product with its pixels."""
    inside = (x >= 0) & (x < images.shape[2]) & (y >= 0) & (y < images.shape[1])
    return inside[..., None].astype(images.dtype)


@misconception(
    imitates="affine",
    says="the nearest pixel is taken, which makes edges jagged",
    hint="Weigh the four pixels around the place.",
)
def affine_takes_the_nearest(images, matrix):
    x, y = (np.floor(place + 0.5).astype(int) for place in places(images, matrix))
    near = images[:, np.clip(y, 0, images.shape[1] - 1), np.clip(x, 0, images.shape[2] - 1)]
    return near * is_inside(images, x, y)


@misconception(
    imitates="affine",
    says="places outside of the image show its border again",
    hint="Outside of the image the result is 0.",
)
def affine_repeats_the_border(images, matrix):
    affine(images, matrix)
    return affine(np.pad(images, ((0, 0), (60, 60), (60, 60), (0, 0)), mode="edge"), matrix)[:, 60:-60, 60:-60]


@misconception(
    imitates="affine",
    says="what leaves the image on one side comes back on the other, as with np.roll",
    hint="Outside of the image the result is 0.",
)
def affine_wraps_around(images, matrix):
    affine(images, matrix)
    return affine(np.pad(images, ((0, 0), (60, 60), (60, 60), (0, 0)), mode="wrap"), matrix)[:, 60:-60, 60:-60]


def sides(rng, alpha, images, share=None):
    """Return rows and columns of a rectangle."""
    share = rng.beta(alpha, alpha) if share is None else share
    return [int(np.sqrt(1 - share) * size) for size in images.shape[1:3]]


def box(rng, lengths, images):
    """Return the rows and columns around a random centre, as far as they are within the image."""
    starts = [rng.integers(size) - length // 2 for size, length in zip(images.shape[1:3], lengths, strict=True)]
    return tuple(slice(max(start, 0), max(start + length, 0)) for start, length in zip(starts, lengths, strict=True))


def pasted(images, labels, rows, columns, partner, share=None):
    """Paste one rectangle into all images, and mix the labels by its area or by another share that stays."""
    mixed = images.copy()
    mixed[:, rows, columns] = images[partner][:, rows, columns]
    if share is None:
        share = 1 - np.zeros(images.shape[1:3])[rows, columns].size / images[0, :, :, 0].size
    return mixed, (share * labels + (1 - share) * labels[partner]).astype(labels.dtype)


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


def smoothed(noise, sigma, axes=(1, 2)):
    """Smooth white noise by a Gaussian along axes, keeping its variance."""
    for axis in axes:
        places = np.arange(noise.shape[axis])
        kernels = np.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))
        kernels /= np.linalg.norm(kernels, axis=1, keepdims=True)
        noise = np.moveaxis(np.tensordot(kernels, noise, axes=(1, axis)), 0, axis)
    return noise


def cut(smooth, fraction):
    """Return where noise is below its quantile, (N, H, W, 1)."""
    return (smooth <= np.quantile(smooth, fraction, axis=(1, 2), keepdims=True))[..., None]


def mixed_by(keep, images, labels, rng):
    """Mix images by a mask, and labels by its share."""
    partner = rng.permutation(len(images))
    share = keep.mean(axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return np.where(keep, images, images[partner]), share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cowmix",
    says="the threshold is always 0, so that half of the image is kept for any keep_fraction",
    hint="The threshold is mean + std * sqrt(2) * erfinv(2 * keep_fraction - 1), or a quantile.",
)
def cowmix_always_half(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    return mixed_by((smoothed(noise, sigma) <= 0)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="keep_fraction of the pixels are taken from the partner, not kept",
    hint="Keep where the noise is below the threshold.",
)
def cowmix_keeps_the_rest(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=1 - keep_fraction, sigma=sigma)


@misconception(
    imitates="cowmix",
    says="keep_fraction itself is the threshold",
    hint="The threshold that a share of normal noise is below is its quantile.",
)
def cowmix_fraction_is_the_threshold(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)
    return mixed_by((smooth <= keep_fraction)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the threshold is that of noise before it was smoothed, when it spread much further",
    hint="Smoothing makes the standard deviation smaller: multiply the normal quantile by it.",
)
def cowmix_threshold_of_rough_noise(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    threshold = np.quantile(noise, keep_fraction, axis=(1, 2), keepdims=True)
    # A kernel whose sum is 1 leaves a standard deviation of 1 / (2 sqrt(pi) sigma).
    smooth = smoothed(noise, sigma) / (2 * np.sqrt(np.pi) * sigma)
    return mixed_by((smooth <= threshold)[..., None], images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the noise is not smoothed: the mask is salt and pepper",
    hint="Smooth the noise by a Gaussian of sigma pixels before the threshold.",
)
def cowmix_without_smoothing(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return mixed_by(cut(rng.standard_normal(images.shape[:3]), keep_fraction), images, labels, rng)


@misconception(
    imitates="cowmix",
    says="the noise is smoothed along rows only: the mask is made of stripes",
    hint="Smooth along both axes.",
)
def cowmix_smooths_one_axis(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[:3])
    return mixed_by(cut(smoothed(noise, sigma, axes=(2,)), keep_fraction), images, labels, rng)


@misconception(
    imitates="cowmix",
    says="sigma is taken for the variance: patches are too small",
    hint="The kernel is exp(-d² / (2 sigma²)).",
)
def cowmix_sigma_is_the_variance(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=np.sqrt(sigma))


@misconception(
    imitates="cowmix",
    says="sigma is ignored: patches always have one size",
    hint="The kernel is exp(-d² / (2 sigma²)).",
)
def cowmix_ignores_sigma(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    return cowmix(images, labels, rng, keep_fraction=keep_fraction)


@misconception(
    imitates="cowmix",
    says="each channel has a mask of its own, which makes false colours",
    hint="One mask of rows and columns for all channels.",
)
def cowmix_single_channels(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    noise = smoothed(rng.standard_normal(images.shape), sigma)
    keep = noise <= np.quantile(noise, keep_fraction, axis=(1, 2), keepdims=True)
    return mixed_by(keep, images, labels, rng)


@misconception(
    imitates="cowmix",
    says="labels are mixed by keep_fraction, though the mask keeps another share",
    hint="Count the pixels: share = mask.mean().",
)
def cowmix_labels_by_keep_fraction(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)
    score = (smooth - smooth.mean(axis=(1, 2), keepdims=True)) / smooth.std(axis=(1, 2), keepdims=True)
    keep, partner = (score <= NormalDist().inv_cdf(keep_fraction))[..., None], rng.permutation(len(images))
    mixed = np.where(keep, images, images[partner])
    return mixed, keep_fraction * labels + (1 - keep_fraction) * labels[partner]


@misconception(
    imitates="cowmix",
    says="the labels belong to other partners than the images: the permutation is drawn twice",
    hint="Draw the partners once, and use them for both.",
)
def cowmix_permutes_twice(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    mixed, _ = cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    share = np.mean(mixed == images, axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return mixed, share * labels + (1 - share) * labels[rng.permutation(len(labels))]


@misconception(
    imitates="cowmix",
    says="the smoothed noise itself is the mask, without a threshold: images are blended",
    hint="Compare the noise with a threshold: each pixel is taken from one of the two images.",
)
def cowmix_without_threshold(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    smooth = smoothed(rng.standard_normal(images.shape[:3]), sigma)[..., None].astype(images.dtype)
    weight = np.clip(0.5 + (smooth + keep_fraction - 0.5) / 4, 0, 1)
    partner, share = rng.permutation(len(images)), weight.mean(axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return weight * images + (1 - weight) * images[partner], share * labels + (1 - share) * labels[partner]


@misconception(
    imitates="cowmix",
    says="a rectangle is pasted: that is cutmix",
    hint="The mask is smoothed noise below a threshold.",
)
def cowmix_pastes_a_rectangle(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    cowmix(images, labels, rng, keep_fraction=keep_fraction, sigma=sigma)
    lengths = [round(np.sqrt(1 - keep_fraction) * size) for size in images.shape[1:3]]
    starts = [rng.integers(size - length + 1) for size, length in zip(images.shape[1:3], lengths, strict=True)]
    rows, columns = (slice(start, start + length) for start, length in zip(starts, lengths, strict=True))
    return pasted(images, labels, rows, columns, rng.permutation(len(images)))
