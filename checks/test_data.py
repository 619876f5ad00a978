"""Checks of data.py: splits and mini-batches, which lose, repeat or forget to shuffle samples when they are wrong."""

import numpy as np

from backproof.testing import Sample, assert_rate, assert_statistics, assert_that, check, fork
from backproof.testing.general import *
from backproof.testing.statistics import rate_evidence

SPLITS = "Goodfellow, Bengio and Courville, Deep Learning, section 5.3"
FOLDS = "Goodfellow, Bengio and Courville, Deep Learning, section 5.3.1 and algorithm 5.1"
BATCHES = "Goodfellow, Bengio and Courville, Deep Learning, section 8.1.3"

SAMPLES = {
    "train_val_test_split": Sample(
        lambda rng: {"num_samples": 10, "fractions": [0.6, 0.2, 0.2], "rng": rng},
        bad={"num_samples": (0, -3), "fractions": ([0.6, 0.2, 0.3], [1.2, -0.1, -0.1], [0.5, 0.5], [0.25] * 4)},
    ),
    "k_fold": Sample(lambda rng: {"num_samples": 10, "k": 5, "rng": rng}, bad={"k": (0, 1, -2, 11)}),
    "minibatches": Sample(
        lambda rng: {"num_samples": 10, "batch_size": 4, "rng": rng},
        bad={"num_samples": (0, -3), "batch_size": (0, -4)},
    ),
}

# Small splits drawn so often that a sample that is treated differently shows.
DRAWS = 100


def assert_partition(parts, num_samples, what):
    """Assert that index arrays hold every sample exactly once."""
    counts = np.bincount(np.concatenate([np.asarray(part, dtype=int) for part in parts]), minlength=num_samples)
    wrong = np.flatnonzero(counts != 1)
    is_longer = len(counts) > num_samples
    assert_that(
        not is_longer and not len(wrong),
        f"{what}: {len(wrong)} of {num_samples} samples are missing or repeated, first sample {wrong[:1].tolist()}"
        if len(wrong)
        else f"{what}: there are indices of {num_samples} and more",
        expected="every sample once",
        got=f"counts {counts.tolist()}",
    )


@check(points=2, source=SPLITS, hint="One permutation, cut in three: nothing twice, nothing lost.")
def test_split_puts_every_sample_in_one_set(train_val_test_split, rng):
    """Training, validation and test set have no sample in common, and together all of them."""
    for num_samples, fractions in ((10, [0.6, 0.2, 0.2]), (7, [0.5, 0.25, 0.25]), (101, [0.7, 0.2, 0.1])):
        parts = train_val_test_split(num_samples, fractions, fork(rng))
        assert_partition(parts, num_samples, f"split of {num_samples} by {fractions}")


@check(points=1, source=SPLITS, hint="Round the ends of the sets, not down, and let the last one take the rest.")
def test_split_has_the_sizes_that_were_asked_for(train_val_test_split, rng):
    """Each size is within 1 of its share of N, and exact when that is whole; sets may be empty."""
    cases = (
        (10, [0.6, 0.2, 0.2]),
        (100, [0.7, 0.2, 0.1]),
        (7, [0.5, 0.25, 0.25]),
        (23, [0.8, 0.1, 0.1]),
        (5, [1, 0, 0]),
    )
    for num_samples, fractions in cases:
        sizes = [len(part) for part in train_val_test_split(num_samples, fractions, fork(rng))]
        shares = np.array(fractions) * num_samples
        whole = np.abs(shares - np.round(shares)) < 1e-9
        off = np.abs(sizes - shares)
        assert_that(
            np.all(off <= np.where(whole, 1e-9, 1.0)),
            f"{num_samples} samples by {fractions} gave sets of {sizes}",
            expected=f"about {shares.tolist()}",
            got=str(sizes),
        )


@check(points=2, source=SPLITS, hint="rng.permutation(num_samples) before cutting: data files are often sorted.")
def test_split_is_shuffled(train_val_test_split, rng):
    """Any sample is in the training set as often as its share says: the first one and the last one, too."""

    def draw(times):
        generator = fork(rng)
        arguments = {"num_samples": 10, "fractions": [0.5, 0.3, 0.2], "rng": generator}
        splits = train_val_test_split.each([arguments] * (times * DRAWS))
        return np.array([np.isin([0, 9], train) for train, _, _ in splits])

    def rates(trained):
        return {f"the rate of sample {n}": rate_evidence(trained[:, k], 0.5) for k, n in enumerate((0, 9))}

    assert_statistics(draw, rates, "how often a sample of 10 is among the 5 of the training set")


@check(points=2, source=FOLDS, hint="np.array_split of one permutation; train is all that is not in val.")
def test_folds_validate_every_sample_once(k_fold, rng):
    """Each sample is in one validation fold, and in the training set of all other pairs."""
    for num_samples, k in ((10, 5), (11, 3), (4, 4)):
        folds = k_fold(num_samples, k, fork(rng))
        assert_that(len(folds) == k, f"{k} folds gave {len(folds)} pairs", expected=str(k), got=str(len(folds)))
        assert_partition([val for _, val in folds], num_samples, f"validation sets of {k} folds")
        for number, pair in enumerate(folds):
            assert_partition(pair, num_samples, f"training and validation set of fold {number} of {k}")


@check(points=1, source=FOLDS, hint="The first N % k folds have one sample more.")
def test_folds_have_nearly_the_same_size(k_fold, rng):
    """Sizes of the validation sets differ by at most one."""
    for num_samples, k in ((10, 5), (11, 2), (23, 4), (7, 6)):
        sizes = [len(val) for _, val in k_fold(num_samples, k, fork(rng))]
        assert_that(
            max(sizes) - min(sizes) <= 1, f"{num_samples} samples in {k} folds gave sizes {sizes}", got=str(sizes)
        )


@check(points=2, source=FOLDS, hint="rng.permutation(num_samples) before cutting.")
def test_folds_are_shuffled(k_fold, rng):
    """Two neighbours are in one fold only as often as chance puts them there."""

    def draw(times):
        generator = fork(rng)
        splits = k_fold.each([{"num_samples": 10, "k": 5, "rng": generator}] * (times * DRAWS))
        return np.array([any({0, 1} <= set(np.asarray(val).tolist()) for _, val in folds) for folds in splits])

    # The partner of sample 0 in its fold of two is any of the 9 others.
    assert_rate(draw, 1 / 9, "how often samples 0 and 1 of 10 are in one of 5 folds")


@check(points=2, source=BATCHES, hint="Cut one permutation into pieces; keep the last one, however small.")
def test_an_epoch_has_every_sample_once(minibatches, rng):
    """The batches of an epoch hold each sample once: none repeated, none dropped at the end."""
    for num_samples, batch_size in ((10, 4), (12, 4), (5, 1), (3, 8)):
        batches = minibatches(num_samples, batch_size, fork(rng))
        assert_partition(batches, num_samples, f"batches of {batch_size} of {num_samples} samples")


@check(points=1, source=BATCHES, hint="range(0, num_samples, batch_size): only the last batch may be smaller.")
def test_batches_have_the_size_asked_for(minibatches, rng):
    """All batches have batch_size samples, but for the last, which has the rest."""
    for num_samples, batch_size, expected in ((10, 4, [4, 4, 2]), (12, 4, [4, 4, 4]), (3, 8, [3])):
        sizes = [len(batch) for batch in minibatches(num_samples, batch_size, fork(rng))]
        assert_that(
            sizes == expected,
            f"{num_samples} samples in batches of {batch_size}",
            expected=str(expected),
            got=str(sizes),
        )


@check(points=2, source=BATCHES, hint="Draw a new permutation from rng in each call.")
def test_each_epoch_has_a_fresh_order(minibatches, rng):
    """Two epochs from one generator differ, and any sample is as likely as any other to come first."""
    generator = fork(rng)
    first, second = (np.concatenate(minibatches(100, 10, generator)) for _ in range(2))
    # Two random orders of 100 samples agree in more than half of their places with a probability below 1e-60.
    assert_that(np.mean(first == second) < 0.5, "the second epoch has the same order as the first")

    def draw(times):
        generator = fork(rng)
        epochs = minibatches.each([{"num_samples": 8, "batch_size": 2, "rng": generator}] * (times * DRAWS))
        return np.array([0 in np.asarray(batches[0]) for batches in epochs])

    assert_rate(draw, 0.25, "how often sample 0 of 8 is in the first batch of 2")
