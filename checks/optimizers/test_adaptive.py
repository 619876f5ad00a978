"""Checks of the adaptive optimisers: Adagrad, RMSProp and Adam."""

import numpy as np
import pytest

from backproof.testing import assert_close, check, normal

from ._walks import ADAPTIVE, walk
from ._walks import optimizer as optimizer

ADAGRAD = "Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 12, 2011"
RMSPROP = "Tieleman and Hinton, Lecture 6.5, Neural Networks for Machine Learning, 2012"
ADAM = "Kingma and Ba, Adam, ICLR 2015, algorithm 1"
each_adaptive = pytest.mark.parametrize("optimizer", ADAPTIVE, indirect=True)


@check(points=1, source=ADAGRAD, hint="Add up all squared gradients, and divide by the root of the sum.")
def test_adagrad_steps_fall_like_one_over_root_t(adagrad):
    """Under a constant gradient step t of Adagrad has the length α / √t."""
    path = walk(adagrad, np.zeros(2), [np.array([3.0, -5.0])] * 40, learning_rate=0.1)
    steps = np.diff(path, axis=0, prepend=np.zeros_like(path[:1]))
    expected = -0.1 * np.array([1.0, -1.0]) / np.sqrt(np.arange(1, 41))[:, None]
    assert_close(steps, expected, "steps", magnitude=1.0, roundings=256 + 1e-8 / np.finfo(path.dtype).eps)


@check(
    points=1, source=RMSPROP, hint="A moving average forgets: (1 - decay) * g² comes in, decay of the old one stays."
)
def test_rmsprop_steps_do_not_die_out(rmsprop):
    """Under a constant gradient the steps of RMSProp approach α, where Adagrad's go to 0."""
    path = walk(rmsprop, np.zeros(2), [np.array([3.0, -5.0])] * 100, learning_rate=0.1)
    last = path[-1] - path[-2]
    # 0.9**100 = 3e-5 of the start is left, half of it in the root. The path is 10 long, and so large are the roundings
    # of its difference.
    left = 0.1 * 0.5 * 0.9**100
    assert_close(last, np.array([-0.1, 0.1]), "step 100", magnitude=10.0 + 1.1 * left / (64 * np.finfo(path.dtype).eps))


@check(
    points=1,
    source=f"{ADAGRAD}; {ADAM}",
    hint="Divide by the root of the squares, so that the size of the gradients cancels.",
)
@each_adaptive
def test_scale_of_the_gradients_cancels(optimizer, rng):
    """Gradients a thousand times as large give the same path (with eps = 0)."""
    param, gradients = normal(rng, 4), normal(rng, (20, 4)) + 0.005
    path = walk(optimizer, param, gradients, learning_rate=0.1, eps=0.0)
    larger = walk(optimizer, param, 1024 * gradients, learning_rate=0.1, eps=0.0)
    assert_close(larger, path, "path under gradients 1024 times as large", magnitude=20.0, roundings=256)


@check(
    points=1, source=ADAM, hint="Divide v by 1 - beta1**t and G by 1 - beta2**t, with t from 1, counted in the state."
)
def test_adam_bias_correction_matters_early_and_fades(adam):
    """Under a constant gradient every step of Adam has the length α: the corrections are right early and late."""
    path = walk(adam, np.zeros(2), [np.array([3.0, -5.0])] * 60, learning_rate=0.1)
    steps = np.diff(path, axis=0, prepend=np.zeros_like(path[:1]))
    room = 1e-8 / np.finfo(path.dtype).eps
    assert_close(steps, np.tile([-0.1, 0.1], (60, 1)), "steps", magnitude=6.0, roundings=256 + room)
