"""Checks of regularization.py: dropout, whose scale, mask and rate each have bugs that the others hide."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    Evidence,
    GradientClaim,
    Sample,
    assert_close,
    assert_gradients,
    assert_rate,
    assert_statistics,
    assert_that,
    check,
    fork,
    normal,
)
from backproof.testing.general import *
from backproof.testing.inputs import matrices
from backproof.testing.statistics import chi_square_p_value, rate_evidence

DROPOUT = "Srivastava et al., Dropout, JMLR 15, 2014"


def backward_sample(rng, dropout_forward):
    """A gradient for the output of dropout on 4 samples."""
    out, cache = dropout_forward(normal(rng, (4, 3)), 0.7, rng, training=True)
    return {"dout": normal(rng, out.shape), "cache": cache}


SAMPLES = {
    "dropout_forward": Sample(
        lambda rng: {"x": normal(rng, (4, 3)), "keep_prob": 0.7, "rng": rng, "training": True},
        bad={"keep_prob": (-0.1, 1.5, float("nan"))},
    ),
    "dropout_backward": Sample(backward_sample, bad={"dout": (np.ones((3, 4)), np.ones(5))}),
}

SHAPE = (400, 150)
KEEP_PROBS = (0.8, 0.3)  # never 0.5 alone: there a keep and a drop probability are the same


def nonzero(rng, shape):
    """Inputs without a zero, so that a zero in the output was dropped."""
    x = normal(rng, shape)
    return np.where(x == 0, 1.0, x)


def kept(dropout_forward, keep_prob, rng, rows=SHAPE[0]):
    """Return which of many ones dropout keeps."""
    out, _ = dropout_forward(np.ones((rows, SHAPE[1])), keep_prob, fork(rng), training=True)
    return out != 0


@check(
    points=2,
    source=f"{DROPOUT}, section 4",
    hint="keep_prob is the probability to KEEP: mask = rng.random(x.shape) < keep_prob.",
)
def test_entries_are_kept_with_keep_prob(dropout_forward, rng):
    """Each entry is kept with probability keep_prob."""
    for keep_prob in KEEP_PROBS:
        assert_rate(
            lambda times, p=keep_prob: kept(dropout_forward, p, rng, times * SHAPE[0]),
            keep_prob,
            f"share of kept entries at keep_prob={keep_prob}",
        )


@check(points=2, source=f"{DROPOUT}, section 10", hint="Divide what is kept by keep_prob, once, while training.")
@given(x=matrices(scales=(1.0, 100.0)), keep_prob=st.sampled_from([0.8, 0.3, 0.5]), seed=st.integers(0, 9999))
def test_kept_entries_are_scaled_up(dropout_forward, x, keep_prob, seed):
    """Inverted dropout: every entry becomes 0 or x / keep_prob while training."""
    out, _ = dropout_forward(x, keep_prob, np.random.default_rng(seed), training=True)
    assert_close(out, np.where(out == 0, 0.0, x / keep_prob), "out")


@check(points=1, source=f"{DROPOUT}, section 4", hint="inverted=False moves the scaling from training to evaluation.")
@given(x=matrices(), keep_prob=st.sampled_from([0.8, 0.3, 0.5]), seed=st.integers(0, 9999))
def test_without_inversion_evaluation_scales(dropout_forward, x, keep_prob, seed):
    """Not inverted: every entry becomes 0 or x while training, and keep_prob x in evaluation."""
    rng = np.random.default_rng(seed)
    out, _ = dropout_forward(x, keep_prob, rng, training=True, inverted=False)
    assert_close(out, np.where(out == 0, 0.0, x), "out while training")
    out, _ = dropout_forward(x, keep_prob, rng, training=False, inverted=False)
    assert_close(out, keep_prob * x, "out in evaluation")


@check(points=2, source=f"{DROPOUT}, section 10", hint="if not training: return x, unchanged.")
@given(x=matrices(), keep_prob=st.sampled_from([0.8, 0.3, 0.0, 1.0]), seed=st.integers(0, 9999))
def test_evaluation_is_the_identity(dropout_forward, dropout_backward, x, keep_prob, seed):
    """Inverted dropout does nothing in evaluation, forwards and backwards."""
    out, cache = dropout_forward(x, keep_prob, np.random.default_rng(seed), training=False)
    assert_close(out, x, "out in evaluation")
    assert_close(dropout_backward(2.0 * x, cache), 2.0 * x, "dx in evaluation")


@check(points=1, source=f"{DROPOUT}, section 10", hint="Scale either while training or in evaluation, never in both.")
def test_expectation_is_the_same_in_training_and_evaluation(dropout_forward, rng):
    """On average, training gives what evaluation gives, inverted or not."""
    for inverted in (True, False):
        for keep_prob in KEEP_PROBS:
            evaluated, _ = dropout_forward(np.ones((1, 1)), keep_prob, fork(rng), training=False, inverted=inverted)

            def draw(times, keep_prob=keep_prob, inverted=inverted):
                ones = np.ones((times * SHAPE[0], SHAPE[1]))
                return dropout_forward(ones, keep_prob, fork(rng), training=True, inverted=inverted)[0]

            def mean(out, expected=float(evaluated[0, 0])):
                # Kept entries have one value, so their mean is that value times an exact binomial share.
                value = float(np.max(out))
                rate = expected / value if value > 0 else 2.0
                evidence = rate_evidence(out != 0, rate) if rate <= 1 else Evidence(0.0, "", "")
                return {"the mean": Evidence(evidence.p_value, f"{expected:.4g}", f"{np.mean(out, dtype=float):.4g}")}

            assert_statistics(draw, mean, f"out at keep_prob={keep_prob}, inverted={inverted}")


@check(
    points=2,
    source=f"{DROPOUT}, section 4",
    hint="Draw a mask of x's whole shape: rng.random(x.shape), not one for a row or column.",
)
def test_entries_are_dropped_independently(dropout_forward, rng):
    """Which entry is dropped depends on no other: rows and columns keep as many as chance says."""
    keep_prob = 0.7
    variance = keep_prob * (1 - keep_prob)

    def counts(mask):
        rows, columns = mask.sum(axis=1), mask.sum(axis=0)
        neighbours = np.mean((mask[1:, 1:] - keep_prob) * (mask[:-1, :-1] - keep_prob)) / variance
        size = mask[1:, 1:].size
        return {
            "the spread of kept entries by sample": spread(rows, mask.shape[1]),
            "the spread of kept entries by feature": spread(columns, mask.shape[0]),
            "the correlation of diagonal neighbours": Evidence(
                chi_square_p_value(size * neighbours**2, 1), "0", f"{neighbours:.4g}"
            ),
        }

    def spread(totals, size):
        # Dropping an exact number everywhere, not each entry by chance, gives less spread: that too is dependence,
        # but an accepted way to drop, so only too much spread counts.
        statistic = float(np.sum((totals - keep_prob * size) ** 2) / (variance * size))
        p_value = chi_square_p_value(statistic, totals.size) if statistic > totals.size else 1.0
        return Evidence(p_value, "1", f"{statistic / totals.size:.4g} of that of independent entries")

    def draw(times):
        return kept(dropout_forward, keep_prob, rng, times * SHAPE[0]).astype(float)

    assert_statistics(draw, counts, "the mask")


@check(
    points=1, source=f"{DROPOUT}, section 4", hint="Draw from rng in each call; do not keep a mask or seed a generator."
)
def test_each_call_draws_a_fresh_mask(dropout_forward):
    """Two calls with one generator, and two seeds, drop different entries."""
    rng, x = np.random.default_rng(1), np.ones((20, 30))
    first, second = (dropout_forward(x, 0.5, rng, training=True)[0] for _ in range(2))
    other, _ = dropout_forward(x, 0.5, np.random.default_rng(2), training=True)
    # 600 independent fair coins fall alike in all places with probability 2**-600.
    assert_that(np.any((first != 0) != (second != 0)), "two calls with the same generator dropped the same entries")
    assert_that(np.any((first != 0) != (other != 0)), "two seeds dropped the same entries")


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


@check(points=1, source=f"{DROPOUT}, section 4", hint="Treat keep_prob 0 apart: 0 / 0 is NaN.")
def test_keeping_all_or_nothing(dropout_forward, dropout_backward, rng):
    """keep_prob 1 is the identity; keep_prob 0 gives zeros, not NaN, forwards and backwards."""
    x = normal(rng, (4, 5))
    for inverted in (True, False):
        for keep_prob, factor in ((1.0, 1.0), (0.0, 0.0)):
            out, cache = dropout_forward(x, keep_prob, fork(rng), training=True, inverted=inverted)
            assert_close(out, factor * x, f"out at keep_prob={keep_prob}")
            assert_close(dropout_backward(x, cache), factor * x, f"dx at keep_prob={keep_prob}")
