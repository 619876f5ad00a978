"""Checks of network_loss: the loss, its gradient and the penalty of large weights."""

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

from ._networks import forward, make_params, networks

BACKPROP = "Goodfellow, Bengio and Courville, Deep Learning, section 6.5"
DECAY = "Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1"
LABELS = np.array([0, 2, 1, 1])

SAMPLES = {
    "network_loss": Sample(
        lambda rng: {
            "params": make_params(rng, (3, 5, 3)),
            "x": normal(rng, (4, 3)),
            "labels": LABELS,
            "l2_strength": 0.01,
        },
        bad={
            "labels": tuple(map(np.array, ([0, 3, 1, 1], [0, 7, 1, 1], [0, -1, 1, 1], [0, 1], [0, 2, 1, 1, 0]))),
            "x": (np.ones((4, 2)),),
        },
    ),
}


def mean_cross_entropy(logits, labels):
    """Mean of log sum exp(logits) - logit of the label, for logits of ordinary size."""
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


@check(points=2, source=BACKPROP, hint="cross_entropy(predict(params, x), labels)[0]: a mean over the samples.")
@given(network=networks())
def test_loss_is_the_cross_entropy_of_the_logits(network_loss, network):
    """Without regularisation the loss is the mean cross-entropy of the network's logits."""
    params, x, labels = network
    loss, _ = network_loss(params, x, labels)
    assert_close(loss, mean_cross_entropy(forward(params, x), labels), "loss", magnitude=20.0)


@check(points=1, source=BACKPROP, hint="One entry for each parameter, under its name.")
@given(network=networks())
def test_every_parameter_gets_a_gradient(network_loss, network):
    """There is a gradient of the right shape for every parameter, and it is finite."""
    params, x, labels = network
    _, grads = network_loss(params, x, labels)
    expected = {name: value.shape for name, value in params.items()}
    got = {name: np.shape(value) for name, value in grads.items()}
    assert_that(got == expected, "grads have other names or shapes than params", expected=str(expected), got=str(got))
    for name, gradient in grads.items():
        assert_finite(gradient, f"grads[{name!r}]")


@check(
    points=3,
    source=BACKPROP,
    hint="Go back layer by layer, and mask where that layer's own pre-activation was below 0.",
)
def test_gradients_agree_with_finite_differences(network_loss, rng, plot):
    """Every gradient is the slope of the loss, regularisation included."""
    assert_gradients(lambda: network_claims(network_loss, 0.1, rng), rng, plot=plot, label="network_loss")


def network_claims(network_loss, l2_strength, rng):
    """Return a claim for each parameter of a new network with two hidden layers."""
    params = make_params(rng, (4, 5, 4, 3))
    x, labels = normal(rng, (6, 4)), rng.integers(0, 3, 6)
    _, grads = network_loss(params, x, labels, l2_strength=l2_strength)

    def loss_as_function_of(name):
        rest = {"x": x, "labels": labels, "l2_strength": l2_strength}
        return network_loss.of(lambda value: {"params": params | {name: value}, **rest}, part=0)

    return [
        GradientClaim(f"grads[{name!r}]", loss_as_function_of(name), params[name], np.asarray(gradient))
        for name, gradient in grads.items()
        if name in params
    ]


@check(points=2, source=DECAY, hint="Add l2_strength * sum(W**2) for each W, and 2 * l2_strength * W to its gradient.")
@given(network=networks())
def test_regularisation_adds_the_squared_weights(network_loss, network):
    """The penalty is l2_strength times the sum of all squared weights, or half of it, and leaves the biases out."""
    params, x, labels = network
    strength = 0.3
    (loss, grads), (plain, plain_grads) = (network_loss(params, x, labels, l2_strength=s) for s in (strength, 0.0))
    squares = strength * sum(np.sum(params[name] ** 2) for name in params if name.startswith("W"))
    added = loss - plain
    half = 0.5 if abs(added - squares / 2) < abs(added - squares) else 1.0
    assert_close(added, half * squares, "what regularisation adds to the loss", magnitude=20.0 + squares)
    for name, value in params.items():
        expected = half * 2 * strength * value if name.startswith("W") else np.zeros_like(value)
        difference = np.asarray(grads[name]) - np.asarray(plain_grads[name])
        assert_close(difference, expected, f"what regularisation adds to grads[{name!r}]", magnitude=20.0)


@check(points=1, source=DECAY, hint="A penalty is never negative.")
@given(network=networks())
def test_regularisation_raises_the_loss(network_loss, network):
    """The loss rises with the strength of the regularisation."""
    params, x, labels = network
    results = network_loss.each(
        {"params": params, "x": x, "labels": labels, "l2_strength": strength} for strength in (0.0, 0.1, 1.0)
    )
    losses = [float(loss) for loss, _ in results]
    assert_that(losses[0] < losses[1] < losses[2], f"the losses at l2_strength 0, 0.1 and 1 are {losses}")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 8.4",
    hint="The gradient must treat equal units equally.",
)
def test_equal_hidden_units_stay_equal(network_loss, rng):
    """Units that start with the same weights stay the same for ever: why weights must be drawn at random."""
    params = {"W1": np.full((3, 4), 0.1), "b1": np.zeros(4), "W2": np.full((4, 2), 0.1), "b2": np.zeros(2)}
    x, labels = np.abs(normal(rng, (6, 3))) + 0.1, np.array([0, 1, 0, 0, 1, 0])
    for _ in range(5):
        _, grads = network_loss(params, x, labels)
        # The step is so short that all pre-activations stay positive, far from the kink.
        params = {name: value - 0.1 * np.asarray(grads[name]) for name, value in params.items()}
    assert_close(params["W1"], params["W1"][:, :1], "the columns of W1 after 5 steps", magnitude=1.0)
    assert_that(np.ptp(params["W2"]) > 0, "W2 did not change in 5 steps")
