"""Checks of losses.py: the cross-entropy, and the initial loss that it must show."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    GradientClaim,
    Sample,
    assert_close,
    assert_finite,
    assert_gradients,
    assert_that,
    check,
    normal,
)
from backproof.testing.general import *
from backproof.testing.inputs import labelled_logits, matrices

LOGISTIC = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2"
SQUARED = "Goodfellow, Bengio and Courville, Deep Learning, section 5.1.4"
DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"

SAMPLES = {
    "cross_entropy": Sample(
        lambda rng: {"logits": normal(rng, (4, 3)), "targets": np.array([0, 2, 1, 1])},
        bad={
            "targets": (*(np.array([0, label, 1, 1]) for label in (3, 5, -1)), np.array([0, 1]), np.full((4, 5), 0.2)),
        },
    ),
    "binary_cross_entropy": Sample(
        lambda rng: {"logits": normal(rng, (4, 3)), "targets": rng.random((4, 3)).round(2)},
        bad={"targets": (np.full((4, 3), 1.5), np.full((4, 3), -0.1), np.zeros((4, 2)))},
    ),
    "mean_squared_error": Sample(
        lambda rng: {"prediction": normal(rng, (4, 1)), "target": normal(rng, (4, 1))},
        bad={"target": (np.zeros(4), np.zeros((4, 2)))},
    ),
    "expected_initial_loss": Sample(lambda: {"num_classes": 10}, bad={"num_classes": (0, -3)}),
}


def probabilities(logits):
    """Softmax of logits that are small enough to need no care."""
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@check(points=2, source=RECIPE, hint="Mean over the N samples (not the sum, not over N*C), and the natural logarithm.")
def test_equal_logits_cost_log_c(cross_entropy):
    """A classifier that gives all classes the same logit has the loss log C, whatever the labels are."""
    for num_classes in (2, 3, 10):
        for num_samples in (1, 4):
            labels = np.arange(num_samples) % num_classes
            loss, _ = cross_entropy(np.zeros((num_samples, num_classes)), labels)
            assert_close(loss, math.log(num_classes), f"loss of {num_classes} equal logits")


@check(points=1, source=RECIPE, hint="An untrained classifier gives each of C classes the probability 1/C.")
def test_expected_initial_loss_is_log_c(expected_initial_loss):
    """An untrained classifier must show the loss log C, in nats."""
    for num_classes in (1, 2, 10, 1000):
        assert_close(expected_initial_loss(num_classes), math.log(num_classes), f"loss for {num_classes} classes")


@check(points=1, source=DEEP_LEARNING, hint="The loss is -log p of the right class.")
def test_probability_one_half_costs_log_two(cross_entropy):
    """A sample whose class has the probability 0.5 costs -log 0.5."""
    # Logits (log 2, 0, 0) are the probabilities (1/2, 1/4, 1/4).
    loss, _ = cross_entropy(np.array([[math.log(2), 0.0, 0.0]]), np.array([0]))
    assert_close(loss, math.log(2), "loss at probability 0.5")


@check(points=2, source=DEEP_LEARNING, hint="Pick the logit of each sample's own class: log_p[np.arange(N), targets].")
@given(batch=labelled_logits())
def test_loss_is_mean_negative_log_probability(cross_entropy, batch):
    """The loss is the mean over the samples of -log of the probability of the right class."""
    logits, labels = batch
    loss, _ = cross_entropy(logits, labels)
    expected = np.mean([math.log(np.exp(row - row[label]).sum()) for row, label in zip(logits, labels, strict=True)])
    assert_close(loss, expected, "loss", magnitude=np.abs(logits).max())


@check(points=1, source=DEEP_LEARNING, hint="No extra softmax before the loss, and no clipping of the probabilities.")
def test_confidently_right_costs_nothing(cross_entropy):
    """The loss goes to 0 when the right class gets all the probability, and is never negative."""
    for logit in (50.0, 1e4):
        loss, _ = cross_entropy(np.array([[logit, 0.0, 0.0]]), np.array([0]))
        assert_that(loss >= 0, f"loss is {loss}, below 0", expected="at least 0", got=str(loss))
        # exp(-50) * 2 is 4e-22; a float32 answer may carry one rounding of 1 + that.
        assert_close(loss, 0.0, f"loss with the right logit at {logit:g}", magnitude=1.0)


@check(
    points=2,
    source=DEEP_LEARNING,
    hint="Stay with logarithms: logits - max - log(sum(exp(logits - max))), never log(softmax) and never a clip.",
)
def test_confidently_wrong_costs_the_gap(cross_entropy):
    """The loss of a confident mistake grows like the gap between the logits, and stays finite at 1e4."""
    for gap in (100.0, 1000.0, 1e4):
        loss, dlogits = cross_entropy(np.array([[gap, 0.0], [0.0, -gap]]), np.array([1, 1]))
        assert_close(loss, gap, f"loss of a mistake by {gap:g}", magnitude=gap)
        assert_close(dlogits, np.array([[0.5, -0.5], [0.5, -0.5]]), f"dlogits of a mistake by {gap:g}", magnitude=1)


@check(points=1, source=DEEP_LEARNING, hint="Subtract each row's own maximum before exponentiating.")
@given(batch=labelled_logits())
def test_shifting_the_logits_changes_nothing(cross_entropy, batch):
    """Adding the same number to all logits of a sample changes neither loss nor gradient."""
    logits, labels = batch
    shifts = (1.0, -1e3, 1e4)
    results = cross_entropy.each({"logits": logits + shift, "targets": labels} for shift in (0.0, *shifts))
    loss, dlogits = next(results)
    for shift, (shifted_loss, shifted_dlogits) in zip(shifts, results, strict=True):
        size = np.abs(logits).max() + abs(shift)
        assert_close(shifted_loss, loss, f"loss after adding {shift:g}", magnitude=size)
        assert_close(shifted_dlogits, dlogits, f"dlogits after adding {shift:g}", magnitude=size)


@check(points=1, source=DEEP_LEARNING, hint="Divide by N, the number of samples: a mean, not a sum.")
@given(batch=labelled_logits())
def test_duplicating_the_batch_changes_nothing(cross_entropy, batch):
    """A batch with every sample twice has the same loss, and each sample half the gradient."""
    logits, labels = batch
    twice = {"logits": np.concatenate([logits, logits]), "targets": np.concatenate([labels, labels])}
    results = cross_entropy.each([{"logits": logits, "targets": labels}, twice])
    (loss, dlogits), (double_loss, double_dlogits) = results
    size = np.abs(logits).max()
    assert_close(double_loss, loss, "loss of the doubled batch", magnitude=size)
    assert_close(double_dlogits, np.concatenate([dlogits, dlogits]) / 2, "dlogits of the doubled batch", magnitude=1)


@check(points=1, source=DEEP_LEARNING, hint="Each row of the logits has a softmax of its own: axis=1, keepdims=True.")
@given(batch=labelled_logits())
def test_each_sample_counts_alone(cross_entropy, batch):
    """The loss of a batch is the mean of the losses of its samples, also beside one with far smaller logits."""
    logits, labels = batch
    logits = np.concatenate([logits, logits[:1] - 2000.0])
    labels = np.concatenate([labels, labels[:1]])
    loss, _ = cross_entropy(logits, labels)
    samples = zip(logits[:, None], labels[:, None], strict=True)
    alone = [loss for loss, _ in cross_entropy.each({"logits": row, "targets": label} for row, label in samples)]
    assert_finite(loss, "loss")
    assert_close(loss, np.mean(alone), "loss of the batch", magnitude=2000.0)


@check(
    points=1,
    source="Yun et al., CutMix, ICCV 2019: mixed labels are distributions",
    hint="-sum(target * log_p) covers both kinds of targets; a class is a row of np.eye(C).",
)
@given(batch=labelled_logits())
def test_one_hot_targets_equal_classes(cross_entropy, batch):
    """Targets given as one-hot rows mean the same as classes given as integers."""
    logits, labels = batch
    one_hot = np.eye(logits.shape[1])[labels]
    results = cross_entropy.each({"logits": logits, "targets": targets} for targets in (labels, one_hot))
    (loss, dlogits), (one_hot_loss, one_hot_dlogits) = results
    assert_close(one_hot_loss, loss, "loss with one-hot targets", magnitude=np.abs(logits).max())
    assert_close(one_hot_dlogits, dlogits, "dlogits with one-hot targets", magnitude=1)


@check(
    points=1,
    source="Yun et al., CutMix, ICCV 2019: mixed labels are distributions",
    hint="The loss is linear in the target: mixing two targets mixes their losses.",
)
@given(batch=labelled_logits())
def test_mixed_targets_mix_the_losses(cross_entropy, batch):
    """A target that is 70 % one class and 30 % another costs 70 % and 30 % of the two losses."""
    logits, labels = batch
    num_classes = logits.shape[1]
    others = (labels + 1) % num_classes
    mixed = 0.7 * np.eye(num_classes)[labels] + 0.3 * np.eye(num_classes)[others]
    results = cross_entropy.each({"logits": logits, "targets": targets} for targets in (mixed, labels, others))
    (loss, dlogits), (one, done), (other, dother) = results
    assert_close(loss, 0.7 * one + 0.3 * other, "loss of mixed targets", magnitude=np.abs(logits).max())
    assert_close(dlogits, 0.7 * done + 0.3 * dother, "dlogits of mixed targets", magnitude=1)


@check(points=2, source=DEEP_LEARNING, hint="dlogits = (softmax(logits) - onehot) / N.")
@given(batch=labelled_logits(scales=(1.0,)))
def test_gradient_is_softmax_minus_one_hot(cross_entropy, batch):
    """The gradient is (softmax - one-hot) / N, so that each of its rows sums to 0."""
    logits, labels = batch
    _, dlogits = cross_entropy(logits, labels)
    expected = (probabilities(logits) - np.eye(logits.shape[1])[labels]) / len(logits)
    assert_close(dlogits, expected, "dlogits", magnitude=1 / len(logits))
    assert_close(dlogits.sum(axis=1), 0.0, "sum of a row of dlogits", magnitude=1)


@check(points=2, source=DEEP_LEARNING, hint="Derive the loss that you return: if it is a mean, the gradient has 1/N.")
def test_gradient_agrees_with_finite_differences(cross_entropy, rng, plot):
    """The gradient is the slope of the loss, for classes and for probabilities as targets."""

    def draw():
        logits = normal(rng, (4, 3))
        labels = rng.integers(0, 3, 4)
        soft = probabilities(normal(rng, (4, 3)))
        return [
            GradientClaim(
                "dlogits",
                cross_entropy.of(lambda z, targets=targets: {"logits": z, "targets": targets}, part=0),
                logits,
                cross_entropy(logits, targets)[1],
            )
            for targets in (labels, soft)
        ]

    assert_gradients(draw, rng, plot=plot, label="cross_entropy")


@st.composite
def answers(draw, scales=(1.0, 10.0)):
    """Draw logits and probabilities of one shape, with one to three axes."""
    logits = draw(matrices(scales=scales))
    targets = np.random.default_rng(draw(st.integers(0, 99))).random(logits.shape).round(1)
    return draw(st.sampled_from([(logits, targets), (logits.ravel(), targets.ravel()), (logits[None], targets[None])]))


@check(points=2, source=LOGISTIC, hint="Mean over all elements of log(1 + exp(z)) - t * z.")
@given(batch=answers())
def test_binary_loss_is_mean_negative_log_probability(binary_cross_entropy, batch):
    """The loss is the mean over all elements of -t log s - (1 - t) log(1 - s), s the sigmoid of the logit."""
    logits, targets = batch
    loss, dlogits = binary_cross_entropy(logits, targets)
    # The sigmoid belongs in the loss: its input are logits, of which any real number is one.
    expected = np.logaddexp(0, logits) - targets * logits
    assert_close(loss, expected.mean(), "loss", magnitude=np.abs(logits).max())
    sigmoid = 1 / (1 + np.exp(-logits))
    assert_close(dlogits, (sigmoid - targets) / logits.size, "dlogits", magnitude=1 / logits.size)


@check(points=1, source=LOGISTIC, hint="A logit z is the pair of logits (0, z): the same softmax, the same loss.")
@given(batch=labelled_logits())
def test_binary_loss_equals_that_of_two_classes(binary_cross_entropy, cross_entropy, batch):
    """The loss is the cross-entropy of two classes with the logits 0 and z."""
    logits, _ = batch
    z, labels = logits[:, 0], (logits[:, 1] > 0).astype(int)
    loss, dlogits = binary_cross_entropy(z, labels.astype(float))
    pair_loss, pair_dlogits = cross_entropy(np.stack([np.zeros_like(z), z], axis=1), labels)
    assert_close(loss, pair_loss, "loss", magnitude=np.abs(z).max())
    assert_close(dlogits, pair_dlogits[:, 1], "dlogits", magnitude=1)


@check(
    points=2, source=LOGISTIC, hint="max(z, 0) - t * z + log(1 + exp(-abs(z))): no exponential overflows, no log of 0."
)
def test_binary_loss_of_huge_logits_is_exact(binary_cross_entropy):
    """Logits of 1e4 and -1e4 cost nothing when right and 1e4 when wrong."""
    # Logit, target and what it costs: exp(-40) = 4e-18 is what the right answer at 40 does, below one rounding of 1.
    cases = [
        case
        for size in (40.0, 800.0, 1e4)
        for case in ((size, 1.0, 0.0), (-size, 0.0, 0.0), (size, 0.0, size), (-size, 1.0, size))
    ]
    results = binary_cross_entropy.each(
        {"logits": np.array([logit]), "targets": np.array([target])} for logit, target, _ in cases
    )
    for (logit, target, expected), (loss, dlogits) in zip(cases, results, strict=True):
        assert_close(loss, expected, f"loss of the logit {logit:g} for the target {target:g}", magnitude=1.0)
        assert_close(dlogits, np.sign(logit) * (expected > 0), "dlogits", magnitude=1.0)


@check(points=1, source=LOGISTIC, hint="Derive the loss that you return: (sigmoid(logits) - targets) / logits.size.")
def test_binary_gradient_agrees_with_finite_differences(binary_cross_entropy, rng, plot):
    """The gradient is the slope of the loss."""

    def draw():
        logits, targets = normal(rng, (4, 3), 2.0), rng.random((4, 3)).round(2)
        _, dlogits = binary_cross_entropy(logits, targets)
        loss = binary_cross_entropy.of(lambda z: {"logits": z, "targets": targets}, part=0)
        return [GradientClaim("dlogits", loss, logits, dlogits)]

    assert_gradients(draw, rng, plot=plot, label="binary_cross_entropy")


@check(points=2, source=SQUARED, hint="np.mean((prediction - target) ** 2): over all elements, no half.")
@given(prediction=matrices(scales=(1.0, 100.0)), seed=st.integers(0, 99))
def test_squared_error_is_the_mean_of_squares(mean_squared_error, prediction, seed):
    """The loss is the mean of the squared differences over all elements, with the gradient 2 e / size."""
    target = normal(np.random.default_rng(seed), prediction.shape)
    loss, dprediction = mean_squared_error(prediction, target)
    error = prediction - target
    size = np.abs(prediction).max() + np.abs(target).max()
    assert_close(loss, np.mean(error**2), "loss", magnitude=size**2)
    assert_close(dprediction, 2 * error / error.size, "dprediction", magnitude=size)


@check(points=1, source=SQUARED, hint="Subtract arrays of one shape: (N, 1) minus (N,) is (N, N).")
@given(target=matrices(max_columns=1))
def test_squared_error_is_zero_only_for_a_perfect_prediction(mean_squared_error, target):
    """A perfect prediction costs 0, any other more, whatever the sign of its error."""
    loss, dprediction = mean_squared_error(target, target)
    assert_close(loss, 0.0, "loss of a perfect prediction")
    assert_close(dprediction, 0.0, "dprediction of a perfect prediction")
    off = mean_squared_error.each({"prediction": target + error, "target": target} for error in (0.5, -0.5))
    (above, _), (below, _) = off
    assert_close([above, below], 0.25, "loss of a prediction that is 0.5 off", magnitude=1 + np.abs(target).max() ** 2)


@check(points=1, source=SQUARED, hint="Square the error: twice the error costs four times as much.")
@given(error=matrices())
def test_squared_error_is_quadratic(mean_squared_error, error):
    """Three times the error costs nine times as much, with three times the gradient."""
    zero = np.zeros_like(error)
    results = mean_squared_error.each({"prediction": factor * error, "target": zero} for factor in (1, 3))
    (loss, gradient), (larger, larger_gradient) = results
    assert_close(larger, 9 * loss, "loss of three times the error")
    assert_close(larger_gradient, 3 * gradient, "dprediction of three times the error")


@check(points=1, source=SQUARED, hint="The derivative of e**2 is 2 e, and the mean brings 1 / size.")
def test_squared_error_gradient_agrees_with_finite_differences(mean_squared_error, rng, plot):
    """The gradient is the slope of the loss."""

    def draw():
        prediction, target = normal(rng, (4, 3)), normal(rng, (4, 3))
        _, gradient = mean_squared_error(prediction, target)
        loss = mean_squared_error.of(lambda y: {"prediction": y, "target": target}, part=0)
        return [GradientClaim("dprediction", loss, prediction, gradient)]

    assert_gradients(draw, rng, plot=plot, label="mean_squared_error")
