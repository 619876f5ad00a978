"""Checks of the symmetries of a network: hidden units in another order."""

import math

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check, normal
from backproof.testing.general import *

SYMMETRY = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.2"


def two_layers(rng):
    """Weights of a network with four hidden units."""
    return {"weight1": normal(rng, (3, 4)), "bias1": normal(rng, 4), "weight2": normal(rng, (4, 2))}


SAMPLES = {
    "permute_hidden_units": Sample(
        lambda rng: {**two_layers(rng), "permutation": np.array([2, 0, 3, 1])},
        bad={
            "permutation": (np.array([0, 1, 2]), np.array([0, 1, 1, 2]), np.array([1, 2, 3, 4])),
            "weight1": (np.ones((3, 3)), np.ones((3, 5))),
            "weight2": (np.ones((3, 2)), np.ones((5, 2))),
        },
    ),
    "count_equivalent_minima": Sample(
        lambda: {"hidden_units": 4, "hidden_layers": 2}, bad={"hidden_units": (-1,), "hidden_layers": (-1,)}
    ),
}


@check(
    points=2, source=SYMMETRY, hint="Columns of weight1, entries of bias1 and rows of weight2, all in the same order."
)
def test_permuted_units_compute_the_same(permute_hidden_units, rng):
    """Whatever belongs to a hidden unit moves with it, for any order: other arrays, and the same function."""
    layers = two_layers(rng)
    for permutation in (np.array([1, 2, 3, 0]), np.array([3, 0, 1, 2]), np.array([0, 2, 3, 1])):
        got = permute_hidden_units(**layers, permutation=permutation)
        # New unit i may be old unit permutation[i], or the other way round; weight1 shows which.
        orders = (permutation, np.argsort(permutation))
        order = min(orders, key=lambda order, moved=got[0]: np.abs(layers["weight1"][:, order] - moved).max())
        expected = (layers["weight1"][:, order], layers["bias1"][order], layers["weight2"][order])
        for name, array, moved in zip(layers, got, expected, strict=True):
            assert_close(array, moved, f"{name} in the order {permutation.tolist()}")


@check(points=1, source=SYMMETRY, hint="math.factorial(hidden_units) ** hidden_layers: Python's integers have no end.")
def test_orders_of_the_units_are_counted_exactly(count_equivalent_minima):
    """There are n! orders of the units of a layer, and (n!)ᵐ of m layers: an integer, exact also where it is huge."""
    for units, layers, expected in (
        (1, 5, 1),
        (3, 1, 6),
        (3, 2, 36),
        (5, 3, 1728000),
        (30, 4, math.factorial(30) ** 4),
    ):
        count = count_equivalent_minima(units, layers)
        is_exact = isinstance(count, int | np.integer) and int(count) == expected
        message = f"for {units} units in {layers} layers the count is {count}"
        assert_that(is_exact, message, expected=str(expected), got=str(count))
