"""Reference augmentation."""

import numpy as np


def horizontal_flip(images, probability, rng):
    """Reverse the columns of the images whose draw is below the probability."""
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must be in [0, 1], not {probability}")
    is_flipped = rng.random((len(images), 1, 1, 1)) < probability
    return np.where(is_flipped, images[:, :, ::-1], images)


def random_crop(images, size, rng, padding=0):
    """Choose among all windows of the padded image."""
    if padding < 0:
        raise ValueError(f"padding must not be negative, not {padding}")
    num_samples, height, width, _ = images.shape
    if not 1 <= size <= min(height, width) + 2 * padding:
        raise ValueError(f"size must be from 1 to that of the padded image, not {size}")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    rows = rng.integers(windows.shape[1], size=num_samples)
    columns = rng.integers(windows.shape[2], size=num_samples)
    crops = windows[np.arange(num_samples), rows, columns]  # (N, channels, size, size)
    return np.moveaxis(crops, 1, -1)


def color_jitter(images, rng, *, brightness=0.2, contrast=0.2):
    """x * b, then mean + (x - mean) * c."""
    if not brightness >= 0:
        raise ValueError(f"brightness must not be negative, not {brightness}")
    if not contrast >= 0:
        raise ValueError(f"contrast must not be negative, not {contrast}")
    brighter = images * _factors(len(images), brightness, rng).astype(images.dtype)
    mean = brighter.mean(axis=(1, 2, 3), keepdims=True)
    return np.clip(mean + (brighter - mean) * _factors(len(images), contrast, rng).astype(images.dtype), 0, 1)


def affine(images, matrix):
    """Look every output pixel up in the input, between four pixels of it."""
    if matrix.shape != (2, 3):
        raise ValueError(f"matrix must have the shape (2, 3), not {matrix.shape}")
    _, height, width, _ = images.shape
    columns, rows = np.meshgrid(np.arange(width, dtype=images.dtype), np.arange(height, dtype=images.dtype))
    centre = np.array([(width - 1) / 2, (height - 1) / 2], dtype=images.dtype)
    offsets = np.stack([columns, rows], axis=-1) - centre  # (H, W, 2)
    x, y = np.moveaxis(offsets @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)

    # One pixel of zeros before the image and two behind it stand for everything outside.
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0)))
    x, y = np.clip(x, -1, width) + 1, np.clip(y, -1, height) + 1
    left, top = x.astype(int), y.astype(int)
    right_share, lower_share = (x % 1)[..., None], (y % 1)[..., None]
    upper = (1 - right_share) * padded[:, top, left] + right_share * padded[:, top, left + 1]
    lower = (1 - right_share) * padded[:, top + 1, left] + right_share * padded[:, top + 1, left + 1]
    return (1 - lower_share) * upper + lower_share * lower


def cutmix(images, labels, rng, alpha=1.0):
    """One rectangle for the batch, cut off at the border."""
    _check_labels(labels, images)
    if not alpha > 0:
        raise ValueError(f"alpha must be positive, not {alpha}")
    _, height, width, _ = images.shape
    side = np.sqrt(1 - rng.beta(alpha, alpha))
    keep = np.ones((1, height, width, 1), dtype=bool)
    keep[:, _interval(side, height, rng), _interval(side, width, rng)] = False
    return _mix(images, labels, keep, rng)


def cowmix(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    """A mask for each image, whose threshold is the quantile of its own smoothed noise."""
    _check_labels(labels, images)
    if not 0 <= keep_fraction <= 1:
        raise ValueError(f"keep_fraction must be in [0, 1], not {keep_fraction}")
    if not sigma > 0:
        raise ValueError(f"sigma must be positive, not {sigma}")
    num_samples, height, width, _ = images.shape
    noise = rng.standard_normal((num_samples, height, width))
    smooth = _gaussian(height, sigma) @ noise @ _gaussian(width, sigma)
    threshold = np.quantile(smooth.reshape(num_samples, -1), keep_fraction, axis=1)
    return _mix(images, labels, smooth[..., None] <= threshold[:, None, None, None], rng)


def _factors(num_samples, spread, rng):
    return rng.uniform(max(0, 1 - spread), 1 + spread, size=(num_samples, 1, 1, 1))


def _interval(share, size, rng):
    """Return a slice of about share * size pixels around a random one, as far as it lies within the image."""
    length = int(share * size)
    start = rng.integers(size) - length // 2
    return slice(max(start, 0), start + length)


def _gaussian(size, sigma):
    """Return the matrix that smooths a column; it is symmetric."""
    places = np.arange(size)
    return np.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))


def _mix(images, labels, keep, rng):
    """Take pixels from a random partner where keep is false, and as much of its label."""
    partner = rng.permutation(len(images))
    share = keep.mean(axis=(1, 2, 3))[:, None].astype(labels.dtype)
    return np.where(keep, images, images[partner]), share * labels + (1 - share) * labels[partner]


def _check_labels(labels, images):
    if labels.shape[:-1] != images.shape[:1]:
        raise ValueError(f"labels must have one row for each of {len(images)} images, not the shape {labels.shape}")
