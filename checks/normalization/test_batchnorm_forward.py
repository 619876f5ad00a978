"""Checks of batchnorm_forward in training: what it makes of a batch."""

import numpy as np
from hypothesis import given

from backproof.testing import Sample, assert_close, assert_finite, check
from backproof.testing.general import *

from ._batches import amplification, batches, batchnorm_arguments, normalized
from ._moments import moments

VARIANCE = "Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983"
BATCHNORM = "Ioffe and Szegedy, Batch normalization, ICML 2015"

SAMPLES = {
    "batchnorm_forward": Sample(
        lambda rng: {**batchnorm_arguments(rng), "training": True},
        bad={
            **{name: (np.ones(5),) for name in ("x", "gamma", "beta", "running_mean", "running_var")},
            "momentum": (-0.1, 1.5, float("nan")),
            "eps": (-1e-3,),
        },
    ),
}

# Features of other scales, so that one variance for all of them shows.
SCALES = np.array([1.0, 2.0, 4.0, 8.0])


@check(
    points=2,
    source=f"{BATCHNORM}, algorithm 1",
    hint="While training, subtract the mean of this batch over axis 0, whatever the running mean is; add beta last.",
)
def test_training_output_has_mean_beta(batchnorm_forward, rng, plot):
    """While training, every feature of the output has the mean beta, whatever the running statistics are."""
    arguments = batchnorm_arguments(rng, 8, 4)
    arguments["x"] = np.round(arguments["x"] * SCALES + np.array([0.0, 2.0, -5.0, 20.0]), 2)
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    for label, values in (("before", arguments["x"]), ("after", out), ("beta", arguments["beta"][None])):
        plot.line(
            "Feature means and batch normalisation",
            range(4),
            values.mean(axis=0),
            label=label,
            x_label="feature",
            y_label="mean",
        )
    got = out.mean(axis=0, dtype=float).astype(out.dtype)
    assert_close(got, arguments["beta"], "mean of out", magnitude=10.0 * amplification(arguments["x"]))


@check(
    points=2,
    source=f"{BATCHNORM}, algorithm 1",
    hint="(x - mean) / np.sqrt(variance + eps) * gamma + beta: the root of the variance, and gamma after it.",
)
def test_training_output_has_variance_gamma_squared(batchnorm_forward, rng, plot):
    """While training, every feature of the output has the variance gamma² v / (v + eps), with v that of the batch."""
    arguments = batchnorm_arguments(rng, 8, 4)
    arguments["x"] = arguments["x"] * SCALES
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    gamma = arguments["gamma"]
    for label, values in (("before", arguments["x"].std(axis=0)), ("after", out.std(axis=0)), ("|gamma|", abs(gamma))):
        plot.line(
            "Feature spreads and batch normalisation",
            range(4),
            values,
            label=label,
            x_label="feature",
            y_label="standard deviation",
        )
    variance = moments(arguments["x"])[1]
    got = moments(out.astype(float))[1].astype(out.dtype)
    assert_close(got, gamma**2 * variance / (variance + 1e-5), "variance of out", magnitude=50.0)


@check(
    points=1,
    source=f"{BATCHNORM}, algorithm 1",
    hint="Divide the sum of squares by N, not by N - 1: x.var(axis=0) does, torch.var needs correction=0.",
)
@given(arguments=batches())
def test_the_batch_is_normalised_by_its_biased_variance(batchnorm_forward, arguments):
    """The output is gamma (x - mean) / sqrt(v + eps) + beta, with the variance v over N samples: at N = 2 it shows."""
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    x = arguments["x"]
    expected = arguments["gamma"] * normalized(x) + arguments["beta"]
    assert_close(out, expected, "out", magnitude=5.0 * amplification(x))


@check(
    points=1,
    source=f"{BATCHNORM}, section 3",
    hint="Subtract the batch's mean, divide by the batch's standard deviation: nothing of shift or scale is left.",
)
def test_shifting_and_scaling_the_input_changes_nothing(batchnorm_forward, rng):
    """Another mean and another unit of the input give the same output (eps in the same unit)."""
    arguments = batchnorm_arguments(rng, 8, 3)
    x = arguments.pop("x")
    out, _, _, _ = batchnorm_forward(x, **arguments, training=True)
    for shift, scale in ((100.0, 1.0), (0.0, 8.0), (-30.0, 0.125)):
        moved = scale * x + shift
        again, _, _, _ = batchnorm_forward(moved, **arguments, training=True, eps=scale**2 * 1e-5)
        assert_close(again, out, f"out for {scale:g} x + {shift:g}", magnitude=5.0 * amplification(moved))


@check(
    points=1,
    source=VARIANCE,
    hint="((x - mean) ** 2).mean(axis=0), in two passes: E[x²] - E[x]² is the difference of two huge numbers.",
)
def test_output_survives_a_large_mean(batchnorm_forward, rng):
    """A feature of mean 1e4 is normalised as one of mean 0, in float32, too."""
    arguments = {name: value.astype(np.float32) for name, value in batchnorm_arguments(rng, 8, 2).items()}
    x = arguments["x"] = arguments["x"] + np.float32(1e4)
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    assert_finite(out, "out")
    expected = arguments["gamma"] * normalized(x.astype(float)) + arguments["beta"]
    # The mean may be off by 0.005, see above, which is multiplied by gamma / std, 10 at the most.
    assert_close(out, expected, "out", magnitude=1e4)


@check(
    points=2,
    source=f"{BATCHNORM}, algorithm 1",
    hint="np.sqrt(variance + eps), not np.sqrt(variance) + eps, and eps is the argument.",
)
def test_eps_is_inside_the_root(batchnorm_forward):
    """With a large eps the variance of the output shrinks by exactly v / (v + eps)."""
    x = np.array([[-1.0, 7.0], [1.0, 3.0]])  # variances 1 and 4
    ones, zeros = np.ones(2), np.zeros(2)
    for eps in (1.0, 3.0):
        out, _, _, _ = batchnorm_forward(x, ones, zeros, zeros, ones, training=True, eps=eps)
        expected = np.array([1.0, 4.0]) / (np.array([1.0, 4.0]) + eps)
        assert_close(moments(out)[1], expected, f"variance of out at eps={eps:g}", magnitude=1.0)


@check(
    points=1,
    source=f"{BATCHNORM}, algorithm 1",
    hint="eps is there so that a feature without variance is divided by sqrt(eps), not by 0.",
)
def test_a_constant_feature_gives_beta(batchnorm_forward, rng):
    """A feature that is the same in the whole batch stays finite and gives beta."""
    arguments = batchnorm_arguments(rng, 8, 3)
    arguments["x"][:, 1:] = [4.0, 0.0]
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    assert_finite(out, "out")
    expected = np.broadcast_to(arguments["beta"], out.shape)
    # The mean of equal numbers may be a rounding off, which is divided by sqrt(eps) = 0.003 and multiplied by gamma.
    assert_close(out[:, 1:], expected[:, 1:], "out for constant features", magnitude=1e4)


@check(
    points=1,
    source=f"{BATCHNORM}, algorithms 1 and 2",
    hint="One sample is its own mean and has the variance 0: N / (N - 1) must not be computed for N = 1.",
)
def test_one_sample_gives_beta_and_has_variance_0(batchnorm_forward, rng):
    """One sample alone gives beta; the running variance moves towards 0, not to NaN."""
    arguments = batchnorm_arguments(rng, 1, 3)
    out, _, running_mean, running_var = batchnorm_forward(**arguments, training=True, momentum=0.25)
    # As above: a rounding of x over sqrt(eps).
    assert_close(out, arguments["beta"][None], "out", magnitude=1e4)
    expected_mean = 0.75 * arguments["running_mean"] + 0.25 * arguments["x"][0]
    assert_close(running_mean, expected_mean, "running_mean", magnitude=5.0)
    assert_close(running_var, 0.75 * arguments["running_var"], "running_var", magnitude=5.0)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3",
    hint="gamma multiplies and beta is added after the normalisation, feature by feature.",
)
def test_right_gamma_and_beta_undo_it(batchnorm_forward, rng):
    """With gamma = sqrt(v + eps) and beta = mean the output is the input: nothing that a network can say is lost."""
    arguments = batchnorm_arguments(rng, 8, 3)
    x = arguments["x"] = np.round(arguments["x"] * np.array([1.0, 2.0, 4.0]) + np.array([1.0, -2.0, 3.0]), 2)
    mean, variance = moments(x)
    arguments |= {"gamma": np.sqrt(variance + 1e-5), "beta": mean}
    out, _, _, _ = batchnorm_forward(**arguments, training=True)
    assert_close(out, x, "out", magnitude=20.0)
