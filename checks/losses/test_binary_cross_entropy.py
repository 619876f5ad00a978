"""Checks of the binary cross-entropy of logits."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, check, normal
from backproof.testing.general import *
from backproof.testing.inputs import labelled_logits, matrices

LOGISTIC = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2"

SAMPLES = {
    "binary_cross_entropy": Sample(
        lambda rng: {"logits": normal(rng, (4, 3)), "targets": rng.random((4, 3)).round(2)},
        bad={"targets": (np.full((4, 3), 1.5), np.full((4, 3), -0.1), np.zeros((4, 2)))},
    ),
}


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
