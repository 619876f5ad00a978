"""Walks of an optimiser: the parameter after each step, under given gradients or in a bowl."""

import numpy as np
import pytest

from backproof.testing import ResultOf

OPTIMIZERS = ("sgd", "momentum", "momentum_scaled", "nesterov", "adagrad", "rmsprop", "adam")
ADAPTIVE = ("adagrad", "rmsprop", "adam")
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, indirect=True)


@pytest.fixture
def optimizer(request):
    """Return the optimiser that a check is run for."""
    return request.getfixturevalue(request.param)


def walk(optimizer, param, gradients, **settings):
    """Return the parameter after each step. ``gradients`` is one array a step, or a function of the parameter."""
    if not callable(gradients):
        return np.array([param for param, _ in optimizer.each(turns(optimizer, [param], [gradients], **settings))])
    state, path = None, []
    for _ in range(settings.pop("steps")):
        grad = gradients if optimizer.spec.name == "nesterov" else gradients(param)
        param, state = optimizer(param, grad, state, **settings)
        path.append(param)
    return np.array(path)


def walk_in_bowl(optimizer, param, curvature, steps, **settings):
    """Return the parameter after each step in a bowl, or over a saddle, whose gradient is curvature * w."""
    if optimizer.spec.name == "nesterov":
        return walk(optimizer, param, lambda w: curvature * w, steps=steps, **settings)
    first = {"param": param, "grad": curvature * param, "state": None}
    calls = [
        {
            "param": ResultOf(step, part=0),
            "grad": ResultOf(step, part=0, factor=curvature),
            "state": ResultOf(step, part=1),
        }
        for step in range(steps - 1)
    ]
    return np.array([param for param, _ in optimizer.each({**call, **settings} for call in (first, *calls))])


def turns(optimizer, params, gradients, **settings):
    """Return the calls that update some parameters in turns; ``gradients`` has those of each, one array a step."""
    calls = []
    for step, grads in enumerate(zip(*gradients, strict=True)):
        for param, grad in zip(params, grads, strict=True):
            before = len(calls) - len(params)
            calls.append(
                {
                    "param": ResultOf(before, part=0) if step else param,
                    **({"grad_fn": lambda _, grad=grad: grad} if optimizer.spec.name == "nesterov" else {"grad": grad}),
                    "state": ResultOf(before, part=1) if step else None,
                    **settings,
                }
            )
    return calls
