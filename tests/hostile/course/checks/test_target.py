"""Checks of the functions that hostile submissions attack."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import assert_close, assert_that, check

SOURCE, HINT = "tests", "Be honest."


@check(source=SOURCE, hint=HINT)
def test_mean_of_random_numbers(mean, rng):
    """The mean is the sum over the count, each time."""
    samples = rng.normal(size=(3, 9))
    for x, got in zip(samples, mean.each({"x": x} for x in samples), strict=True):
        assert_close(got, x.sum() / 9, "mean", magnitude=np.abs(x).max())


@check(source=SOURCE, hint=HINT)
@given(numbers=st.lists(st.floats(1, 1e6), min_size=1, max_size=9))
def test_mean_is_between_the_ends(mean, numbers):
    """The mean lies between the smallest and the largest."""
    slack = 1e-9 * (1 + max(map(abs, numbers)))  # a sum of nine numbers below 1e6 is rounded by less than 1e-9
    assert_that(bool(min(numbers) - slack <= mean(np.array(numbers)) <= max(numbers) + slack), "mean is not between")


@check(source=SOURCE, hint=HINT)
def test_centered_columns(center, rng):
    """Each column loses its mean."""
    x = rng.normal(size=(4, 3))
    assert_close(center(x), x - x.mean(axis=0), "out", magnitude=np.abs(x).max())


@check(source=SOURCE, hint=HINT)
def test_order_sorts(order, rng):
    """The elements rise in that order."""
    x = rng.normal(size=5)
    got = np.asarray(order(x))
    assert_that(got.shape == (5,) and bool(np.all(np.diff(x[got]) > 0)), "the elements are not in order")


@check(source=SOURCE, hint=HINT)
def test_direction(direction):
    """Rising numbers go up."""
    assert_that(direction(np.arange(3.0)) == "up", "rising numbers do not go up")


@check(source=SOURCE, hint=HINT)
def test_steps_add_up(step, rng):
    """Two steps along one gradient move by 0.1 and 0.19 of it."""
    start, grads = {"w": rng.normal(size=3)}, {"w": rng.normal(size=3)}
    params, state = step(start, grads, None)
    params, state = step(params, grads, state)
    assert_close(params["w"], start["w"] - 0.29 * grads["w"], "params", magnitude=10.0)


@check(source=SOURCE, hint=HINT)
def test_descent_reaches_the_minimum(descend, rng):
    """Fifty steps down a bowl end near its lowest point."""
    lowest = rng.normal(size=3)
    point = descend(lambda w: 2 * (w - lowest), np.zeros(3))
    assert_that(bool(np.abs(point - lowest).max() < 1e-3), "the point is not the lowest one")
