"""Checks of momentum: the velocity, Nesterov's look ahead, and what both are for."""

import numpy as np
import pytest

from backproof.testing import assert_close, assert_that, check, normal

from ._walks import optimizer as optimizer
from ._walks import walk, walk_in_bowl

MOMENTUM = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2"
NESTEROV = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.3"
each_momentum = pytest.mark.parametrize("optimizer", ["momentum", "momentum_scaled", "nesterov"], indirect=True)


@check(points=1, source=MOMENTUM, hint="With beta = 0 nothing of the velocity is kept.")
@each_momentum
def test_without_memory_it_is_gradient_descent(optimizer, rng):
    """With beta = 0 the path is that of plain gradient descent."""
    param, gradients = normal(rng, 4), normal(rng, (10, 4))
    path = walk(optimizer, param, gradients, learning_rate=0.1, beta=0.0)
    assert_close(path, param - 0.1 * np.cumsum(gradients, axis=0), "path with beta=0", magnitude=10.0)


@check(points=1, source=MOMENTUM, hint="v = beta * v + g: older gradients count beta, beta², ... as much.")
@pytest.mark.parametrize("optimizer", ["momentum", "momentum_scaled"], indirect=True)
def test_velocity_is_a_geometric_sum(optimizer, rng):
    """Each step is -α times the sum of all gradients so far, weighted with powers of beta."""
    param, gradients = normal(rng, 3), normal(rng, (12, 3))
    path = walk(optimizer, param, gradients, learning_rate=0.1, beta=0.8)
    ages = np.arange(12)[:, None] - np.arange(12)[None, :]
    weights = np.where(ages >= 0, 0.8 ** np.maximum(ages, 0), 0.0)
    expected = param + np.cumsum(-0.1 * weights @ gradients, axis=0)
    assert_close(path, expected, "path with beta=0.8", magnitude=20.0)


@check(points=2, source=NESTEROV, hint="Call grad_fn(param + beta * velocity), once; then step from param.")
def test_nesterov_looks_ahead(nesterov, rng):
    """The gradient is taken at w + βv, once a step, and the step starts from w."""
    param, state, velocity = normal(rng, 3), None, np.zeros(3)
    for _ in range(4):
        places = []

        def grad_fn(w, places=places):
            places.append(w)
            return 2.0 * w

        ahead = param + 0.9 * velocity
        velocity = 0.9 * velocity - 0.1 * 2.0 * ahead
        expected = param + velocity
        got, state = nesterov(param, grad_fn, state, learning_rate=0.1)
        assert_that(
            len(places) == 1, f"grad_fn was called {len(places)} times in a step", expected="1", got=str(len(places))
        )
        assert_close(places[0], ahead, "the place at which grad_fn was called", magnitude=3.0)
        assert_close(got, expected, "new_param", magnitude=3.0)
        param = expected


@check(points=1, source=MOMENTUM, hint="The velocity must add up what points the same way.")
@each_momentum
def test_momentum_beats_gradient_descent(optimizer):
    """In a ravine momentum gets ten times further down than gradient descent, and it rolls on over a plateau."""
    curvature, start = np.array([1.0, 100.0]), np.array([1.0, 0.1])
    path = walk_in_bowl(optimizer, start, curvature, learning_rate=0.005, steps=80)
    plain = start * (1 - 0.005 * curvature) ** 80
    after, plainly = (0.5 * float(np.sum(curvature * w.astype(float) ** 2)) for w in (path[-1], plain))
    assert_that(after < plainly / 10, f"the loss is {after:.3g}, that of gradient descent {plainly:.3g}")
    # Gradient descent stops after four steps of 0.1, at -0.05.
    end = float(walk(optimizer, np.array([0.35]), slope_then_plateau, learning_rate=0.1, steps=30)[-1, 0])
    assert_that(end < -0.15, f"on the plateau it stopped at {end:.3g}, gradient descent does at -0.05")


def slope_then_plateau(w):
    """Gradient of max(w, 0): downhill to 0, flat from there."""
    return np.where(w > 0, 1.0, 0.0).astype(w.dtype)
