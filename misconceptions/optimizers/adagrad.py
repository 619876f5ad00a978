"""Mistakes in adagrad."""

import numpy as np
from optimizers import adagrad

from backproof.misconceptions import misconception

from ._steps import divided, state_or_zeros


@misconception(
    imitates="adagrad",
    says="the root is missing: steps fall like 1/t, and depend on the size of the gradients",
    hint="Divide by the root of the sum of squares.",
)
def adagrad_without_root(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = state_or_zeros(state, param) + grad**2
    return param - learning_rate * grad / (total + eps), total


@misconception(
    imitates="adagrad",
    says="the sum decays: this is RMSProp",
    hint="Add up all squared gradients.",
)
def adagrad_forgets(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = 0.9 * state_or_zeros(state, param) + 0.1 * grad**2
    return param - learning_rate * divided(grad, total, eps), total


@misconception(
    imitates="adagrad",
    says="only the last gradient counts: every step has the length of the rate",
    hint="G += g².",
)
def adagrad_never_accumulates(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    return param - learning_rate * divided(grad, grad**2, eps), grad**2


@misconception(
    imitates="adagrad",
    says="one sum is kept for all elements",
    hint="Each element has its own.",
)
def adagrad_with_one_sum_for_all(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = state_or_zeros(state, param) + (grad**2).sum()
    return param - learning_rate * divided(grad, total, eps), total


@misconception(
    imitates="adagrad",
    says="the sum starts at 0.1, not at 0",
    hint="State starts at zero.",
)
def adagrad_starts_at_a_tenth(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = (np.full_like(param, 0.1) if state is None else state) + grad**2
    return param - learning_rate * divided(grad, total, eps), total
