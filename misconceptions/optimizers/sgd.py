"""Mistakes in sgd."""

import numpy as np
from optimizers import sgd

from backproof.misconceptions import misconception


@misconception(
    imitates="sgd",
    says="the gradient is added: the loss rises",
    hint="param - learning_rate * grad.",
)
def sgd_climbs(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    return param + learning_rate * grad, state


@misconception(
    imitates="sgd",
    says="the parameter that was passed in is changed",
    hint="param -= ... works in place; return a new array.",
)
def sgd_changes_the_parameter_in_place(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    param -= learning_rate * grad
    return param, state


@misconception(
    imitates="sgd",
    says="only the sign of the gradient counts",
    hint="Multiply by the gradient itself.",
)
def sgd_uses_the_sign(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    return param - learning_rate * np.sign(grad), state


@misconception(
    imitates="sgd",
    says="the gradient is divided by its norm",
    hint="The length of the gradient counts.",
)
def sgd_normalises_the_gradient(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    norm = np.sqrt((grad**2).sum())
    return param - learning_rate * grad / (norm if norm > 0 else 1), state
