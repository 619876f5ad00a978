"""Checks of normalization.py: standardising, whitening, and batch normalisation forwards and backwards.

Where a variance may have N or N - 1 in the denominator, both are held against what came back and the nearer one counts.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    GradientClaim,
    ResultOf,
    Sample,
    assert_close,
    assert_finite,
    assert_gradients,
    assert_that,
    check,
    normal,
)
from backproof.testing.closeness import ROUNDINGS
from backproof.testing.general import *
from backproof.testing.precision import unit_roundoff

EFFICIENT = "LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.3"
WHITENING = "Kessy, Lewin and Strimmer, Optimal whitening and decorrelation, The American Statistician 72, 2018"
TEST_DATA = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.2"
VARIANCE = "Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983"
BATCHNORM = "Ioffe and Szegedy, Batch normalization, ICML 2015"

# A number added to std, against division by zero, is accepted up to 1e-7 (the template says so). The features here have
# a standard deviation of 0.3 at the least, so that it changes a variance by a share of 1e-6 at most.
GUARD = 1e-6
# Correlates three features; the covariance of what comes out has a condition number around 30.
MIX = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]])


def variances(rng, num_features):
    """Draw positive numbers, none of them small."""
    return np.round(0.5 + normal(rng, num_features) ** 2, 2)


def batchnorm_arguments(rng, num_samples=4, num_features=3):
    """Arguments of a forward pass; running statistics and parameters are none of the usual zeros and ones."""
    return {
        "x": normal(rng, (num_samples, num_features)),
        "gamma": normal(rng, num_features),
        "beta": normal(rng, num_features),
        "running_mean": normal(rng, num_features),
        "running_var": variances(rng, num_features),
    }


def backward_sample(rng, batchnorm_forward):
    """A gradient for the output of batch normalisation, on 4 samples with 3 features."""
    _, cache, _, _ = batchnorm_forward(**batchnorm_arguments(rng), training=True)
    return {"dout": normal(rng, (4, 3)), "cache": cache}


NO_DATA = (np.ones(5), np.ones((4, 3, 2)), np.ones((0, 3)))
SAMPLES = {
    "fit_standardizer": Sample(lambda rng: {"x": normal(rng, (6, 3))}, bad={"x": NO_DATA}),
    "standardize": Sample(
        lambda rng: {"x": normal(rng, (6, 3)), "mean": normal(rng, 3), "std": variances(rng, 3)},
        bad={"x": (np.ones((6, 4)),), "mean": (np.ones(5),), "std": (np.ones(5),)},
    ),
    "fit_whitener": Sample(lambda rng: {"x": normal(rng, (6, 3)) @ MIX}, bad={"x": NO_DATA, "eps": (-1e-3,)}),
    "whiten": Sample(
        lambda rng: {"x": normal(rng, (6, 3)), "mean": normal(rng, 3), "transform": normal(rng, (3, 3))},
        bad={"x": (np.ones((6, 2)),), "mean": (np.ones(5),), "transform": (np.ones((5, 5)), np.ones((2, 2)))},
    ),
    "batchnorm_forward": Sample(
        lambda rng: {**batchnorm_arguments(rng), "training": True},
        bad={
            **{name: (np.ones(5),) for name in ("x", "gamma", "beta", "running_mean", "running_var")},
            "momentum": (-0.1, 1.5, float("nan")),
            "eps": (-1e-3,),
        },
    ),
    "batchnorm_backward": Sample(backward_sample, bad={"dout": (np.ones((4, 2)), np.ones((5, 3)))}),
}


def moments(x):
    """Return mean and biased variance of every feature."""
    mean = x.mean(axis=0)
    return mean, ((x - mean) ** 2).mean(axis=0)


def with_either_denominator(variance, num_samples):
    """Return a variance that has N in the denominator, and what it is with N - 1."""
    return variance, variance * num_samples / (num_samples - 1)


def nearest(got, accepted):
    """Return the accepted value that ``got`` comes nearest to."""
    return min(accepted, key=lambda value: np.abs(got - value).max())


def room_for_guard(got):
    """Return the magnitude with which closeness lets a share of GUARD pass."""
    return GUARD / (ROUNDINGS * unit_roundoff(got))


def features(rng, num_samples=12):
    """Draw features of other means and scales, which a mean over the wrong axis mixes up."""
    x = normal(rng, (num_samples, 3)) * np.array([1.0, 10.0, 100.0]) + np.array([0.0, -50.0, 300.0])
    return np.round(x, 2)


# Two samples that a learner can follow by hand, and a draw.
BY_HAND = np.array([[0.0, 10.0, -5.0], [2.0, 30.0, -6.0]])


@check(points=2, source=EFFICIENT, hint="x.mean(axis=0) and x.std(axis=0): one number for each column of x.")
def test_mean_and_std_are_those_of_each_feature(fit_standardizer, rng):
    """Every feature has its own mean and its own standard deviation, over the samples, with N or N - 1."""
    for x in (BY_HAND, features(rng)):
        mean, std = fit_standardizer(x)
        expected_mean, variance = moments(x)
        size = np.abs(x).max()
        assert_close(mean, expected_mean, "mean", magnitude=size)
        expected_std = nearest(std, np.sqrt(with_either_denominator(variance, len(x))))
        assert_close(std, expected_std, "std", magnitude=size + room_for_guard(std))


@check(
    points=1,
    source=VARIANCE,
    hint="((x - mean) ** 2).mean(axis=0), in two passes: E[x²] - E[x]² is the difference of two huge numbers.",
)
def test_std_survives_a_large_mean(fit_standardizer, rng):
    """A feature of mean 1e4 has the right standard deviation, in float32, too."""
    # In float32, 1e4 has neighbours 1e-3 away, but the rounding of 1e8, its square, is 8: far above a variance of 1.
    x = (1e4 + normal(rng, (8, 2))).astype(np.float32)
    _, std = fit_standardizer(x)
    expected = nearest(std, np.sqrt(with_either_denominator(moments(x.astype(float))[1], len(x))))
    # A sum of 8 such numbers may be off by 8 roundings of 8e4: the mean by 0.005, the variance by the square of that.
    assert_close(std, expected, "std", magnitude=100.0)


@check(points=2, source=EFFICIENT, hint="(x - mean) / std, after the mean is subtracted; not the variance.")
def test_standardize_is_distance_from_the_mean_in_stds(standardize, rng):
    """Every entry becomes (x - mean) / std with the mean and std that were passed in, for one sample alone, too."""
    x, mean, std = normal(rng, (5, 3), 10.0), normal(rng, 3, 10.0), variances(rng, 3)
    expected = (x - mean) / std
    for rows in (slice(0, 1), slice(None)):
        got = standardize(x[rows], mean, std)
        size = np.abs(expected).max()
        assert_close(got, expected[rows], "standardized", magnitude=size * (4 + room_for_guard(got)))


@check(points=2, source=EFFICIENT, hint="Subtract the mean, then divide by the standard deviation, feature by feature.")
def test_standardized_training_data_have_mean_0_and_variance_1(fit_standardizer, standardize, rng):
    """Data that are standardised with their own statistics have mean 0 and variance 1 in every feature."""
    for x in (BY_HAND, features(rng)):
        got = standardize(x, *fit_standardizer(x))
        mean, variance = moments(got.astype(float))
        # In units of std the numbers were as large as this before the mean was subtracted.
        size = float((np.abs(x) / x.std(axis=0)).max())
        assert_close(mean.astype(got.dtype), 0.0, "mean of a standardised feature", magnitude=size)
        variance = variance.astype(got.dtype)
        expected = nearest(variance, (1.0, 1 - 1 / len(x)))
        assert_close(
            variance, expected, "variance of a standardised feature", magnitude=size + 2 * room_for_guard(variance)
        )


@check(
    points=1,
    source=TEST_DATA,
    hint="standardize takes mean and std as they are: test data have no statistics of their own.",
)
def test_test_data_keep_their_distance_from_the_training_data(fit_standardizer, standardize, rng):
    """Test data are measured with the mean and std of the training data: what is shifted and wider stays so."""
    train = features(rng)
    spread, shift = train.std(axis=0), np.array([3.0, -2.0, 1.0])
    mean, std = fit_standardizer(train)
    standardized = standardize(train, mean, std)
    test = train + shift * spread
    expected = standardized + shift * spread / std
    got = standardize(test, mean, std)
    size = float((np.abs(test) / spread).max())
    assert_close(got, expected, "standardised test data", magnitude=size * (1 + room_for_guard(got)))


@check(points=1, source=EFFICIENT, hint="Where std is 0, divide by 1 instead: x - mean is 0 there already.")
def test_a_constant_feature_becomes_0(fit_standardizer, standardize, rng):
    """A feature that is the same in all training data becomes 0, not NaN, and the others are not touched by it."""
    x = normal(rng, (8, 3))
    x[:, 1:] = [3.0, 0.0]  # eight times 3 is exact, so that the mean of the constants is, too
    got = standardize(x, *fit_standardizer(x))
    assert_finite(got, "standardized")
    assert_close(got[:, 1:], 0.0, "standardised constant features", magnitude=1.0)
    assert_that(np.ptp(got[:, 0]) > 1, "the feature that does vary has become constant")


def correlated(rng, num_samples=16):
    """Draw correlated features with a mean that is not 0."""
    return np.round(normal(rng, (num_samples, 3)) @ MIX + np.array([10.0, -20.0, 5.0]), 2)


def covariance(x):
    """Return the covariance of the features, with N in the denominator."""
    centred = x - x.mean(axis=0)
    return centred.T @ centred / len(x)


def assert_identity_covariance(whitened, x, factor, what):
    """Assert that data whitened from x have a covariance of ``factor`` times the identity."""
    got = covariance(whitened.astype(float)).astype(whitened.dtype)
    expected = nearest(got, [share * factor * np.eye(3) for share in (1.0, 1 - 1 / len(x))])
    # Whitening amplifies roundings of the covariance by its condition number.
    assert_close(got, expected, what, magnitude=factor * np.linalg.cond(covariance(x)))


@check(
    points=2,
    source=WHITENING,
    hint="np.linalg.eigh gives one axis a column: axes / np.sqrt(variances), and any rotation after that is right.",
)
def test_whitened_training_data_are_uncorrelated_with_variance_1(fit_whitener, rng):
    """The covariance of (x - mean) @ transform is the identity, with N or N - 1, whatever the rotation."""
    x = correlated(rng)
    mean, transform = fit_whitener(x, eps=0.0)
    assert_close(mean, x.mean(axis=0), "mean", magnitude=np.abs(x).max())
    whitened = ((x - mean) @ transform).astype(transform.dtype)
    assert_identity_covariance(whitened, x, 1.0, "covariance of (x - mean) @ transform")


@check(points=2, source=WHITENING, hint="(x - mean) @ transform: one sample a row, and the mean goes first.")
def test_whiten_is_an_affine_map(whiten, rng):
    """Every sample becomes (x - mean) @ transform with what was passed in, for one sample alone, too."""
    x, mean, transform = normal(rng, (5, 3)), normal(rng, 3), normal(rng, (3, 3))
    expected = ((x - mean)[:, :, None] * transform).sum(axis=1)
    for rows in (slice(0, 1), slice(None)):
        assert_close(whiten(x[rows], mean, transform), expected[rows], "whitened", magnitude=50.0)


@check(
    points=1, source=TEST_DATA, hint="Fit mean and transform on the training data, and use them for the test data, too."
)
def test_test_data_are_whitened_with_the_training_data_s_map(fit_whitener, whiten, rng):
    """Training data become white; data that are shifted and three times as wide stay so in the same units."""
    x = correlated(rng)
    mean, transform = fit_whitener(x, eps=0.0)
    whitened, other = whiten(x, mean, transform), whiten(3 * x + 7, mean, transform)
    assert_identity_covariance(whitened, x, 1.0, "covariance of whitened training data")
    assert_identity_covariance(other, x, 9.0, "covariance of whitened data, three times as wide")
    size = 3 * np.abs(x).max() * np.abs(transform).sum(axis=0).max()
    assert_close(whitened.mean(axis=0), 0.0, "mean of whitened training data", magnitude=size)
    assert_close(other.mean(axis=0), (2 * mean + 7) @ transform, "mean of whitened data, shifted", magnitude=size)


@check(
    points=1,
    source=WHITENING,
    hint="Divide by np.sqrt(values + eps): along a direction without spread the value is 0, or a rounding below.",
)
def test_eps_bounds_the_map_where_the_data_have_no_spread(fit_whitener, rng):
    """Where one feature copies another a direction has no spread: it is not blown up, and the others become white."""
    x = correlated(rng)
    x[:, 2] = x[:, 0]
    eps = 1e-3
    mean, transform = fit_whitener(x, eps=eps)
    assert_finite(transform, "transform")
    # 1 / sqrt(0 + eps) = 32, or 1000 where eps is added to the root.
    assert_that(
        np.abs(transform).max() < 1.01 / eps,
        f"transform has an entry of {np.abs(transform).max():.3g} although eps is {eps}",
        expected=f"at most {1 / eps:.3g}",
        got=f"{np.abs(transform).max():.3g}",
    )
    spread = np.linalg.eigvalsh(covariance((x - mean) @ transform))
    # Room for N - 1, which gives 15/16, for eps over the smaller variance, which is around 4, and for float32 in the
    # direction without spread: a rounding of 1e-6 over the square of eps + sqrt(1e-6) at the worst.
    assert_that(
        np.abs(spread - np.array([0.0, 1.0, 1.0])).max() < 0.3,
        "the variances along the principal axes should be 0, 1 and 1",
        expected="0, 1, 1",
        got=", ".join(f"{value:.3g}" for value in spread),
    )


@st.composite
def batches(draw):
    """Draw the arguments of a forward pass for a tiny batch, where errors of 1/N are large."""
    num_samples, num_features = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    return batchnorm_arguments(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), num_samples, num_features)


# Features of other scales, so that one variance for all of them shows.
SCALES = np.array([1.0, 2.0, 4.0, 8.0])


def normalized(x, eps=1e-5):
    """Return x̂, in float64 and two passes."""
    mean, variance = moments(x)
    return (x - mean) / np.sqrt(variance + eps)


def amplification(x, eps=1e-5):
    """Return by how much roundings may grow: by x² / (v + eps) if the variance is computed as E[x²] - E[x]².

    That is right in float64, but where the mean is so large that the difference has no digits left.
    """
    return float(1 + (x**2 / (moments(x)[1] + eps)).max())


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


@check(
    points=2,
    source=f"{BATCHNORM}, section 3.1",
    hint="running = (1 - momentum) * running + momentum * batch: momentum is the weight of the new batch.",
)
@given(arguments=batches(), momentum=st.sampled_from([None, 0.3, 0.9, 0.0, 1.0]))
def test_running_statistics_move_by_momentum(batchnorm_forward, arguments, momentum):
    """Training moves them by a share of momentum to the batch's mean and variance, biased or unbiased."""
    given_momentum = {} if momentum is None else {"momentum": momentum}
    _, _, running_mean, running_var = batchnorm_forward(**arguments, training=True, **given_momentum)
    weight = 0.1 if momentum is None else momentum
    mean, variance = moments(arguments["x"])
    moved_mean = (1 - weight) * arguments["running_mean"] + weight * mean
    assert_close(running_mean, moved_mean, "running_mean", magnitude=5.0)
    accepted = [
        (1 - weight) * arguments["running_var"] + weight * value
        for value in with_either_denominator(variance, len(arguments["x"]))
    ]
    assert_close(running_var, nearest(running_var, accepted), "running_var", magnitude=20.0)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3.1",
    hint="Return new running statistics, and start from those that were passed in.",
)
def test_running_statistics_converge(batchnorm_forward, rng):
    """When batch after batch has the same statistics, the running ones become these."""
    arguments = batchnorm_arguments(rng, 5, 3)
    x, settings = arguments["x"], {"training": True, "momentum": 0.9}
    goes_on = [{"running_mean": ResultOf(k, part=2), "running_var": ResultOf(k, part=3)} for k in range(15)]
    calls = ({**arguments, **settings, **before} for before in ({}, *goes_on))
    *_, (_, _, running_mean, running_var) = batchnorm_forward.each(calls)
    # A share of 0.1**16 is left of where they started.
    mean, variance = moments(x)
    assert_close(running_mean, mean, "running_mean after 16 batches", magnitude=5.0)
    expected = nearest(running_var, with_either_denominator(variance, len(x)))
    assert_close(running_var, expected, "running_var after 16 batches", magnitude=20.0)


@check(
    points=2,
    source=f"{BATCHNORM}, algorithm 2",
    hint="In evaluation: (x - running_mean) / np.sqrt(running_var + eps) * gamma + beta.",
)
@given(arguments=batches(), eps=st.sampled_from([1e-5, 0.5]))
def test_evaluation_uses_the_running_statistics(batchnorm_forward, arguments, eps):
    """In evaluation the output is gamma (x - running_mean) / sqrt(running_var + eps) + beta."""
    out, _, _, _ = batchnorm_forward(**arguments, training=False, eps=eps)
    distance = arguments["x"] - arguments["running_mean"]
    expected = arguments["gamma"] * distance / np.sqrt(arguments["running_var"] + eps) + arguments["beta"]
    assert_close(out, expected, "out in evaluation", magnitude=50.0)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3.1",
    hint="Take nothing from the batch in evaluation: a prediction must not depend on what else is asked.",
)
def test_evaluation_of_a_sample_is_independent_of_the_others(batchnorm_forward, rng):
    """In evaluation every sample alone gives what it gives in the batch."""
    arguments = batchnorm_arguments(rng, 5, 3)
    x = arguments.pop("x")
    out, _, _, _ = batchnorm_forward(x, **arguments, training=False)
    for n in range(len(x)):
        alone, _, _, _ = batchnorm_forward(x[n : n + 1], **arguments, training=False)
        assert_close(alone[0], out[n], f"out of sample {n} alone", magnitude=50.0)


@check(
    points=1,
    source=f"{BATCHNORM}, algorithm 2",
    hint="Only training moves the running statistics; in evaluation return what was passed in.",
)
def test_evaluation_leaves_the_running_statistics_alone(batchnorm_forward, rng):
    """Evaluation gives back the running statistics that it got, whatever momentum is."""
    arguments = batchnorm_arguments(rng)
    for momentum in (0.1, 1.0):
        _, _, running_mean, running_var = batchnorm_forward(**arguments, training=False, momentum=momentum)
        assert_close(running_mean, arguments["running_mean"], "running_mean after evaluation")
        assert_close(running_var, arguments["running_var"], "running_var after evaluation")


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
