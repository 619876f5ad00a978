"""Checks of dropout_backward: the gradient has the mask and the scale of the forward pass."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, assert_that, check, normal
from backproof.testing.general import *

DROPOUT = "Srivastava et al., Dropout, JMLR 15, 2014"


def backward_sample(rng, dropout_forward):
    """A gradient for the output of dropout on 4 samples."""
    out, cache = dropout_forward(normal(rng, (4, 3)), 0.7, rng, training=True)
    return {"dout": normal(rng, out.shape), "cache": cache}


SAMPLES = {
    "dropout_backward": Sample(backward_sample, bad={"dout": (np.ones((3, 4)), np.ones(5))}),
}


def nonzero(rng, shape):
    """Inputs without a zero, so that a zero in the output was dropped."""
    x = normal(rng, shape)
    return np.where(x == 0, 1.0, x)


@check(
    points=2,
    source=f"{DROPOUT}, section 5.1",
    hint="Keep the mask and its scale in the cache, and multiply dout by both.",
)
@given(keep_prob=st.sampled_from([0.8, 0.3]), inverted=st.booleans(), training=st.booleans(), seed=st.integers(0, 9999))
def test_backward_uses_the_same_mask_and_scale(dropout_forward, dropout_backward, keep_prob, inverted, training, seed):
    """The gradient flows where the signal did, by the same factor, also where x itself is 0."""
    rng = np.random.default_rng(seed)
    x, dout = nonzero(rng, (6, 5)), nonzero(rng, (6, 5))
    out, cache = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    dx, again = dropout_backward.each([{"dout": dout, "cache": cache}] * 2)
    assert_close(dx, dout * (out / x), "dx")
    assert_close(again, dout * (out / x), "dx of a second call")


@check(points=1, source=f"{DROPOUT}, section 5.1", hint="Take the mask from the cache, not from where x or out is 0.")
def test_zero_inputs_get_a_gradient_when_kept(dropout_forward, dropout_backward, rng):
    """An input that is 0 and kept has a gradient; one that is 0 and dropped has none."""
    dout = np.ones((40, 50))
    _, cache = dropout_forward(np.zeros((40, 50)), 0.5, rng, training=True)
    dx = dropout_backward(dout, cache)
    assert_close(dx, np.where(dx == 0, 0.0, 2.0), "dx")
    # 2,000 fair coins show only one side with probability 2**-1999.
    assert_that(
        0 < np.count_nonzero(dx) < dx.size,
        "all of dx, or nothing of it, is 0",
        got=f"{np.count_nonzero(dx)} of {dx.size}",
    )


@check(
    points=1,
    source=f"{DROPOUT}, section 5.1",
    hint="dropout is a product with a constant: its gradient is that constant.",
)
def test_gradient_agrees_with_finite_differences(dropout_forward, dropout_backward, rng, plot):
    """With the mask held fixed by the seed, dx is the gradient of the output."""

    def draw():
        x, dout, seed = normal(rng, (5, 4)), normal(rng, (5, 4)), int(rng.integers(2**32))

        def arguments(x):
            return {"x": x, "keep_prob": 0.7, "rng": np.random.default_rng(seed), "training": True}

        _, cache = dropout_forward(**arguments(x))
        return [GradientClaim("dx", dropout_forward.of(arguments, part=0), x, dropout_backward(dout, cache), dout)]

    assert_gradients(draw, rng, plot=plot, label="dropout_backward")
