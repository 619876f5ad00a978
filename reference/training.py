"""Reference training: mini-batch gradient descent."""

import math

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
