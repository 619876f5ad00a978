"""Readable inputs, of the sizes and scales that a check requests, which shrink to the smallest."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from backproof.testing import normal
from backproof.testing.inputs import labelled_logits, matrices

QUIET = settings(max_examples=300, database=None, deadline=None, derandomize=True)


@pytest.mark.parametrize("shape", [7, (3, 4), (2, 0), ()])
def test_normal_numbers_have_the_requested_shape(shape):
    """The shape is a number or a tuple, as in NumPy."""
    assert np.shape(normal(np.random.default_rng(0), shape)) == (shape if isinstance(shape, tuple) else (shape,))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 100.0])
def test_normal_numbers_are_readable(scale):
    """Before scaling they have two decimals, mean 0 and variance 1: within 5 standard errors for 100,000 numbers."""
    values = normal(np.random.default_rng(3), 100_000, scale) / scale
    assert np.abs(values * 100 - np.round(values * 100)).max() < 1e-9
    assert abs(values.mean()) < 5 / np.sqrt(values.size)
    assert abs(values.var() - 1) < 5 * np.sqrt(2 / values.size)


def test_normal_numbers_come_from_the_generator_alone():
    """One seed gives one array, and another seed another."""
    first, again, other = (normal(np.random.default_rng(seed), 20) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@QUIET
@given(matrix=matrices(min_rows=2, max_rows=4, min_columns=3, max_columns=6, scales=(1.0, 50.0)))
def test_matrices_keep_to_the_bounds(matrix):
    """Every matrix has a size within the bounds, and finite numbers of one of the scales."""
    assert 2 <= matrix.shape[0] <= 4
    assert 3 <= matrix.shape[1] <= 6
    assert np.abs(matrix).max() < 6 * 50.0


def test_matrices_reach_every_size_and_scale():
    """All sizes and scales within the bounds are drawn."""
    sizes, scales = set(), set()

    @QUIET
    @given(matrix=matrices(max_rows=2, max_columns=3, scales=(1.0, 1000.0)))
    def collect(matrix):
        sizes.add(matrix.shape)
        scales.add(bool(np.abs(matrix).max() >= 10.0))

    collect()
    assert sizes == {(rows, columns) for rows in (1, 2) for columns in (1, 2, 3)}
    assert scales == {True, False}


@QUIET
@given(pair=labelled_logits(max_samples=3, max_classes=4, scales=(1.0,)))
def test_labels_fit_the_logits(pair):
    """There is one class for each sample, an integer from 0 to C-1, and at least two classes."""
    logits, labels = pair
    assert labels.shape == (len(logits),)
    assert labels.dtype.kind == "i"
    assert 2 <= logits.shape[1] <= 4
    assert labels.min() >= 0
    assert labels.max() < logits.shape[1]


def test_every_class_is_drawn():
    """The last class is among the labels, and so is the first."""
    seen = set()

    @QUIET
    @given(pair=labelled_logits(max_classes=3))
    def collect(pair):
        seen.update((pair[0].shape[1], int(label)) for label in pair[1])

    collect()
    assert seen == {(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)}


def test_matrices_shrink_to_few_rows_columns_and_the_first_scale():
    """What fails for every matrix is shown for one number of the first scale."""
    smallest = find(matrices(scales=(1.0, 100.0)), lambda _: True, settings=QUIET)
    assert smallest.shape == (1, 1)
    assert abs(smallest[0, 0]) < 5.0
    wide = find(matrices(), lambda matrix: matrix.shape[1] >= 3, settings=QUIET)
    assert wide.shape == (1, 3)


def test_labelled_logits_shrink_to_one_sample_and_two_classes():
    """What fails for all logits is shown for one sample of two classes, labelled 0."""
    logits, labels = find(labelled_logits(), lambda _: True, settings=QUIET)
    assert logits.shape == (1, 2)
    assert labels.tolist() == [0]


@settings(parent=QUIET, max_examples=50)
@given(seed=st.integers(0, 2**32 - 1))
def test_counterexamples_print_in_short(seed):
    """Each number of a row of ten prints in at most five characters: sign, digit, point and two decimals."""
    row = normal(np.random.default_rng(seed), 10)
    assert max(len(repr(value)) for value in row.tolist()) <= 5
