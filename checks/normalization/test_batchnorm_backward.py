"""Checks of batchnorm_backward."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, check, normal
from backproof.testing.general import *

from ._batches import amplification, batches, batchnorm_arguments, normalized
from ._moments import moments

BATCHNORM = "Ioffe and Szegedy, Batch normalization, ICML 2015"


def backward_sample(rng, batchnorm_forward):
    """A gradient for the output of batch normalisation, on 4 samples with 3 features."""
    _, cache, _, _ = batchnorm_forward(**batchnorm_arguments(rng), training=True)
    return {"dout": normal(rng, (4, 3)), "cache": cache}


SAMPLES = {
    "batchnorm_backward": Sample(backward_sample, bad={"dout": (np.ones((4, 2)), np.ones((5, 3)))}),
}


@check(
    points=1,
    source=f"{BATCHNORM}, section 3",
    hint="dgamma = (dout * x_hat).sum(axis=0) and dbeta = dout.sum(axis=0): sums, and x_hat rather than x or out.",
)
@given(arguments=batches(), seed=st.integers(0, 99))
def test_gradients_of_gamma_and_beta(batchnorm_forward, batchnorm_backward, arguments, seed):
    """dgamma is the sum over the samples of dout x̂, and dbeta that of dout."""
    _, cache, _, _ = batchnorm_forward(**arguments, training=True)
    x = arguments["x"]
    dout = normal(np.random.default_rng(seed), x.shape)
    _, dgamma, dbeta = batchnorm_backward(dout, cache)
    assert_close(dgamma, (dout * normalized(x)).sum(axis=0), "dgamma", magnitude=10.0 * amplification(x))
    assert_close(dbeta, dout.sum(axis=0), "dbeta", magnitude=10.0)


def apart(x):
    """Move the samples apart: next to a variance of 0 the output bends too much for a finite step."""
    return np.round(x + 2.0 * np.arange(len(x))[:, None], 2)


def backward_pass(batchnorm_forward, batchnorm_backward, rng, num_samples):
    """Return x, dout and dx of a pass in training, and gamma / sqrt(v + eps), by which the gradients are scaled."""
    arguments = batchnorm_arguments(rng, num_samples, 4)
    x = arguments["x"] = apart(arguments["x"])
    _, cache, _, _ = batchnorm_forward(**arguments, training=True)
    dout = normal(rng, x.shape)
    dx, _, _ = batchnorm_backward(dout, cache)
    return x, dout, dx, arguments["gamma"] / np.sqrt(moments(x)[1] + 1e-5)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3",
    hint="The mean of the batch depends on every sample: dx has the mean of the gradient of x̂ subtracted.",
)
def test_dx_sums_to_zero_over_the_batch(batchnorm_forward, batchnorm_backward, rng):
    """Shifting a feature changes no output, so dx sums to 0 over the batch (a bias before it has no gradient)."""
    for num_samples in (2, 3, 16, 1):
        x, dout, dx, slope = backward_pass(batchnorm_forward, batchnorm_backward, rng, num_samples)
        size = float(np.abs(slope * dout).sum(axis=0).max()) * amplification(x)
        assert_close(dx.sum(axis=0), 0.0, f"sum of dx over a batch of {num_samples}", magnitude=size)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3",
    hint="The variance of the batch depends on every sample: dx has x̂ * mean(dout * x̂) subtracted, times gamma / std.",
)
def test_dx_is_orthogonal_to_the_normalised_batch(batchnorm_forward, batchnorm_backward, rng):
    """Scaling a feature changes no output but through eps, so dx has only a share eps / (v + eps) along x̂."""
    for num_samples in (2, 3, 16):
        x, dout, dx, slope = backward_pass(batchnorm_forward, batchnorm_backward, rng, num_samples)
        x_hat = normalized(x)
        expected = slope * (dout * x_hat).sum(axis=0) * 1e-5 / (moments(x)[1] + 1e-5)
        size = float(np.abs(slope * dout).sum(axis=0).max()) * amplification(x)
        along = (dx * x_hat).sum(axis=0).astype(dx.dtype)
        assert_close(along, expected, f"dx along x̂ in a batch of {num_samples}", magnitude=size)


@check(
    points=3,
    source=f"{BATCHNORM}, section 3",
    hint="dx = gamma / sqrt(v + eps) * (dout - mean(dout) - x̂ * mean(dout * x̂)), with means over the batch.",
)
def test_gradients_agree_with_finite_differences(batchnorm_forward, batchnorm_backward, rng, plot):
    """dx, dgamma and dbeta are the gradients of the output in training, weighted with dout, in tiny batches, too."""
    # With two samples x̂ is -1 or 1 and dx next to 0, unless eps is large.
    for num_samples, eps in ((2, 0.5), (3, 1e-5)):

        def draw(num_samples=num_samples, eps=eps):
            arguments = batchnorm_arguments(rng, num_samples, 3)
            arguments["x"] = apart(arguments["x"])

            def out(name):
                rest = arguments | {"training": True, "eps": eps}
                return batchnorm_forward.of(lambda value: rest | {name: value}, part=0)

            _, cache, _, _ = batchnorm_forward(**arguments, training=True, eps=eps)
            dout = normal(rng, (num_samples, 3))
            dx, dgamma, dbeta = batchnorm_backward(dout, cache)
            return [
                GradientClaim("dx", out("x"), arguments["x"], dx, dout),
                GradientClaim("dgamma", out("gamma"), arguments["gamma"], dgamma, dout),
                GradientClaim("dbeta", out("beta"), arguments["beta"], dbeta, dout),
            ]

        assert_gradients(draw, rng, plot=plot, label="batchnorm_backward")


@check(
    points=1, source=f"{BATCHNORM}, section 3", hint="Compute the gradients anew in each call; change nothing in cache."
)
def test_a_second_backward_pass_gives_the_same(batchnorm_forward, batchnorm_backward, rng):
    """The backward pass can be called again: nothing accumulates, and nothing in the cache is used up."""
    arguments = batchnorm_arguments(rng)
    _, cache, _, _ = batchnorm_forward(**arguments, training=True)
    dout = normal(rng, arguments["x"].shape)
    first, second = batchnorm_backward(dout, cache), batchnorm_backward(dout, cache)
    for name, one, other in zip(("dx", "dgamma", "dbeta"), first, second, strict=True):
        assert_close(other, one, f"{name} of the second call")
