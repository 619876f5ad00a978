"""Mistakes in permute_hidden_units and count_equivalent_minima."""

import math

import numpy as np
from landscape import count_equivalent_minima, permute_hidden_units

from backproof.misconceptions import misconception


@misconception(
    imitates="permute_hidden_units",
    says="the outgoing weights stay in the old order, and the network computes something else",
    hint="Rows of weight2 go with their units.",
)
def permute_hidden_units_keeps_weight2(weight1, bias1, weight2, permutation):
    weight1, bias1, _ = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2


@misconception(
    imitates="permute_hidden_units",
    says="the biases stay in the old order",
    hint="A bias goes with its unit.",
)
def permute_hidden_units_keeps_bias(weight1, bias1, weight2, permutation):
    weight1, _, weight2 = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2


@misconception(
    imitates="permute_hidden_units",
    says="the outgoing weights are put in the inverse order",
    hint="Index all three with the same permutation.",
)
def permute_hidden_units_mixes_directions(weight1, bias1, weight2, permutation):
    weight1, bias1, _ = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2[np.argsort(permutation)]


@misconception(
    imitates="permute_hidden_units",
    says="everything is returned as it was",
    hint="The function stays the same, the arrays do not.",
)
def permute_hidden_units_does_nothing(weight1, bias1, weight2, permutation):
    return permute_hidden_units(weight1, bias1, weight2, np.sort(permutation))


@misconception(
    imitates="count_equivalent_minima",
    says="the orders of the layers are added, not multiplied",
    hint="Each order of one layer goes with each order of the others: (n!)ᵐ.",
)
def count_equivalent_minima_adds(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    return math.factorial(hidden_units) * hidden_layers


@misconception(
    imitates="count_equivalent_minima",
    says="all units are permuted together, as if they could change layers",
    hint="A unit stays in its layer: (n!)ᵐ, not (nm)!.",
)
def count_equivalent_minima_all_units(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    return math.factorial(hidden_units * hidden_layers)


@misconception(
    imitates="count_equivalent_minima",
    says="the count is a float, which has 16 digits",
    hint="Python's integers are exact at any size: math.factorial.",
)
def count_equivalent_minima_float(hidden_units, hidden_layers):
    return float(count_equivalent_minima(hidden_units, hidden_layers))


@misconception(
    imitates="count_equivalent_minima",
    says="the product overflows: NumPy's integers have 64 bits",
    hint="math.factorial, or a loop over Python's integers.",
)
def count_equivalent_minima_overflows(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    with np.errstate(over="ignore"):
        return np.prod(np.arange(1, hidden_units + 1), dtype=np.int64) ** np.int64(hidden_layers)
