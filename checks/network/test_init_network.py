"""Checks of init_network: shapes and sizes of the first parameters, and the loss with which training starts."""

import math
from itertools import pairwise

import numpy as np

from backproof.testing import Evidence, Sample, assert_close, assert_statistics, assert_that, check, fork
from backproof.testing.general import *
from backproof.testing.statistics import normal_p_value

BACKPROP = "Goodfellow, Bengio and Courville, Deep Learning, section 6.5"
HE = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"

SAMPLES = {
    "init_network": Sample(
        lambda rng: {"layer_sizes": [4, 6, 3], "rng": rng}, bad={"layer_sizes": ([4], [4, 0, 3], [4, -2, 3])}
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
