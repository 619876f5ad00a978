"""The reference, below which a hostile submission adds its code."""

import numpy as np


def mean(x):
    """Mean of all elements."""
    return x.sum() / x.size


def center(x):
    """Subtract the mean of each column."""
    return x - x.mean(axis=0)


def order(x):
    """Indices that sort the elements."""
    return np.argsort(x).tolist()


def direction(x):
    """Do the elements rise or fall from the first to the last?"""
    return "up" if x[-1] > x[0] else "down"


def step(params, grads, state):
    """Momentum 0.9, learning rate 0.1."""
    state = {name: 0.9 * (state or {}).get(name, 0.0) + grad for name, grad in grads.items()}
    return {name: param - 0.1 * state[name] for name, param in params.items()}, state


def descend(gradient, start):
    """Fifty steps of gradient descent, learning rate 0.1."""
    for _ in range(50):
        start = start - 0.1 * gradient(start)
    return start
