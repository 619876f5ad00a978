"""Checks of predict: the logits of a network."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import Sample, assert_close, check, normal
from backproof.testing.general import *

from ._networks import forward, make_params, networks

BACKPROP = "Goodfellow, Bengio and Courville, Deep Learning, section 6.5"

SAMPLES = {
    "predict": Sample(
        lambda rng: {"params": make_params(rng, (3, 5, 2)), "x": normal(rng, (4, 3))},
        bad={"x": (np.ones((4, 2)), np.ones((4, 4)))},
    ),
}


@check(
    points=2,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 6.3",
    hint="ReLU after every layer but the last: logits are free to be negative.",
)
@given(network=networks())
def test_logits_are_linear_layers_with_relu_between(predict, network):
    """The logits are those of linear layers with ReLU after each but the last."""
    params, x, _ = network
    assert_close(predict(params, x), forward(params, x), "logits", magnitude=20.0)


@check(points=1, source=BACKPROP, hint="No mean, maximum or reshape over the batch on the way to the logits.")
@given(network=networks(), seed=st.integers(0, 99))
def test_samples_do_not_see_each_other(predict, network, seed):
    """A sample has the same logits alone, and permuting the batch permutes the logits."""
    params, x, _ = network
    order = np.random.default_rng(seed).permutation(len(x))
    results = predict.each({"params": params, "x": samples} for samples in (x, x[order], *x[:, None]))
    logits = next(results)
    assert_close(next(results), logits[order], "logits of the permuted batch", magnitude=20.0)
    for n, alone in enumerate(results):
        assert_close(alone[0], logits[n], f"logits of sample {n} alone", magnitude=20.0)
