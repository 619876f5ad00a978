"""Parameters and inputs of small networks, and their logits by the definition."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from backproof.testing import normal


def make_params(rng, layer_sizes):
    """Parameters of an ordinary network, with biases that are not 0."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        params[f"W{layer}"] = normal(rng, (fan_in, fan_out), math.sqrt(2 / fan_in))
        params[f"b{layer}"] = normal(rng, fan_out, 0.5)
    return params


def forward(params, x):
    """Logits by the definition."""
    num_layers = len(params) // 2
    for layer in range(1, num_layers + 1):
        x = x @ params[f"W{layer}"] + params[f"b{layer}"]
        if layer < num_layers:
            x = np.maximum(x, 0)
    return x


@st.composite
def networks(draw):
    """Draw parameters, inputs and labels of a small network, of one to three layers."""
    layer_sizes = draw(st.sampled_from([(2, 3, 2), (3, 2), (4, 5, 3), (2, 4, 3, 3)]))
    num_samples = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = rng.integers(0, layer_sizes[-1], num_samples)
    return make_params(rng, layer_sizes), normal(rng, (num_samples, layer_sizes[0])), labels
