"""Reference training: mini-batch gradient descent, the search for its settings, and the diagnosis of its curves."""

import math

import numpy as np
from network import network_loss


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    """Plain SGD over shuffled epochs (Goodfellow et al., Deep Learning, algorithm 8.1)."""
    if not (math.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"learning_rate must be finite and not negative, not {learning_rate}")
    if steps < 0:
        raise ValueError(f"steps must not be negative, not {steps}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    losses = []
    batches = _batches(len(x), batch_size, rng)
    for step in range(steps):
        batch = next(batches)
        loss, grads = network_loss(params, x[batch], labels[batch], l2_strength=l2_strength)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss is {loss} at step {step}: training diverged, try a smaller learning_rate"
            )
        losses.append(float(loss))
        params = {name: value - learning_rate * grads[name] for name, value in params.items()}
    return params, losses


def _batches(num_samples, batch_size, rng):
    """Yield index arrays: each epoch every sample once, in a fresh order."""
    while True:
        order = rng.permutation(num_samples)
        for start in range(0, num_samples, batch_size):
            yield order[start : start + batch_size]


def coarse_to_fine_search(evaluate, *, low, high, rounds=3, points=8):
    """Zoom in on the best of a logarithmic grid (Goodfellow et al., Deep Learning, section 11.4.3)."""
    if not low > 0:
        raise ValueError(f"low must be above 0, not {low}")
    if not high > low:
        raise ValueError(f"high must be above low, not {high}")
    best, lowest_loss = low, math.inf
    start, end = low, high
    for _ in range(rounds):
        grid = np.geomspace(start, end, points)
        for value in grid:
            loss = evaluate(value)
            if loss < lowest_loss:
                best, lowest_loss = value, loss
        ratio = grid[1] / grid[0]
        start, end = max(best / ratio, low), min(best * ratio, high)
    return best


def diagnose_fit(train_losses, validation_losses):
    """Hold the ends of the curves against where training started."""
    if not len(train_losses):
        raise ValueError("train_losses must not be empty")
    if len(validation_losses) != len(train_losses):
        raise ValueError(f"validation_losses must be as long as train_losses, {len(train_losses)} epochs")
    start, end, validation_end = train_losses[0], train_losses[-1], validation_losses[-1]
    if not (end <= start and math.isfinite(validation_end)):  # neither is true for NaN
        return "diverging"
    if end < 0.1 * start and validation_end - end < 0.05 * start:
        return "good"
    return "overfitting" if validation_end >= 1.5 * min(validation_losses) else "underfitting"
