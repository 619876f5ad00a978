"""Checks of paths: 50 steps of every optimiser, and the closed form of the first.

One step finds a third fewer of the known mistakes than 50 do, and gradients of ordinary size hide where eps stands.
"""

import math

import numpy as np

from backproof.testing import assert_close, assert_that, check, normal

from ._walks import ADAPTIVE, each_optimizer, walk
from ._walks import optimizer as optimizer

MOMENTUM = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2"


def expected_paths(name, param, gradients, learning_rate):
    """Return the paths that are right with the default settings: eps inside or outside of the root."""
    if name in ADAPTIVE:
        return [adaptive_path(name, param, gradients, learning_rate, place) for place in ("inside", "outside", "hat")]
    velocity, path = np.zeros_like(param), []
    for grad in gradients:
        velocity = (0.0 if name == "sgd" else 0.9) * velocity - learning_rate * grad
        param = param + velocity
        path.append(param)
    return [np.array(path)]


def adaptive_path(name, param, gradients, learning_rate, place):
    """Return the path of an adaptive optimiser, with eps = 1e-8 at one of its accepted places."""
    total, velocity, path = np.zeros_like(param), np.zeros_like(param), []
    for step, grad in enumerate(gradients, start=1):
        correction = 1.0
        if name == "adagrad":
            total = total + grad**2
        elif name == "rmsprop":
            total = 0.9 * total + 0.1 * grad**2
        else:
            velocity, total = 0.9 * velocity + 0.1 * grad, 0.999 * total + 0.001 * grad**2
            correction = 1 - 0.999**step
        numerator = velocity / (1 - 0.9**step) if name == "adam" else grad
        eps = 1e-8 / math.sqrt(correction) if place == "hat" else 1e-8
        squares = total / correction
        root = np.sqrt(squares + eps) if place == "inside" else np.sqrt(squares) + eps
        param = param - learning_rate * numerator / root
        path.append(param)
    return np.array(path)


@check(
    points=3,
    source=f"{MOMENTUM} and 8.5",
    hint="Follow the first step where it differs by hand: state, average, correction.",
)
@each_optimizer
def test_paths_of_50_steps(optimizer, rng, plot):
    """50 steps under random gradients, of sizes from 1e-6 to 1e3, go where the definition says."""
    # One parameter with a row for each size: a call costs more than a dozen numbers.
    scales = np.array([1e-6, 1.0, 1e3])
    param, gradients = normal(rng, (3, 4)), normal(rng, (50, 3, 4)) * scales[:, None]
    path = walk(optimizer, param, gradients, learning_rate=0.01)
    accepted = expected_paths(optimizer.spec.name, param, gradients, 0.01)
    rows = [path[:, row] for row in range(3)]
    nearest_rows = [
        min((expected[:, row] for expected in accepted), key=lambda expected, got=got: np.abs(got - expected).max())
        for row, got in enumerate(rows)
    ]
    for label, values in ((optimizer.spec.name, rows[1]), (f"{optimizer.spec.name}, expected", nearest_rows[1])):
        plot.line(
            "Paths under random gradients", range(50), values[:, 0], label=label, x_label="step", y_label="parameter"
        )
    for got, nearest, scale in zip(rows, nearest_rows, scales, strict=True):
        # Each step rounds the parameter and its own step once or twice: 50 steps of at most the longest one.
        longest = np.abs(np.diff(nearest, axis=0)).max()
        assert_close(got, nearest, f"path under gradients of size {scale:g}", magnitude=4 + 50 * longest, roundings=256)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="The first state is zero: work out the first step with it.")
@each_optimizer
def test_first_step_has_its_closed_form(optimizer, rng):
    """The first step is -αg for momentum, -α sign(g) for Adagrad and Adam, -α sign(g) / √(1 - decay) for RMSProp."""
    name = optimizer.spec.name
    param, grad = normal(rng, 6), np.array([3.0, -2.0, 0.5, -0.25, 100.0, -40.0])
    # Other shares than the default ones, which the paths of 50 steps try.
    settings = {"rmsprop": {"decay": 0.36}, "adam": {"beta1": 0.3, "beta2": 0.4}}.get(name, {})
    step = walk(optimizer, param, [grad], learning_rate=0.1, **settings)[0] - param.astype(np.float64)
    factor = 1.25 if name == "rmsprop" else 1.0
    expected = -0.1 * factor * np.sign(grad) if name in ADAPTIVE else -0.1 * grad
    # eps inside the root is a share of 1e-8 / 0.25² of the squares, and half of that of the root; float32 rounds the
    # parameter by 1e-7 of up to 12.
    assert_that(
        np.abs(step - expected).max() < 1e-5,
        f"the first step of {name} under gradients of {grad.tolist()}{', with ' if settings else ''}{settings or ''}",
        expected=str(expected.tolist()),
        got=str(step.tolist()),
    )
