"""Checks of the functions that hostile submissions get right."""

import numpy as np

from backproof.testing import assert_close, assert_that, check

SOURCE, HINT = "tests", "Stay honest."


@check(source=SOURCE, hint=HINT)
def test_relu(relu, rng):
    """Zero below zero."""
    x = rng.normal(size=(3, 3))
    assert_close(relu(x), np.maximum(x, 0), "out")


@check(source=SOURCE, hint=HINT)
def test_dropout_is_fresh_each_time(dropout_forward, rng):
    """The generator advances from call to call."""
    masks = [dropout_forward(np.ones((8, 8)), 0.5, rng)[0] for _ in range(2)]
    assert_that(bool((masks[0] != masks[1]).any()), "both masks are the same")


@check(source=SOURCE, hint=HINT)
def test_gradient_has_the_mask(dropout_forward, dropout_backward, rng):
    """Dropped elements get no gradient: the cache comes back unchanged."""
    out, cache = dropout_forward(np.ones((8, 8)), 0.5, rng)
    assert_close(dropout_backward(np.ones((8, 8)), cache), out, "dx")
