"""Values are equal up to the roundings of their own dtype, and a failure counts, locates and compares them."""

import re

import numpy as np
import pytest

from backproof.problems import PropertyViolated
from backproof.testing import assert_close, assert_finite, normal


def failure(got, expected, what="dx", **settings):
    with pytest.raises(PropertyViolated) as caught:
        assert_close(got, expected, what, **settings)
    return caught.value


def test_messages_count_locate_and_compare():
    """The message has how many are wrong, where the worst lies, both values, their ratio and the tolerance."""
    expected = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    got = expected.copy()
    got[0, 1], got[1, 2] = 2.5, 3.0
    problem = failure(got, expected)
    assert problem.message == (
        "dx: 2 of 6 values are wrong; worst at [1, 2]: expected 6, got 3 (ratio 0.5); tolerance 8.5e-14"
    )
    assert problem.expected == "[[1., 2., 3.],\n [4., 5., 6.]]"
    assert problem.got == "[[1. , 2.5, 3. ],\n [4. , 5. , 3. ]]"


def test_messages_use_the_singular_for_one_value():
    """One wrong value of several is wrong; a number is named without a count or a place."""
    assert "dx: 1 of 2 values is wrong" in failure(np.array([1.0, 2.0]), np.array([1.0, 3.0])).message
    problem = failure(np.float64(2.0), 4.0, "loss")
    assert problem.message == "loss is 2, expected 4 (ratio 0.5); tolerance 5.7e-14"
    assert (problem.expected, problem.got) == ("4", "2")
    assert failure(np.array(2.0), 4.0, "loss").message == problem.message


def test_no_ratio_to_zero():
    """Where 0 is expected, the message has no ratio."""
    assert "ratio" not in failure(np.array([1.0, 2.0]), np.array([1.0, 0.0])).message


@pytest.mark.parametrize("factor", [2.0, -1.0, 0.25])
def test_a_common_factor_is_reported(factor):
    """If all wrong values are off by one factor, whatever their sizes, the message has the factor."""
    expected = normal(np.random.default_rng(1), 30, 100.0) + 0.01
    message = failure(factor * expected, expected).message
    assert message.endswith(f". All of them are {factor:.4g} times what they should be")


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([2.0, 4.0, 6.1], [1.0, 2.0, 3.0]),
        ([2.0, 4.0, 5.0], [1.0, 2.0, 0.0]),
        ([2.0, 4.0, np.nan], [1.0, 2.0, 3.0]),
        ([0.0, 0.0, 0.0], [1.0, 2.0, 3.0]),
        ([1.00001, 2.00002], [1.0, 2.0]),
        ([2.0, 1.0], [1.0, 1.0]),
    ],
    ids=["another_ratio", "not_zero", "nan", "all_zero", "factor_1", "one_value"],
)
def test_no_common_factor_where_there_is_none(got, expected):
    """A factor is reported only if it explains all wrong values, two at least, and is informative."""
    assert "All of them" not in failure(np.array(got), np.array(expected)).message


@pytest.mark.parametrize(("dtype", "accepted", "refused"), [(np.float64, 1e-14, 1e-12), (np.float32, 1e-6, 1e-4)])
def test_tolerance_follows_the_dtype_that_came_back(dtype, accepted, refused):
    """64 roundings of the result's dtype are accepted, at any scale, and 100 times as many are not."""
    expected = normal(np.random.default_rng(2), 30).astype(dtype).astype(float) + 1.0
    for scale in (1e-6, 1.0, 1e6):
        assert_close((scale * expected * (1 + accepted)).astype(dtype), scale * expected, "dx")
        failure((scale * expected * (1 + refused)).astype(dtype), scale * expected)


def test_float32_computations_pass():
    """Sums and exponentials computed in float32 throughout pass: 0 of 500 seeds fail; the same in float64 fails."""
    for seed in range(500):
        logits = normal(np.random.default_rng(seed), (4, 6), 3.0)
        right, single = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in (logits, logits.astype(np.float32)))
        assert_close(single, right, "probabilities")
        failure(single.astype(np.float64), right)


def test_what_is_known_to_single_precision_is_compared_in_it():
    """A loss in float64 beside another function's in float32: neither is wrong in the eighth digit."""
    assert_close(1.0, np.float32(1 + 1e-6), "loss")
    with pytest.raises(PropertyViolated):
        assert_close(1.0, np.float32(1 + 1e-4), "loss")
    with pytest.raises(PropertyViolated):
        assert_close(1.0, 1 + 1e-6, "loss")


def test_half_precision_gets_no_wider_tolerance_than_single():
    """An error that float16 cannot avoid fails; what float16 holds exactly passes."""
    third = np.array([1 / 3], dtype=np.float16)
    failure(third, 1 / 3)
    failure(third.astype(np.float32), 1 / 3)
    assert_close(np.array([0.5], dtype=np.float16), 0.5, "dx")


def test_cancelled_terms_widen_the_tolerance():
    """A result that is small beside the terms it came from is right to their roundings, and no further."""
    got = np.array([1.0 + 1e-10])
    failure(got, 1.0)
    assert_close(got, 1.0, "loss", magnitude=1e5)
    failure(got, 1.0, magnitude=1.0)
    assert_close(got, 1.0, "loss", roundings=1e6)


@pytest.mark.parametrize(
    ("got", "expected"),
    [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.inf), (1.0, -np.inf), (np.inf, -np.inf), (np.nan, np.inf), (1.0, np.nan)],
)
@pytest.mark.filterwarnings("error")
def test_values_that_are_not_finite_are_close_to_nothing_else(got, expected):
    """NaN and infinity on either side fail, alone or beside right and wrong values, and the message shows them."""
    assert f"{got:g}" in failure(np.float64(got), expected, "loss").message
    message = failure(np.array([0.0, got]), np.array([0.0, expected])).message
    assert "1 of 2 values is wrong; worst at [1]" in message
    assert f"expected {expected:g}, got {got:g}" in message
    assert "2 of 3 values" in failure(np.array([np.inf, 5.0, got]), np.array([np.inf, 6.0, expected])).message


def test_infinity_equals_itself():
    """Where infinity is right, infinity of that sign passes."""
    assert_close(np.array([np.inf, -np.inf, 1.0]), np.array([np.inf, -np.inf, 1.0]), "log_probabilities")


@pytest.mark.parametrize(
    ("got", "expected"), [((3,), (4,)), ((3,), (1, 3)), ((3, 1), (3,)), ((), (2,)), ((2, 3), (3, 2)), ((1,), (0,))]
)
def test_shapes_must_fit(got, expected):
    """A shape to which the expected one does not broadcast fails by its name, not by an error of NumPy's."""
    problem = failure(np.zeros(got), np.zeros(expected))
    assert problem.message == f"dx has shape {got}, expected {expected}"
    assert (problem.expected, problem.got) == (f"shape {expected}", f"shape {got}")


def test_expected_values_may_be_broadcast():
    """One expected number, or row, stands for many; the wrong place is that of the result."""
    assert_close(np.ones((2, 3)), 1.0, "dx")
    assert_close(np.ones((2, 3)), np.ones(3), "dx")
    assert "at [1, 0]" in failure(np.array([[1.0, 2.0], [9.0, 2.0]]), np.array([1.0, 2.0])).message


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_empty_arrays_are_equal(shape):
    """Nothing in them is wrong."""
    assert_close(np.zeros(shape), np.zeros(shape), "dx")
    assert_close(np.zeros(shape), 1.0, "dx")
    assert_finite(np.zeros(shape), "dx")


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, bool])
def test_integers_are_compared_by_value(dtype):
    """Integers and booleans wrap around in no difference, and count as float64."""
    got = np.array([0, 1, 1], dtype=dtype)
    assert_close(got, np.array([0, 1, 1]), "labels")
    assert_close(got, np.array([0.0, 1.0, 1.0]), "labels")
    assert "at [0]: expected 1, got 0" in failure(got, np.array([1, 1, 1], dtype=dtype)).message
    failure(got, np.array([0.0, 1.0, 1.0 + 1e-9]))


def test_python_numbers_are_float64():
    """A plain float has no wider tolerance than float64."""
    assert_close(1.0 + 1e-15, 1.0, "loss")
    assert "tolerance 1.4e-14" in failure(1.0 + 1e-12, 1.0).message


def test_values_that_are_not_finite_are_found():
    """The first value that is not finite is named with its place, and all of them are counted."""
    assert_finite(np.array([1e308, -1e308, 0.0]), "dx")
    assert_finite(np.array([1, 2]), "dx")
    with pytest.raises(PropertyViolated, match=re.escape("dx: 2 of 4 values are not finite")) as caught:
        assert_finite(np.array([[1.0, np.inf], [np.nan, 2.0]]), "dx")
    assert re.search(r"first.* at \[0, 1\]\D*inf", caught.value.message)
    with pytest.raises(PropertyViolated, match=r"^loss is not finite") as caught:
        assert_finite(np.float64(np.nan), "loss")
    assert "nan" in caught.value.message
    assert "first" not in caught.value.message
