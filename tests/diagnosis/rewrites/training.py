"""Mistakes in training.py, as learners write them."""

import math

import numpy as np


def _loss_and_gradients(params, x, labels, l2_strength):
    """Forward and backward pass of a ReLU network of any depth, mean cross-entropy plus penalty."""
    num_layers, n = len(params) // 2, len(labels)
    inputs = [x]
    for i in range(1, num_layers + 1):
        z = inputs[-1].dot(params[f"W{i}"]) + params[f"b{i}"]
        inputs.append(np.maximum(z, 0) if i < num_layers else z)
    logits = inputs.pop()
    shifted = logits - np.max(logits, axis=1)[:, None]
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, None]
    loss = -np.sum(log_p[np.arange(n), labels]) / n
    delta = np.exp(log_p)
    delta[np.arange(n), labels] -= 1
    delta = delta / n
    grads = {}
    for i in range(num_layers, 0, -1):
        weight = params[f"W{i}"]
        loss = loss + l2_strength * np.sum(weight * weight)
        grads[f"W{i}"] = inputs[i - 1].T.dot(delta) + 2 * l2_strength * weight
        grads[f"b{i}"] = np.sum(delta, axis=0)
        delta = delta.dot(weight.T) * (inputs[i - 1] > 0)
    return loss, grads


def _stop_if_diverged(loss, step):
    if np.isnan(loss) or np.isinf(loss):
        raise FloatingPointError(f"training diverged at step {step}")


def train_ascends(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    params = dict(params)
    losses = []
    for step in range(steps):
        chosen = rng.choice(len(x), size=min(batch_size, len(x)), replace=False)
        loss, grads = _loss_and_gradients(params, x[chosen], labels[chosen], l2_strength)
        _stop_if_diverged(loss, step)
        losses.append(float(loss))
        for name in params:
            params[name] = params[name] + learning_rate * grads[name]
    return params, losses


def train_accumulates_gradients(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    params = {name: value.copy() for name, value in params.items()}
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    losses = []
    for step in range(steps):
        chosen = np.argsort(rng.random(len(x)))[:batch_size]
        loss, new = _loss_and_gradients(params, x[chosen], labels[chosen], l2_strength)
        _stop_if_diverged(loss, step)
        losses.append(float(loss))
        for name in params:
            grads[name] += new[name]
            params[name] -= learning_rate * grads[name]
    return params, losses


def train_without_shuffling(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    losses = []
    size = min(batch_size, len(x))
    for step in range(steps):
        chosen = [(step * batch_size + i) % len(x) for i in range(size)]
        loss, grads = _loss_and_gradients(params, x[chosen], labels[chosen], l2_strength)
        _stop_if_diverged(loss, step)
        losses.append(float(loss))
        params = {name: params[name] - grads[name] * learning_rate for name in params}
    return params, losses


def train_repeats_the_first_batch(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    losses = []
    batch_x, batch_labels = x[:batch_size], labels[:batch_size]
    for step in range(steps):
        loss, grads = _loss_and_gradients(params, batch_x, batch_labels, l2_strength)
        _stop_if_diverged(loss, step)
        updated = {}
        for name, value in params.items():
            updated[name] = value - learning_rate * grads[name]
        params = updated
        losses.append(float(loss))
    return params, losses


def train_ignores_regularisation(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    losses, waiting = [], []
    for step in range(steps):
        if not waiting:
            waiting = list(np.argsort(rng.random(len(x))))
        chosen, waiting = waiting[:batch_size], waiting[batch_size:]
        loss, grads = _loss_and_gradients(params, x[chosen], labels[chosen], 0.0)
        _stop_if_diverged(loss, step)
        losses.append(float(loss))
        params = {name: value - learning_rate * grads[name] for name, value in params.items()}
    return params, losses


def coarse_to_fine_search_linear(evaluate, *, low, high, rounds=3, points=8):
    a, b = low, high
    for _ in range(rounds):
        tried = [a + i * (b - a) / (points - 1) for i in range(points)]
        losses = [evaluate(value) for value in tried]
        i = losses.index(min(losses))
        a, b = tried[i - 1] if i > 0 else tried[0], tried[i + 1] if i < points - 1 else tried[-1]
    return tried[i]


def coarse_to_fine_search_stays_coarse(evaluate, *, low, high, rounds=3, points=8):
    exponents = np.linspace(math.log10(low), math.log10(high), points)
    best, best_loss = None, math.inf
    for _ in range(rounds):
        for exponent in exponents:
            loss = evaluate(10**exponent)
            if best is None or loss < best_loss:
                best, best_loss = 10**exponent, loss
    return float(best)


def coarse_to_fine_search_maximises(evaluate, *, low, high, rounds=3, points=8):
    left, right = math.log(low), math.log(high)
    for _ in range(rounds):
        grid = np.linspace(left, right, points)
        results = [evaluate(math.exp(g)) for g in grid]
        top = max(range(points), key=lambda i: results[i])
        left, right = grid[max(0, top - 1)], grid[min(points - 1, top + 1)]
    return math.exp(grid[top])


def diagnose_fit_swaps_the_curves(train_losses, validation_losses):
    begin, final = validation_losses[0], validation_losses[-1]
    gap = train_losses[-1] - final
    if not math.isfinite(gap) or not math.isfinite(final) or final > begin:
        return "diverging"
    if min(validation_losses) / begin > 0.8:
        return "underfitting"
    if final / begin < 0.1 and gap / begin < 0.05:
        return "good"
    if train_losses[-1] / min(train_losses) >= 1.5:
        return "overfitting"
    return "overfitting" if gap > final else "underfitting"


def diagnose_fit_without_validation(train_losses, validation_losses):
    first, last, lowest = train_losses[0], train_losses[-1], min(train_losses)
    if math.isnan(last) or math.isinf(last) or last > first:
        return "diverging"
    if lowest > 0.8 * first:
        return "underfitting"
    if last < 0.1 * first:
        return "good"
    return "overfitting" if last >= 1.5 * lowest else "underfitting"
