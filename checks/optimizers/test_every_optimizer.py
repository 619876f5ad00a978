"""Checks of all optimisers: which parameter, element and state a step depends on."""

import numpy as np

from backproof.testing import Sample, assert_close, check, normal
from backproof.testing.general import *

from ._walks import OPTIMIZERS, each_optimizer, turns, walk
from ._walks import optimizer as optimizer

MOMENTUM = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2"
BAD_RATES = (-0.1, float("nan"), float("inf"))


def arguments(rng):
    """A first step on a small parameter."""
    return {"param": normal(rng, (3, 2)), "grad": normal(rng, (3, 2)), "state": None, "learning_rate": 0.1}


SAMPLES = {
    **{
        name: Sample(arguments, bad={"learning_rate": BAD_RATES, "grad": (np.ones((2, 3)), np.ones(4))})
        for name in OPTIMIZERS
        if name != "nesterov"
    },
    "nesterov": Sample(
        lambda rng: {"param": normal(rng, (3, 2)), "grad_fn": lambda w: 2 * w, "state": None, "learning_rate": 0.1},
        bad={"learning_rate": BAD_RATES},
    ),
}


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="No sum, mean or norm over the elements.")
@each_optimizer
def test_each_element_moves_alone(optimizer, rng):
    """An element's path does not depend on the gradients of the others."""
    param, gradients = normal(rng, (2, 3)), normal(rng, (8, 2, 3))
    together = walk(optimizer, param, gradients, learning_rate=0.1)
    alone = walk(optimizer, param[:1, 1:2], gradients[:, :1, 1:2], learning_rate=0.1)
    assert_close(together[:, :1, 1:2], alone, "path of one element alone", magnitude=5.0)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="With a zero state and a zero gradient nothing moves: mind 0 / 0.")
@each_optimizer
def test_zero_gradient_from_rest_moves_nothing(optimizer, rng):
    """Without a gradient, or at a learning rate of 0, the parameter stays where it rests, and is no NaN."""
    param = normal(rng, 4)
    path = walk(optimizer, param, np.zeros((2, 4)), learning_rate=0.1)
    assert_close(path, np.tile(param, (2, 1)), "path under zero gradients")
    assert_close(walk(optimizer, param, [np.ones(4)], learning_rate=0.0)[0], param, "new_param at a learning rate of 0")


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="Make a new state in each call: no += on the old one.")
@each_optimizer
def test_a_state_can_be_used_again(optimizer, rng):
    """Going on from an old state gives the same step each time, whatever was done in between."""

    def step(param, grad, state):
        argument = (lambda _: grad) if optimizer.spec.name == "nesterov" else grad
        return optimizer(param, argument, state, learning_rate=0.1)

    param, grad, other = normal(rng, 4), normal(rng, 4), normal(rng, 4)
    _, state = step(param, grad, None)
    first, later = step(param, other, state)
    step(first, grad, later)
    again, _ = step(param, other, state)
    assert_close(again, first, "new_param of the same step, taken again", magnitude=1.0)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="Keep the memory in state alone, not in the function.")
@each_optimizer
def test_two_parameters_share_nothing(optimizer, rng):
    """Two parameters that are updated in turns go the ways that they go alone."""
    params, gradients = [normal(rng, 4), normal(rng, 4)], normal(rng, (2, 6, 4))
    alone = [walk(optimizer, params[k], gradients[k], learning_rate=0.1)[-1] for k in (0, 1)]
    together = list(optimizer.each(turns(optimizer, params, gradients, learning_rate=0.1)))
    after = np.array([param for param, _ in together[-2:]])
    assert_close(after, np.array(alone), "the parameters after 6 steps in turns", magnitude=5.0)
