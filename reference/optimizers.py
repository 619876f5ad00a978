"""Reference optimisers."""

import math

import numpy as np


def sgd(param, grad, state, *, learning_rate):
    """w -= αg."""
    _check(param, grad, learning_rate)
    return param - learning_rate * grad, state


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    """v = βv + g; w -= αv (Sutskever et al. 2013, with the learning rate outside)."""
    _check(param, grad, learning_rate)
    velocity = grad if state is None else beta * state + grad
    return param - learning_rate * velocity, velocity


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    """v = βv - αg; w += v (Deep Learning, algorithm 8.2)."""
    _check(param, grad, learning_rate)
    velocity = _zeros(state, param) * beta - learning_rate * grad
    return param + velocity, velocity


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    """v = βv - α∇L(w + βv); w += v (Deep Learning, algorithm 8.3)."""
    _check(param, param, learning_rate)
    velocity = beta * _zeros(state, param)
    velocity = velocity - learning_rate * grad_fn(param + velocity)
    return param + velocity, velocity


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    """G += g²; w -= αg / √(G + ε) (Duchi et al. 2011)."""
    _check(param, grad, learning_rate)
    total = _zeros(state, param) + grad**2
    return param - learning_rate * grad / np.sqrt(total + eps), total


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    """G = ρG + (1 - ρ)g²; w -= αg / √(G + ε) (Tieleman and Hinton 2012)."""
    _check(param, grad, learning_rate)
    average = decay * _zeros(state, param) + (1 - decay) * grad**2
    return param - learning_rate * grad / np.sqrt(average + eps), average


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Both moving averages, corrected for their start at zero (Kingma and Ba 2015, algorithm 1)."""
    _check(param, grad, learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step = step + 1
    velocity = beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = velocity / (1 - beta1**step) / np.sqrt(average / (1 - beta2**step) + eps)
    return param - learning_rate * direction, (step, velocity, average)


def _zeros(state, param):
    return np.zeros_like(param) if state is None else state


def _check(param, grad, learning_rate):
    if np.shape(grad) != np.shape(param):
        raise ValueError(f"grad has shape {np.shape(grad)}, param has {np.shape(param)}")
    if not (math.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"learning_rate must be finite and not negative, not {learning_rate}")
