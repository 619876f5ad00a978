"""Checks of the cross-entropy, and of the initial loss that it must show."""

import math

import numpy as np
from hypothesis import given

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
from backproof.testing.inputs import labelled_logits

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"

SAMPLES = {
    "cross_entropy": Sample(
        lambda rng: {"logits": normal(rng, (4, 3)), "targets": np.array([0, 2, 1, 1])},
        bad={
            "targets": (*(np.array([0, label, 1, 1]) for label in (3, 5, -1)), np.array([0, 1]), np.full((4, 5), 0.2)),
        },
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
