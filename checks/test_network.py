"""Checks of network.py: a whole network, from its first weights to its gradient."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    Evidence,
    GradientClaim,
    Sample,
    assert_close,
    assert_finite,
    assert_gradients,
    assert_statistics,
    assert_that,
    check,
    fork,
    normal,
)
from backproof.testing.general import *
from backproof.testing.statistics import normal_p_value

BACKPROP = "Goodfellow, Bengio and Courville, Deep Learning, section 6.5"
DECAY = "Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1"
HE = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"


def make_params(rng, layer_sizes):
    """Parameters of an ordinary network, with biases that are not 0."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        params[f"W{layer}"] = normal(rng, (fan_in, fan_out), math.sqrt(2 / fan_in))
        params[f"b{layer}"] = normal(rng, fan_out, 0.5)
    return params


def forward(params, x):
    """Logits by the definition."""
    num_layers = len(params) // 2
    for layer in range(1, num_layers + 1):
        x = x @ params[f"W{layer}"] + params[f"b{layer}"]
        if layer < num_layers:
            x = np.maximum(x, 0)
    return x


def mean_cross_entropy(logits, labels):
    """Mean of log sum exp(logits) - logit of the label, for logits of ordinary size."""
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


@st.composite
def networks(draw):
    """Draw parameters, inputs and labels of a small network, of one to three layers."""
    layer_sizes = draw(st.sampled_from([(2, 3, 2), (3, 2), (4, 5, 3), (2, 4, 3, 3)]))
    num_samples = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = rng.integers(0, layer_sizes[-1], num_samples)
    return make_params(rng, layer_sizes), normal(rng, (num_samples, layer_sizes[0])), labels


LABELS = np.array([0, 2, 1, 1])
SAMPLES = {
    "init_network": Sample(
        lambda rng: {"layer_sizes": [4, 6, 3], "rng": rng}, bad={"layer_sizes": ([4], [4, 0, 3], [4, -2, 3])}
    ),
    "predict": Sample(
        lambda rng: {"params": make_params(rng, (3, 5, 2)), "x": normal(rng, (4, 3))},
        bad={"x": (np.ones((4, 2)), np.ones((4, 4)))},
    ),
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


@check(points=1, source=BACKPROP, hint="W1 (D, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,), and so on.")
def test_parameters_have_their_names_and_shapes(init_network, rng):
    """The parameters are W1, b1, W2, b2, ..., of the shapes that the layer sizes give."""
    for layer_sizes in ([4, 3], [4, 1, 3], [5, 7, 2, 3]):
        params = init_network(layer_sizes, fork(rng))
        expected = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
            expected |= {f"W{layer}": (fan_in, fan_out), f"b{layer}": (fan_out,)}
        got = {name: np.shape(value) for name, value in params.items()}
        assert_that(got == expected, f"parameters of {layer_sizes}", expected=str(expected), got=str(got))


@check(points=1, source=HE, hint="np.zeros for the biases: they need no symmetry breaking.")
def test_biases_start_at_zero(init_network, rng):
    """All biases are 0."""
    params = init_network([4, 6, 5, 3], rng)
    for layer in (1, 2, 3):
        assert_close(params[f"b{layer}"], 0.0, f"b{layer}")


@check(points=2, source=f"{HE}, eq. 10", hint="he_normal(fan_in, fan_out, rng) for each hidden layer.")
def test_hidden_layers_start_with_he(init_network, rng):
    """The weights of hidden layers have mean 0 and variance 2 / fan_in."""

    def draw(times):
        networks = [init_network([400, 100, 300, 2], fork(rng)) for _ in range(times)]
        return [np.concatenate([np.ravel(net[name]).astype(float) for net in networks]) for name in ("W1", "W2")]

    def moments(weights):
        found = {}
        for name, fan_in, sample in zip(("W1", "W2"), (400, 100), weights, strict=True):
            squares = sample**2 * fan_in / 2
            # By the central limit theorem with the measured variance: the shape of the distribution is free here.
            z = (squares.mean() - 1) / (squares.std() / math.sqrt(squares.size)) if squares.std() > 0 else math.inf
            mean_z = sample.mean() / math.sqrt(2 / fan_in / sample.size)
            found[f"the variance of {name}"] = Evidence(normal_p_value(z), f"{2 / fan_in:.4g}", f"{np.var(sample):.4g}")
            found[f"the mean of {name}"] = Evidence(normal_p_value(mean_z), "0", f"{sample.mean():.4g}")
        return found

    assert_statistics(draw, moments, "hidden weights")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 8.4",
    hint="Draw every weight, from one generator that goes on.",
)
def test_hidden_units_and_layers_differ(init_network, rng):
    """No two hidden units start alike, and no two layers."""
    params = init_network([6, 6, 6, 3], rng)
    for name in ("W1", "W2"):
        distinct = len(np.unique(np.asarray(params[name]), axis=1).T)
        assert_that(distinct == 6, f"{name} has equal columns", expected="6 units", got=f"{distinct} that differ")
    # Up to a factor: one draw used for two layers, scaled, is one draw still.
    correlation = np.corrcoef(np.ravel(params["W1"]), np.ravel(params["W2"]))[0, 1]
    # 36 independent pairs correlate by 0.95 with a probability far below 1e-15.
    assert_that(abs(correlation) < 0.95, f"W1 and W2 are the same draw: their correlation is {correlation:.3f}")


@check(points=1, source=RECIPE, hint="Make the last weight ten times smaller, or more.")
def test_logits_start_near_zero(init_network, predict, rng):
    """The last layer starts so small that the logits of standardised inputs are near 0."""
    networks = fresh_networks(init_network, rng, 50, count=8)
    logits = predict.each({"params": params, "x": x} for params, x in networks)
    size = np.mean([np.mean(each**2) for each in logits])
    # In units of the inputs' second moment, which He's hidden layers keep, He's own scale for the last layer gives 2,
    # Xavier's 1, PyTorch's default 1/3, a tenth of He's 0.02. With 8 networks of 50 logits each the mean square has a
    # relative standard deviation of sqrt(2/400) = 0.07: 0.6 is 11 of those above 1/3 and 5.7 below 1.
    assert_that(
        size < 0.6, f"the mean square of the first logits is {size:.3g}", expected="below 0.6", got=f"{size:.3g}"
    )


@check(
    points=2, source=RECIPE, hint="If it is higher, the last layer starts too large; if it is lower, the loss is wrong."
)
def test_initial_loss_is_near_log_c(init_network, network_loss, rng):
    """An untrained network has a loss of about log C."""
    networks = fresh_networks(init_network, rng, 50, count=8)
    calls = ({"params": params, "x": x, "labels": rng.integers(0, 50, len(x))} for params, x in networks)
    losses = [loss for loss, _ in network_loss.each(calls)]
    excess = np.mean(losses) - math.log(50)
    # Logits of variance s² cost log C + s²/2: 0.3 is the bound of 0.6 on s² in the check before. Labels are random,
    # so the mean over 8 * 64 samples of logits of that variance has a standard deviation of 0.03 at most.
    assert_that(
        -0.2 < excess < 0.5,
        f"the first loss is {np.mean(losses):.4g}",
        expected=f"{math.log(50):.4g}",
        got=f"{np.mean(losses):.4g}",
    )


def fresh_networks(init_network, rng, num_classes, count):
    """Return the parameters of new networks, and standardised inputs of the same dtype for each."""
    calls = [{"layer_sizes": [100, 200, num_classes], "rng": fork(rng)} for _ in range(count)]
    networks = init_network.each(calls)
    return [(params, rng.standard_normal((64, 100)).astype(params["W1"].dtype)) for params in networks]


@check(
    points=2,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 6.3",
    hint="ReLU after every layer but the last: logits are free to be negative.",
)
@given(network=networks())
def test_logits_are_linear_layers_with_relu_between(predict, network):
    """The logits are those of linear layers with ReLU after each but the last."""
    params, x, _ = network
    assert_close(predict(params, x), forward(params, x), "logits", magnitude=20.0)


@check(points=1, source=BACKPROP, hint="No mean, maximum or reshape over the batch on the way to the logits.")
@given(network=networks(), seed=st.integers(0, 99))
def test_samples_do_not_see_each_other(predict, network, seed):
    """A sample has the same logits alone, and permuting the batch permutes the logits."""
    params, x, _ = network
    order = np.random.default_rng(seed).permutation(len(x))
    results = predict.each({"params": params, "x": samples} for samples in (x, x[order], *x[:, None]))
    logits = next(results)
    assert_close(next(results), logits[order], "logits of the permuted batch", magnitude=20.0)
    for n, alone in enumerate(results):
        assert_close(alone[0], logits[n], f"logits of sample {n} alone", magnitude=20.0)


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
