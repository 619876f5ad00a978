"""Mistakes in optimizers.py, as learners write them: each keeps its state in its own form."""

import numpy as np


def sgd_climbs(param, grad, state, *, learning_rate):
    step = grad * learning_rate
    return step + param, state


def momentum_averages(param, grad, state, *, learning_rate, beta=0.9):
    v = np.zeros_like(param)
    if state is not None:
        v = state["v"]
    v = v + (1 - beta) * (grad - v)
    return param - v * learning_rate, {"v": v}


def momentum_applies_the_rate_twice(param, grad, state, *, learning_rate, beta=0.9):
    scaled = grad * learning_rate
    if state is not None:
        scaled = scaled + state * beta
    return param - scaled * learning_rate, scaled


def momentum_weights_the_gradient(param, grad, state, *, learning_rate, beta=0.9):
    (velocity,) = state or (0,)
    velocity = grad * beta + velocity
    return param - velocity * learning_rate, (velocity,)


def momentum_scaled_adds_the_gradient(param, grad, state, *, learning_rate, beta=0.9):
    old = np.zeros_like(param) if state is None else state
    new = np.empty_like(param)
    for i in np.ndindex(param.shape):
        new[i] = beta * old[i] + learning_rate * grad[i]
    return param + new, new


def nesterov_is_plain_momentum(param, grad_fn, state, *, learning_rate, beta=0.9):
    g = grad_fn(param)
    v = -learning_rate * g if state is None else beta * state - learning_rate * g
    return param + v, v


def nesterov_looks_back(param, grad_fn, state, *, learning_rate, beta=0.9):
    previous = np.zeros_like(param) if state is None else state[0]
    slope = grad_fn(param - previous * beta)
    change = previous * beta - slope * learning_rate
    return param + change, [change]


def adagrad_without_root(param, grad, state, *, learning_rate, eps=1e-8):
    squares = grad * grad if state is None else state + grad * grad
    rates = learning_rate / (squares + eps)
    return param - rates * grad, squares


def adagrad_never_accumulates(param, grad, state, *, learning_rate, eps=1e-8):
    total = np.zeros_like(param)
    total = total + np.square(grad)
    return param - grad / np.sqrt(total + eps) * learning_rate, None


def rmsprop_swaps_its_shares(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    mean_square = state["mean_square"] if state else np.zeros_like(param)
    mean_square = mean_square + decay * (grad**2 - mean_square)
    return param - learning_rate / np.sqrt(mean_square + eps) * grad, {"mean_square": mean_square}


def rmsprop_does_not_weight_the_gradient(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    cache = grad * grad
    if state is not None:
        cache += decay * state
    return param - learning_rate * grad * (cache + eps) ** -0.5, cache


def adam_without_correction(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"m": np.zeros_like(param), "v": np.zeros_like(param)}
    m = beta1 * state["m"] + (1 - beta1) * grad
    v = beta2 * state["v"] + (1 - beta2) * np.square(grad)
    return param - learning_rate * m / np.sqrt(v + eps), {"m": m, "v": v}


def adam_corrects_as_misprinted(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"t": 0, "v": 0 * param, "g": 0 * param}
    t = state["t"] + 1
    v = state["v"] * beta1 + grad * (1 - beta1)
    g = state["g"] * beta2 + grad * grad * (1 - beta2)
    correction = 1 / (1 - beta1**t)
    step = learning_rate * (v * correction) / np.sqrt(g * correction + eps)
    return param - step, {"t": t, "v": v, "g": g}


def adam_counts_from_two(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = (np.zeros_like(param), np.zeros_like(param), 1) if state is None else state
    t += 1
    m = m + (1 - beta1) * (grad - m)
    s = s + (1 - beta2) * (grad * grad - s)
    unbiased = m / (1 - beta1**t)
    spread = np.sqrt(s / (1 - beta2**t) + eps)
    return param - learning_rate * unbiased / spread, (m, s, t)


def adam_swaps_its_betas(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    first, second, count = state if state is not None else (0.0, 0.0, 0)
    count = count + 1
    first = beta2 * first + (1 - beta2) * grad
    second = beta1 * second + (1 - beta1) * grad * grad
    first_hat, second_hat = first / (1 - beta2**count), second / (1 - beta1**count)
    return param - learning_rate * first_hat * (second_hat + eps) ** -0.5, (first, second, count)
