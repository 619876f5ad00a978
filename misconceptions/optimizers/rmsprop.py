"""Mistakes in rmsprop."""

import numpy as np
from optimizers import rmsprop

from backproof.misconceptions import misconception

from ._steps import divided, state_or_zeros


@misconception(
    imitates="rmsprop",
    says="decay and 1 - decay are swapped",
    hint="G = decay * G + (1 - decay) * g².",
)
def rmsprop_swaps_its_shares(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = (1 - decay) * state_or_zeros(state, param) + decay * grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the factor 1 - decay is missing",
    hint="G = decay * G + (1 - decay) * g².",
)
def rmsprop_does_not_weight_the_gradient(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * state_or_zeros(state, param) + grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the root is missing",
    hint="Divide by the root of the average.",
)
def rmsprop_without_root(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * state_or_zeros(state, param) + (1 - decay) * grad**2
    return param - learning_rate * grad / (average + eps), average


@misconception(
    imitates="rmsprop",
    says="squares are added up for ever: this is Adagrad",
    hint="Old squares decay.",
)
def rmsprop_adds_up(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = state_or_zeros(state, param) + (1 - decay) * grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the gradients are averaged, not their squares",
    hint="grad ** 2.",
)
def rmsprop_averages_gradients(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * state_or_zeros(state, param) + (1 - decay) * np.abs(grad)
    return param - learning_rate * divided(grad, average**2, eps), average
