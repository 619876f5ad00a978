"""Checks of descent: every optimiser in a ravine and over a saddle, and the rates of gradient descent."""

import numpy as np

from backproof.testing import assert_close, assert_that, check

from ._walks import each_optimizer, walk_in_bowl
from ._walks import optimizer as optimizer

SGD = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1"


@check(points=1, source=f"{SGD} and 8.5", hint="Every optimiser must go down a ravine: follow the sign of its step.")
@each_optimizer
def test_a_ravine_is_solved(optimizer, plot):
    """In a bowl ten times as steep one way as the other, 40 steps bring the loss down to a hundredth."""
    curvature, start = np.array([1.0, 10.0]), np.array([1.0, -0.8])
    # A velocity with β = 0.8 falls by √0.8 a step, and the loss to 1e-4 in 40. RMSProp ends in a cycle as wide as its
    # rate, which is 2e-3 of the loss at most. The others end below 1e-6 of it.
    rolling = {"learning_rate": 0.05, "beta": 0.8}
    settings = {
        "sgd": {"learning_rate": 0.15},
        "adagrad": {"learning_rate": 0.5},
        "rmsprop": {"learning_rate": 0.05},
        "adam": {"learning_rate": 0.1, "beta1": 0.5},
    }.get(optimizer.spec.name, rolling)
    path = walk_in_bowl(optimizer, start, curvature, steps=40, **settings)
    before, after = (0.5 * float(np.sum(curvature * w.astype(float) ** 2)) for w in (start, path[-1]))
    record_path(plot, "Paths in a ravine", optimizer, path)
    assert_that(after < before / 100, f"the loss went from {before:.3g} to {after:.3g} in 40 steps")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3",
    hint="Step against the gradient in every element: along w2 that leads away from the saddle.",
)
@each_optimizer
def test_a_saddle_is_left(optimizer, plot):
    """From beside the ridge of a saddle every optimiser finds the way down: the loss falls below the saddle's."""
    curvature, start = np.array([1.0, -1.0]), np.array([1.0, 0.01])
    # With these rates the right paths end at -2 or below.
    rate = {"sgd": 0.4, "adagrad": 0.3, "adam": 0.1, "rmsprop": 0.1}.get(optimizer.spec.name, 0.2)
    path = walk_in_bowl(optimizer, start, curvature, learning_rate=rate, steps=20)
    record_path(plot, "Paths over a saddle", optimizer, path)
    loss = 0.5 * float(np.sum(curvature * path[-1].astype(float) ** 2))
    assert_that(loss < -1, f"the loss went from 0.5 to {loss:.3g} in 20 steps", expected="below -1", got=f"{loss:.3g}")


def record_path(plot, title, optimizer, path):
    """Record the way over the plane."""
    plot.line(title, path[:, 0], path[:, 1], label=optimizer.spec.name, x_label="w1", y_label="w2")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 4.3",
    hint="w - learning_rate * g, no more and no less.",
)
def test_sgd_diverges_beyond_two_over_the_curvature(sgd):
    """On a bowl of curvature λ gradient descent converges below a rate of 2/λ and diverges above."""
    for rate, factor in ((0.19, -0.9), (0.21, -1.1)):
        path = walk_in_bowl(sgd, np.ones(1), np.array([10.0]), learning_rate=rate, steps=20)
        assert_close(path[-1, 0], factor**20, f"parameter after 20 steps at {rate} with curvature 10", magnitude=10.0)
