"""Mistakes in augmentation.py, as learners write them."""

import math

import numpy as np


def flip_vertically(images, probability, rng):
    result = images.copy()
    for i in range(len(images)):
        if rng.binomial(1, probability):
            result[i] = images[i, ::-1]
    return result


def flip_whole_batches(images, probability, rng):
    if rng.uniform() >= probability:
        return images.copy()
    return np.flip(images, axis=2)


def flip_inverted(images, probability, rng):
    out = []
    for image in images:
        is_kept = rng.uniform(0, 1) <= probability
        out.append(image if is_kept else np.fliplr(image))
    return np.array(out)


def crop_never_last(images, size, rng, padding=0):
    n, height, width, channels = images.shape
    frame = np.zeros((n, height + 2 * padding, width + 2 * padding, channels), dtype=images.dtype)
    frame[:, padding : padding + height, padding : padding + width] = images
    crops = np.empty((n, size, size, channels), dtype=images.dtype)
    for i in range(n):
        top = int(rng.random() * (frame.shape[1] - size))
        left = int(rng.random() * (frame.shape[2] - size))
        crops[i] = frame[i, top : top + size, left : left + size]
    return crops


def crop_whole_batches(images, size, rng, padding=0):
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)], mode="constant")
    top = rng.integers(0, padded.shape[1] - size, endpoint=True)
    left = rng.integers(0, padded.shape[2] - size, endpoint=True)
    return padded[:, top : top + size, left : left + size].copy()


def jitter_does_not_clip(images, rng, *, brightness=0.2, contrast=0.2):
    result = np.empty_like(images)
    for i, image in enumerate(images):
        b = rng.uniform(max(0, 1 - brightness), 1 + brightness)
        c = rng.uniform(max(0, 1 - contrast), 1 + contrast)
        bright = b * image
        result[i] = c * bright + (1 - c) * np.mean(bright)
    return result


def jitter_contrast_about_zero(images, rng, *, brightness=0.2, contrast=0.2):
    lowest = [max(0, 1 - brightness), max(0, 1 - contrast)]
    highest = [1 + brightness, 1 + contrast]
    result = images.copy()
    for i in range(len(images)):
        result[i] *= np.prod(rng.uniform(lowest, highest))
    result[result > 1] = 1
    return result


def _between_pixels(images, x, y):
    """Weigh the four pixels around the place (x, y); those outside of the image are 0."""
    height, width = images.shape[1:3]
    left, top = math.floor(x), math.floor(y)
    value = np.zeros_like(images[:, 0, 0])
    for row, row_weight in ((top, top + 1 - y), (top + 1, y - top)):
        for column, column_weight in ((left, left + 1 - x), (left + 1, x - left)):
            if 0 <= row < height and 0 <= column < width:
                value += row_weight * column_weight * images[:, row, column]
    return value


def affine_negates_the_shift(images, matrix):
    (a, b, tx), (c, d, ty) = matrix.tolist()
    _, height, width, _ = images.shape
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    out = np.zeros_like(images)
    for row in range(height):
        for column in range(width):
            dx, dy = column - middle_x, row - middle_y
            x, y = a * dx + b * dy - tx + middle_x, c * dx + d * dy - ty + middle_y
            out[:, row, column] = _between_pixels(images, x, y)
    return out


def affine_centre_is_half_the_size(images, matrix):
    height, width = images.shape[1], images.shape[2]
    out = np.zeros_like(images)
    for i in range(height):
        for j in range(width):
            offset = np.array([j - width / 2, i - height / 2])
            x, y = matrix[:, :2].dot(offset) + matrix[:, 2] + [width / 2, height / 2]
            out[:, i, j] = _between_pixels(images, x, y)
    return out


def affine_takes_the_nearest(images, matrix):
    n, height, width, channels = images.shape
    linear, shift = matrix[:, :2], matrix[:, 2]
    centre = np.array([width - 1, height - 1]) / 2
    result = np.zeros((n, height, width, channels), dtype=images.dtype)
    for row in range(height):
        for column in range(width):
            x, y = linear @ (np.array([column, row]) - centre) + shift + centre
            nearest_column, nearest_row = math.floor(x + 0.5), math.floor(y + 0.5)
            if 0 <= nearest_column < width and 0 <= nearest_row < height:
                result[:, row, column] = images[:, nearest_row, nearest_column]
    return result


def _rectangle(images, share, rng):
    """Draw top, bottom, left and right of a rectangle with 1 - share of the area, cut off at the border."""
    edges = []
    for size in images.shape[1:3]:
        length = int(size * math.sqrt(1 - share))
        first = rng.integers(0, size) - length // 2
        edges += [max(0, first), min(size, first + length)]
    return edges


def cutmix_keeps_the_labels(images, labels, rng, alpha=1.0):
    top, bottom, left, right = _rectangle(images, rng.beta(alpha, alpha), rng)
    partners = np.argsort(rng.random(len(images)))
    mixed = images.copy()
    for i, j in enumerate(partners):
        mixed[i, top:bottom, left:right] = images[j, top:bottom, left:right]
    return mixed, labels.copy()


def cutmix_labels_by_the_drawn_share(images, labels, rng, alpha=1.0):
    lam = rng.beta(alpha, alpha)
    top, bottom, left, right = _rectangle(images, lam, rng)
    order = np.arange(len(images))
    rng.shuffle(order)
    mixed = images.copy()
    mixed[:, top:bottom, left:right] = images[order, top:bottom, left:right]
    return mixed, lam * labels + (1 - lam) * labels[order]


def cutmix_permutes_twice(images, labels, rng, alpha=1.0):
    top, bottom, left, right = _rectangle(images, rng.beta(alpha, alpha), rng)
    _, height, width, _ = images.shape
    pasted = float(bottom - top) * float(right - left) / (height * width)
    mixed = images.copy()
    mixed[:, top:bottom, left:right] = rng.permutation(images, axis=0)[:, top:bottom, left:right]
    return mixed, (1 - pasted) * labels + pasted * rng.permutation(labels, axis=0)


def cowmix_without_smoothing(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    n, height, width, _ = images.shape
    partners = rng.permutation(n)
    mixed, mixed_labels = images.copy(), labels.copy()
    num_kept = int(keep_fraction * (height * width - 1)) + 1
    for i in range(n):
        noise = rng.normal(size=(height, width))
        threshold = np.sort(noise.ravel())[num_kept - 1]
        is_taken = noise > threshold
        mixed[i][is_taken] = images[partners[i]][is_taken]
        share = np.count_nonzero(is_taken) / is_taken.size
        mixed_labels[i] = (1 - share) * labels[i] + share * labels[partners[i]]
    return mixed, mixed_labels
