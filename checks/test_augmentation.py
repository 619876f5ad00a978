"""Checks of augmentation.py: what may change in an image, and what its label must then say.

Images are not square, since swapped axes show nowhere else, and the values of their pixels tell where each came from.
"""

import numpy as np
import pytest

from backproof.testing import (
    Evidence,
    Sample,
    UniformDistribution,
    assert_close,
    assert_distributed,
    assert_rate,
    assert_statistics,
    assert_that,
    check,
    fork,
    normal,
)
from backproof.testing.general import *
from backproof.testing.statistics import normal_p_value, rarity_evidence, rate_evidence

SURVEY = "Shorten and Khoshgoftaar, A survey on Image Data Augmentation for Deep Learning, Journal of Big Data 6, 2019"
CROPS = "Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep CNNs, NIPS 2012, section 4.1"
JITTER = "Howard, Some Improvements on Deep Convolutional Neural Network Based Image Classification, 2013"
AFFINE = "Jaderberg et al., Spatial Transformer Networks, NIPS 2015, sections 3.2 and 3.3"
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
SAMPLES = {
    "horizontal_flip": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "probability": 0.5, "rng": rng},
        bad={"probability": BAD_PROBABILITIES},
    ),
    "random_crop": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "size": 3, "rng": rng, "padding": 3},
        bad={"size": (0, -2, 11), "padding": (-1,)},
    ),
    "color_jitter": Sample(
        lambda rng: {"images": random_images(rng, (6, 4, 6, 3)), "rng": rng},
        bad={"brightness": (-0.1,), "contrast": (-0.1,)},
    ),
    "affine": Sample(
        lambda rng: {"images": random_images(rng, (2, 4, 6, 3)), "matrix": np.eye(2, 3) + normal(rng, (2, 3), 0.1)},
        bad={"matrix": (np.eye(2), np.eye(3), np.ones(6))},
    ),
    "cutmix": Sample(mixing_arguments, bad={"labels": BAD_LABELS, "alpha": (-0.5,)}),
    "cowmix": Sample(
        mixing_arguments, bad={"labels": BAD_LABELS, "keep_fraction": BAD_PROBABILITIES, "sigma": (-0.5,)}
    ),
}

RANDOM = ("horizontal_flip", "random_crop", "color_jitter", "cutmix", "cowmix")
MIXING = ("cutmix", "cowmix")
each_mixing = pytest.mark.parametrize("augmentation", MIXING, indirect=True)


@pytest.fixture
def augmentation(request):
    """Return the function that a check is run for."""
    return request.getfixturevalue(request.param)


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


@check(points=2, source=SURVEY, hint="images[:, :, ::-1]: the third axis has the columns.")
def test_flip_reverses_the_columns(horizontal_flip, rng):
    """With probability 1 each image is mirrored left to right, and a second time mirrored back."""
    images = random_images(rng, (3, 4, 6, 3))
    flipped = horizontal_flip(images, 1.0, fork(rng))
    assert_close(flipped, images[:, :, ::-1], "flipped images")
    assert_close(horizontal_flip(flipped, 1.0, fork(rng)), images, "images that were flipped twice")


@check(points=1, source=SURVEY, hint="Decide once for an image, not for each row, channel or pixel.")
def test_flip_leaves_or_mirrors_whole_images(horizontal_flip, rng):
    """Every image comes back in its place in the batch, mirrored or as it was; with probability 0 all as they were."""
    images = random_images(rng, (16, 2, 3, 3))
    assert_close(horizontal_flip(images, 0.0, fork(rng)), images, "images with probability 0")
    result = horizontal_flip(images, 0.5, fork(rng))
    is_flipped = np.abs(result - images).max(axis=(1, 2, 3)) > 1e-6
    expected = np.where(is_flipped[:, None, None, None], images[:, :, ::-1], images)
    assert_close(result, expected, "images with probability 0.5")


@check(points=2, source=SURVEY, hint="rng.random(len(images)) < probability: a draw for each image.")
def test_images_are_flipped_with_the_probability(horizontal_flip, rng):
    """Each image is flipped with the probability that was asked for, independently of the others."""
    for probability in (0.2, 0.7):

        def draw(times, probability=probability):
            images = numbered_images((times * 400, 1, 2, 1))
            result = horizontal_flip(images, probability, fork(rng))
            return result[:, 0, 0, 0] > result[:, 0, 1, 0]

        assert_rate(draw, probability, f"share of flipped images with probability={probability}")


def padded(images, padding):
    """Return images with zeros around them."""
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def windows_of(images, size):
    """Return all windows of all images, (N, rows, columns, size, size, channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    return np.moveaxis(windows, 3, -1)


@check(points=2, source=CROPS, hint="image[row : row + size, column : column + size], of the padded image.")
def test_crop_is_a_window(random_crop, rng):
    """Each crop is a contiguous square of its own image, with zeros where that reaches into the padding."""
    for shape, size, padding in (((12, 4, 6, 3), 3, 0), ((12, 6, 4, 3), 4, 1), ((12, 4, 6, 1), 1, 2)):
        images = numbered_images(shape)
        crops = random_crop(images, size, fork(rng), padding=padding)
        is_window = np.all(windows_of(padded(images, padding), size) == crops[:, None, None], axis=(3, 4, 5))
        found = is_window.any(axis=(1, 2))
        assert_that(
            found.all(),
            f"{np.sum(~found)} of {len(crops)} crops with size={size} and padding={padding} are no window of their "
            f"image, first crop {np.flatnonzero(~found)[:1].tolist()}",
            expected="a window of the image",
            got=str(crops[np.argmin(found), :, :, 0].tolist()),
        )


@check(points=1, source=CROPS, hint="rng.integers(high) excludes high: with size = height it must be 1, not 0.")
def test_largest_crop_is_the_whole_image(random_crop, rng):
    """A window as large as the padded image is all of it, with as many zeros on each of the four sides."""
    images = random_images(rng, (2, 4, 4, 3))
    for padding in (0, 3):
        crops = random_crop(images, 4 + 2 * padding, fork(rng), padding=padding)
        assert_close(crops, padded(images, padding), f"crops with padding={padding}")


@check(
    points=3,
    source=CROPS,
    hint="Draw row and column apart, for each image: rng.integers(height + 2 * padding - size + 1, size=N).",
)
def test_all_places_of_a_crop_are_equally_likely(random_crop, rng):
    """Each place where the window fits is chosen as often as any other, the first and the last too."""
    image = numbered_images((1, 4, 6, 1))

    def draw(times):
        images = np.repeat(image, times * 600, axis=0)
        return random_crop(images, 3, fork(rng), padding=1)

    def places(crops):
        windows = windows_of(padded(image, 1), 3)[0, ..., 0]
        rows, columns = windows.shape[:2]
        is_here = np.all(crops[:, None, None, ..., 0] == windows, axis=(3, 4))
        return {
            f"the rate of row {row} and column {column}": rate_evidence(is_here[:, row, column], 1 / (rows * columns))
            for row in range(rows)
            for column in range(columns)
        }

    assert_statistics(draw, places, "the place of the window in an image of 4 x 6 pixels with padding=1")


# Pixels stay within [0, 1] under all factors, and each channel has the image's mean, so that neither clipping nor the
# choice of mean or order matters.
SPREADS = {"brightness": 0.25, "contrast": 0.5}


def images_to_jitter(rng, num_images):
    """Images of 3 x 4 pixels whose means differ, each channel with the same values in another order."""
    values = np.tile(np.linspace(-0.1, 0.1, 12), (num_images, 3, 1))
    pixels = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(num_images, 3, 4, 3)
    return pixels + rng.choice([0.4, 0.5, 0.6], size=(num_images, 1, 1, 1))


def factors(images, jittered):
    """Return the factors of brightness and contrast that turn each image into what came back, as well as they can."""
    axes = (1, 2, 3)
    brightness = jittered.mean(axis=axes, dtype=float) / images.mean(axis=axes)
    pattern = images - images.mean(axis=axes, keepdims=True)
    slope = np.sum(pattern * jittered, axis=axes) / np.sum(pattern**2, axis=axes)
    return brightness, slope / brightness


def drawing_factors(color_jitter, rng):
    """Return a function that draws 500 pairs of factors, or k times as many."""

    def draw(times):
        images = images_to_jitter(rng, times * 500)
        return factors(images, color_jitter(images, fork(rng), **SPREADS))

    return draw


@check(points=2, source=JITTER, hint="mean + (x * b - mean) * c: b and c are one number each for an image.")
def test_jitter_has_one_factor_of_each_for_an_image(color_jitter, rng):
    """All values of an image are multiplied by one factor, and their distances from the mean by another."""
    images = images_to_jitter(rng, 8)
    jittered = color_jitter(images, fork(rng), **SPREADS)
    brightness, contrast = (factor[:, None, None, None] for factor in factors(images, jittered))
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    expected = brightness * (mean + contrast * (images - mean))
    assert_close(jittered, expected, "jittered images", magnitude=1.0)


@check(points=2, source=JITTER, hint="rng.uniform(1 - brightness, 1 + brightness), times the pixels.")
def test_brightness_factor_is_uniform(color_jitter, rng):
    """The mean of each image is multiplied by a factor that is uniform in 1 - brightness to 1 + brightness."""
    draw, spread = drawing_factors(color_jitter, rng), SPREADS["brightness"]
    what = f"the factor of brightness, less 1, at brightness={spread}"
    assert_distributed(lambda times: draw(times)[0] - 1, [UniformDistribution(spread)], what)


@check(
    points=2, source=JITTER, hint="mean + (x - mean) * rng.uniform(1 - contrast, 1 + contrast), with the image's mean."
)
def test_contrast_factor_is_uniform(color_jitter, rng):
    """Distances from the image's mean are multiplied by a factor that is uniform in 1 - contrast to 1 + contrast."""
    draw, spread = drawing_factors(color_jitter, rng), SPREADS["contrast"]
    what = f"the factor of contrast, less 1, at contrast={spread}"
    assert_distributed(lambda times: draw(times)[1] - 1, [UniformDistribution(spread)], what)


@check(points=1, source=JITTER, hint="Draw both factors anew for each image: size=(N, 1, 1, 1), twice.")
def test_jitter_factors_are_independent(color_jitter, rng):
    """Brightness tells nothing about contrast, nor one image about the next."""

    def correlations(drawn):
        brightness, contrast = ((factor - 1) / spread for factor, spread in zip(drawn, SPREADS.values(), strict=True))
        return {
            "the correlation of brightness and contrast": correlation(brightness, contrast),
            "the correlation of brightness in neighbouring images": correlation(brightness[1:], brightness[:-1]),
            "the correlation of contrast in neighbouring images": correlation(contrast[1:], contrast[:-1]),
        }

    def correlation(first, second):
        # Each is uniform on [-1, 1], with variance 1/3; the sum of their bounded products is normal for many of them.
        value = 3 * float(np.mean(first * second))
        return Evidence(normal_p_value(value * np.sqrt(first.size)), "0", f"{value:.4g}")

    assert_statistics(drawing_factors(color_jitter, rng), correlations, "the factors")


@check(points=1, source=JITTER, hint="With brightness and contrast 0 both factors are 1.")
def test_no_jitter_is_the_identity(color_jitter, rng):
    """With brightness 0 and contrast 0 images stay as they are."""
    images = random_images(rng, (3, 4, 6, 3))
    assert_close(color_jitter(images, fork(rng), brightness=0.0, contrast=0.0), images, "images", magnitude=1.0)


@check(points=1, source=JITTER, hint="np.clip(result, 0, 1): neither wrap around nor rescale.")
def test_jitter_clips(color_jitter, rng):
    """What would leave [0, 1] becomes 0 or 1, and nothing else changes."""
    values = np.tile(np.linspace(0, 1, 6), (40, 3, 1))
    images = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(40, 2, 3, 3)

    brighter = color_jitter(images, fork(rng), brightness=0.8, contrast=0.0)
    dark = np.isclose(images, 0.2)
    factor = brighter[dark].reshape(40, 3).mean(axis=1)[:, None, None, None] / 0.2
    assert_close(brighter, np.clip(images * factor, 0, 1), "images at brightness=0.8", magnitude=1.0)

    stronger = color_jitter(images, fork(rng), brightness=0.0, contrast=0.8)
    above, below = np.isclose(images, 0.6), np.isclose(images, 0.4)
    factor = (stronger[above] - stronger[below]).reshape(40, 3).mean(axis=1)[:, None, None, None] / 0.2
    assert_close(stronger, np.clip(0.5 + (images - 0.5) * factor, 0, 1), "images at contrast=0.8", magnitude=1.0)


@check(points=1, source=JITTER, hint="rng.uniform(max(0, 1 - contrast), 1 + contrast).")
def test_jitter_never_inverts_an_image(color_jitter, rng):
    """However large brightness and contrast are, darker pixels do not become the brighter ones."""
    values = np.tile(np.linspace(0, 1, 6), (100, 3, 1))
    images = np.moveaxis(rng.permuted(values, axis=-1), 1, -1).reshape(100, 6, 1, 3)
    jittered = color_jitter(images, fork(rng), brightness=0.5, contrast=1.5)
    # A factor that may be negative is so with probability 1/6: in no image of 100 with probability 1e-8.
    rise = np.diff(np.take_along_axis(jittered, np.argsort(images, axis=1), axis=1), axis=1)
    assert_that(
        np.all(rise >= -1e-6), f"a brighter pixel became darker than a darker one, by {-rise.min():.3g}", got="inverted"
    )


IDENTITY = np.eye(2, 3)


@check(points=1, source=AFFINE, hint="With A the identity and t = 0 the place is p itself: mind the centre.")
def test_identity_matrix_is_the_identity(affine, rng):
    """The identity matrix leaves images as they are, of odd and even sizes."""
    for shape in ((2, 4, 6, 3), (1, 5, 4, 1), (1, 1, 3, 1)):
        images = random_images(rng, shape)
        assert_close(affine(images, IDENTITY), images, "images", magnitude=1.0)


@check(
    points=2, source=AFFINE, hint="The output at p is the input at p + t: with t = (2, 0) the image moves to the left."
)
def test_whole_pixel_shifts_are_exact(affine, rng):
    """With A the identity the output pixel p shows the input's pixel p + t, with t = (columns, rows), or zero."""
    images = random_images(rng, (2, 4, 6, 3))
    around = padded(images, 6)
    for columns, rows in ((2, 0), (0, -1), (-3, 2), (6, 0), (0, 4)):
        expected = around[:, 6 + rows : 10 + rows, 6 + columns : 12 + columns]
        matrix = IDENTITY + np.array([[0, 0, columns], [0, 0, rows]])
        assert_close(affine(images, matrix), expected, f"images at t=({columns}, {rows})", magnitude=1.0)


@check(points=2, source=AFFINE, hint="The centre is ((W - 1) / 2, (H - 1) / 2), and p is (column, row).")
def test_turns_and_mirror_images_are_exact(affine, rng):
    """Mirror images, half turns and, of square images, quarter turns about the centre move pixels onto pixels."""
    for height, width in ((4, 6), (5, 4), (4, 4), (3, 3)):
        images = random_images(rng, (2, height, width, 2))
        maps = [("mirror", [[-1, 0], [0, 1]], images[:, :, ::-1]), ("half turn", -np.eye(2), images[:, ::-1, ::-1])]
        if height == width:
            # The output's first row, to the right, shows the input's last column, downwards: counterclockwise.
            maps.append(("quarter turn", [[0, -1], [1, 0]], np.rot90(images, axes=(1, 2))))
            maps.append(("quarter turn back", [[0, 1], [-1, 0]], np.rot90(images, -1, axes=(1, 2))))
        for name, linear, expected in maps:
            matrix = np.column_stack([linear, np.zeros(2)])
            assert_close(affine(images, matrix), expected, f"{name} of {height} x {width} pixels", magnitude=1.0)


def places(matrix, height, width):
    """Return the columns and rows of the input that the output's pixels show."""
    rows, columns = np.mgrid[:height, :width]
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offsets = np.stack([columns, rows], axis=-1) - centre
    return np.moveaxis(offsets @ matrix[:, :2].T + matrix[:, 2] + centre, -1, 0)


@check(
    points=3,
    source=AFFINE,
    hint="place = (p - c) @ A.T + t + c, and look up the input there: A itself, not its inverse.",
)
def test_a_ramp_is_looked_up_at_the_place(affine, rng):
    """Where brightness rises evenly, the output at p is as bright as the place A(p - c) + t + c, for any A and t."""
    height, width = 7, 9
    rows, columns = np.mgrid[:height, :width][..., None]
    across, down = np.array([0.05, 0.0]), np.array([0.01, 0.1])  # of two channels
    images = (0.1 + columns * across + rows * down)[None]
    for _ in range(6):
        matrix = IDENTITY + rng.uniform(-0.5, 0.5, size=(2, 3)) + np.array([[0, 0, 1.0], [0, 0, -0.5]])
        x, y = places(matrix, height, width)
        # At the border itself a rounding decides whether a place is outside.
        inside = (x > 0.01) & (x < width - 1.01) & (y > 0.01) & (y < height - 1.01)
        expected = 0.1 + x[..., None] * across + y[..., None] * down
        got = affine(images, matrix)[0]
        assert_close(got[inside], expected[inside], "the pixels within the image", magnitude=1.0)


@check(points=2, source=AFFINE, hint="The four pixels around the place, each weighted with 1 less its distance.")
def test_between_pixels_is_their_weighted_mean(affine, rng):
    """A shift by parts of a pixel mixes the four pixels around the place by their nearness: bilinear."""
    images = random_images(rng, (2, 4, 6, 3))
    for right, below in ((0.5, 0.0), (0.25, 0.0), (0.0, 0.75), (0.25, 0.75)):
        got = affine(images, IDENTITY + np.array([[0, 0, right], [0, 0, below]]))
        upper = (1 - right) * images[:, :-1, :-1] + right * images[:, :-1, 1:]
        lower = (1 - right) * images[:, 1:, :-1] + right * images[:, 1:, 1:]
        # The last column and row are half outside, where some fade to zero and some have zero at once.
        expected = (1 - below) * upper + below * lower
        assert_close(got[:, :-1, :-1], expected, f"images at t=({right}, {below})", magnitude=1.0)


@check(points=1, source=AFFINE, hint="Zero where the place is outside: neither repeat the border nor wrap around.")
def test_outside_is_zero(affine, rng):
    """Where the place lies outside of the image by a pixel or more, the output is 0; inside, white stays white."""
    images = np.ones((1, 5, 8, 2))
    for _ in range(4):
        matrix = IDENTITY + rng.uniform(-1, 1, size=(2, 3)) * np.array([0.5, 0.5, 4.0])
        matrix[:, :2] *= 2
        x, y = places(matrix, 5, 8)
        beyond = np.maximum(np.maximum(-x, x - 7), np.maximum(-y, y - 4))  # how far outside, in pixels
        got = affine(images, matrix)[0]
        assert_close(got[beyond >= 1.01], 0.0, "the pixels outside of the image", magnitude=1.0)
        assert_close(got[beyond <= -0.01], 1.0, "the pixels within the image", magnitude=1.0)


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
