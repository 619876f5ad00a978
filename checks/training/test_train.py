"""Checks of train, mini-batch gradient descent.

Among them is the oldest test of all: overfit a tiny data set.
"""

import math
import re

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check, fork, normal
from backproof.testing.general import *

SGD = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"


def make_params(rng, num_features, num_hidden, num_classes):
    """Parameters of a network with one hidden layer."""
    return {
        "W1": normal(rng, (num_features, num_hidden), math.sqrt(2 / num_features)),
        "b1": np.zeros(num_hidden),
        "W2": normal(rng, (num_hidden, num_classes), 0.1),
        "b2": np.zeros(num_classes),
    }


def problem(rng, num_samples=8):
    """Parameters, inputs and labels of a small problem.

    No hidden unit is near its kink, and no two samples have the same loss (as two for which all units are off would),
    so that a loss tells its sample.
    """
    labels = np.arange(num_samples) % 3
    while True:
        params, x = make_params(rng, 4, 6, 3), normal(rng, (num_samples, 4))
        gaps = np.diff(np.sort(sample_losses(params, x, labels)))
        if distance_to_kink(params, x) > 1e-2 and gaps.min() > 1e-3:
            return {"params": params, "x": x, "labels": labels}


def sample_losses(params, x, labels):
    """The cross-entropy of each sample."""
    logits = np.maximum(x @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
    return np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(x)), labels]


def distance_to_kink(params, x):
    """How near the nearest hidden unit is to 0, where a rounding would switch its gradient on or off."""
    return np.abs(x @ params["W1"] + params["b1"]).min()


SAMPLES = {
    "train": Sample(
        lambda rng: problem(rng) | {"rng": rng, "learning_rate": 0.1, "steps": 3, "batch_size": 4},
        bad={"learning_rate": (-0.1, float("nan"), float("inf")), "steps": (-1,), "batch_size": (0, -4)},
    ),
}


@check(points=3, source=SGD, hint="params[name] - learning_rate * grads[name] for every parameter, once a step.")
def test_full_batch_steps_are_gradient_descent(train, network_loss, rng):
    """A step with all samples is w - learning_rate * gradient, for every parameter, and so is each one after it."""
    for l2_strength in (0.0, 0.1):
        task, path = smooth_descent(network_loss, l2_strength, rng)
        for steps in (1, len(path)):
            settings = {"learning_rate": 0.3, "steps": steps, "batch_size": 8, "l2_strength": l2_strength}
            trained, _ = train(**task, rng=fork(rng), **settings)
            for name, value in path[steps - 1].items():
                what = f"{name} after {steps} steps, l2_strength={l2_strength}"
                # Each step hands on the errors of those before, times at most 1 + 0.3 times the curvature: 2 is ample.
                assert_close(trained[name], value, what, magnitude=2.0**steps)


def smooth_descent(network_loss, l2_strength, rng):
    """Return a problem, and the path of gradient descent on it, which passes no kink."""
    while True:
        task = problem(rng)
        path = descent_path(network_loss, task, l2_strength)
        if path is not None:
            return task, path


def descent_path(network_loss, task, l2_strength, steps=6):
    """Return the parameters after each of some steps of gradient descent, or None if a unit comes near its kink."""
    params, path = task["params"], []
    for _ in range(steps):
        if distance_to_kink(params, task["x"]) < 1e-3:
            return None
        _, grads = network_loss(params, task["x"], task["labels"], l2_strength=l2_strength)
        params = {name: value - 0.3 * np.asarray(grads[name]) for name, value in params.items()}
        path.append(params)
    return path


@check(points=1, source=SGD, hint="Append the loss before the update, once a step, regularisation included.")
def test_losses_are_those_before_each_update(train, network_loss, rng):
    """There is one loss a step: network_loss on that step's batch, before its update."""
    task = problem(rng)
    settings = {"learning_rate": 0.3, "batch_size": 8, "l2_strength": 0.1}
    after_one, _ = train(**task, rng=fork(rng), steps=1, **settings)
    _, losses = train(**task, rng=fork(rng), steps=2, **settings)
    assert_that(len(losses) == 2, f"2 steps gave {len(losses)} losses", expected="2", got=str(len(losses)))
    first, _ = network_loss(**task, l2_strength=0.1)
    second, _ = network_loss(**(task | {"params": after_one}), l2_strength=0.1)
    assert_close(losses[0], first, "the first loss", magnitude=5.0)
    assert_close(losses[1], second, "the second loss", magnitude=5.0)


@check(points=2, source=SGD, hint="Loss and gradient of a step both come from the samples of its batch alone.")
def test_a_step_uses_its_batch_alone(train, network_loss, rng):
    """A step with a batch of one sample follows that sample's gradient."""
    task = problem(rng)
    trained, losses = train(**task, rng=fork(rng), learning_rate=0.3, steps=1, batch_size=1)
    steps = []
    for n in range(len(task["x"])):
        loss, grads = network_loss(task["params"], task["x"][n : n + 1], task["labels"][n : n + 1])
        steps.append((abs(float(loss) - float(losses[0])), grads))
    _, grads = min(steps, key=lambda step: step[0])
    for name, value in task["params"].items():
        assert_close(trained[name], value - 0.3 * np.asarray(grads[name]), f"{name} after a step", magnitude=2.0)


@check(points=1, source=SGD, hint="Shuffle with rng, and go through all samples.")
def test_batches_are_drawn_from_all_samples(train, network_loss, rng):
    """Every sample comes up, none that does not exist, in an order that depends on the seed."""
    task = problem(rng, num_samples=6)
    alone = [float(network_loss(task["params"], task["x"][n : n + 1], task["labels"][n : n + 1])[0]) for n in range(6)]
    orders = []
    # At learning rate 0 the losses show which samples were drawn. Drawn with replacement, one of 6 is missing after
    # 150 steps with probability 6 * (5/6)**150 = 8e-12; two orders are the same with a probability far below.
    for seed in (1, 2):
        _, losses = train(**task, rng=np.random.default_rng(seed), learning_rate=0.0, steps=150, batch_size=1)
        distance = np.abs(np.subtract.outer(np.asarray(losses, dtype=float), alone))
        assert_close(distance.min(axis=1), 0.0, "distance of each loss to the nearest sample's", magnitude=5.0)
        orders.append(distance.argmin(axis=1))
    seen = len(np.unique(orders[0]))
    assert_that(seen == 6, f"{seen} of 6 samples were used in 150 steps", expected="6", got=str(seen))
    assert_that(np.any(orders[0] != orders[1]), "two seeds gave the same order of samples")


@check(
    points=4,
    source=f"{RECIPE}: 'overfit one batch'",
    hint="Follow one step by hand: does the loss fall along the gradient?",
)
def test_overfits_a_tiny_data_set(train, predict, rng, plot):
    """20 samples with random labels are learned by heart: 100 % accuracy."""
    params = make_params(rng, 10, 64, 3)
    x, labels = normal(rng, (20, 10)), rng.integers(0, 3, 20)
    trained, losses = train(params, x, labels, fork(rng), learning_rate=0.5, steps=400, batch_size=10, l2_strength=0.0)
    plot.line("Overfitting a tiny data set", range(len(losses)), losses, label="loss", x_label="step", y_label="loss")
    right = int(np.sum(np.argmax(predict(trained, x), axis=1) == labels))
    assert_that(right == 20, f"{right} of 20 training samples are right after 400 steps", expected="20", got=str(right))


@check(points=1, source=RECIPE, hint="Subtract the gradient; adding it climbs.")
def test_the_loss_falls(train, rng):
    """At a sane learning rate the loss on the training set falls in every step with all samples."""
    task = problem(rng)
    _, losses = train(**task, rng=fork(rng), learning_rate=0.02, steps=20, batch_size=8)
    losses = np.asarray(losses, dtype=float)
    assert_that(losses[-1] < losses[0], f"the loss went from {losses[0]:.4g} to {losses[-1]:.4g} in 20 steps")


@check(points=1, source=SGD, hint="Nothing but learning_rate * gradient may change a parameter.")
def test_learning_rate_zero_changes_nothing(train, rng):
    """With a learning rate of 0, or no steps, the parameters stay as they were."""
    task = problem(rng)
    for settings in ({"learning_rate": 0.0, "steps": 5}, {"learning_rate": 0.1, "steps": 0}):
        trained, losses = train(**task, rng=fork(rng), batch_size=4, l2_strength=0.1, **settings)
        assert_that(len(losses) == settings["steps"], f"{settings} gave {len(losses)} losses")
        for name, value in task["params"].items():
            assert_close(trained[name], value, f"{name} after {settings}")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 11.5",
    hint="if not math.isfinite(loss): raise FloatingPointError(f'... at step {step}').",
)
def test_a_diverging_run_is_stopped(train, rng):
    """When the loss is no longer finite, FloatingPointError tells the step; NaN is not returned."""
    # A penalty this strong multiplies the weights by -2e6 a step (-1e6 where it is halved), whatever the data are.
    call = problem(rng) | {"rng": rng, "learning_rate": 1e3, "steps": 100, "batch_size": 8, "l2_strength": 1e3}
    raised = train.exception(**call)
    assert_that(
        raised is not None and "FloatingPointError" in raised.exception_types,
        "a run that diverges must raise FloatingPointError",
        expected="FloatingPointError",
        got=raised.got if raised else "no exception",
    )
    assert_that(
        re.search(r"\d", raised.exception_message), "the message must tell the step", got=raised.exception_message
    )
