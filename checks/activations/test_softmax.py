"""Checks of the softmax and its logarithm."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import Sample, assert_close, assert_finite, check, normal
from backproof.testing.general import *
from backproof.testing.inputs import matrices

SOFTMAX = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3"
STABILITY = "Goodfellow, Bengio and Courville, Deep Learning, section 4.1"

SAMPLES = {
    "softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
    "log_softmax": Sample(lambda rng: {"logits": normal(rng, (4, 3))}),
}


@check(points=1, source=SOFTMAX, hint="exp(z) / sum(exp(z)).")
def test_softmax_of_known_logits(softmax):
    """Logits log 2, 0, 0 have the probabilities 1/2, 1/4, 1/4; equal logits have equal ones."""
    assert_close(softmax(np.array([[math.log(2), 0.0, 0.0]])), np.array([[0.5, 0.25, 0.25]]), "softmax")
    assert_close(softmax(np.full((2, 4), 3.0)), np.full((2, 4), 0.25), "softmax of equal logits")


@check(points=1, source=SOFTMAX, hint="Sum over the last axis with keepdims=True, not over the batch.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_softmax_rows_are_distributions(softmax, logits):
    """Every row is positive and sums to 1, whatever the other rows are, for arrays of any number of axes."""
    results = softmax.each({"logits": each} for each in (logits, *logits, logits[:, None]))
    out = next(results)
    assert_close(out.sum(axis=-1), 1.0, "sum of a row")
    assert_close(out, np.abs(out), "softmax")
    for n in range(len(logits)):
        assert_close(next(results), out[n], f"softmax of row {n} alone")
    assert_close(next(results), out[:, None], "softmax with an axis more")


@check(points=1, source=STABILITY, hint="Subtract the maximum of each row before exponentiating.")
@given(logits=matrices(min_columns=2))
def test_softmax_ignores_a_shift(softmax, logits):
    """Adding the same number to a row changes nothing."""
    shifts = (5.0, -1e3, 1e4)
    results = softmax.each({"logits": logits + shift} for shift in (0.0, *shifts))
    out = next(results)
    for shift, shifted in zip(shifts, results, strict=True):
        assert_close(shifted, out, f"softmax after adding {shift:g}", magnitude=abs(shift))


@check(points=1, source=STABILITY, hint="Subtract the row's own maximum: not 0, and not that of the whole batch.")
def test_softmax_is_exact_for_huge_logits(softmax):
    """Logits of 1e4 and -1e4 give exact, finite probabilities, also side by side in one batch."""
    logits = np.array([[1e4, 0.0], [-1e4, -1e4], [0.0, 1e4], [1e4, 1e4]])
    out = softmax(logits)
    assert_finite(out, "softmax")
    # exp(-1e4) is far below the smallest number, so the result is exact up to the rounding of 1.
    assert_close(out, np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.5, 0.5]]), "softmax", magnitude=1.0)


@check(points=0.5, source=SOFTMAX, hint="No class is special: nothing may depend on a column's place.")
@given(logits=matrices(min_columns=2), seed=st.integers(0, 99))
def test_softmax_follows_a_permutation(softmax, log_softmax, logits, seed):
    """Permuting the classes permutes the result."""
    order = np.random.default_rng(seed).permutation(logits.shape[1])
    for function, magnitude in ((softmax, 0.0), (log_softmax, np.abs(logits).max())):
        out, permuted = function.each([{"logits": logits}, {"logits": logits[:, order]}])
        assert_close(permuted, out[:, order], f"{function.spec.name} of permuted logits", magnitude=magnitude)


@check(points=2, source=SOFTMAX, hint="z - log(sum(exp(z))) over the last axis.")
@given(logits=matrices(scales=(1.0, 10.0)))
def test_log_softmax_is_the_logarithm_of_softmax(log_softmax, logits):
    """log_softmax is z - log sum exp(z) of each row."""
    expected = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    results = log_softmax.each([{"logits": logits}, {"logits": logits[:, None]}])
    assert_close(next(results), expected, "log_softmax", magnitude=np.abs(logits).max())
    with_axis = next(results)
    assert_close(with_axis, expected[:, None], "log_softmax with an axis more", magnitude=np.abs(logits).max())


@check(points=2, source=STABILITY, hint="Never take the log of a probability: it may have underflowed to 0.")
def test_log_softmax_is_finite_where_a_probability_underflows(log_softmax):
    """A class that is 1e4 logits behind has the log-probability -1e4, not minus infinity."""
    logits = np.array([[1e4, 0.0], [-1e4, 0.0], [0.0, -800.0], [-1e4, -1e4], [200.0, 0.0]])
    expected = np.array([[0, -1e4], [-1e4, 0], [0, -800], [-math.log(2), -math.log(2)], [0, -200]])
    out = log_softmax(logits)
    assert_finite(out, "log_softmax")
    assert_close(out, expected, "log_softmax", magnitude=np.abs(logits).max(axis=1, keepdims=True))


@check(points=1, source=STABILITY, hint="Subtract the maximum of each row before exponentiating.")
@given(logits=matrices(min_columns=2))
def test_log_softmax_ignores_a_shift(log_softmax, logits):
    """Adding the same number to a row changes nothing."""
    shifts = (5.0, -1e3, 1e4)
    results = log_softmax.each({"logits": logits + shift} for shift in (0.0, *shifts))
    out = next(results)
    for shift, shifted in zip(shifts, results, strict=True):
        assert_close(shifted, out, f"log_softmax after adding {shift:g}", magnitude=abs(shift) + np.abs(logits).max())
