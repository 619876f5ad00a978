"""Mistakes in train."""

import math

import numpy as np
from network import network_loss
from training import train

from backproof.misconceptions import misconception


def descend(params, x, labels, rng, *, steps, batch_size, l2_strength, update, indices=None):
    """Mini-batch descent with an update, and an order of samples, of one's choice."""
    losses = []
    for step in range(steps):
        batch = rng.permutation(len(x))[:batch_size] if indices is None else indices(step)
        loss, grads = network_loss(params, x[batch], labels[batch], l2_strength=l2_strength)
        if not math.isfinite(loss):
            raise FloatingPointError(f"diverged at step {step}")
        losses.append(float(loss))
        params = update(params, grads, step)
    return params, losses


def step_along(params, grads, learning_rate):
    """One step of gradient descent."""
    return {name: value - learning_rate * grads[name] for name, value in params.items()}


def refuse_bad_settings(x, learning_rate, steps, batch_size):
    """Raise what the reference raises."""
    train({}, x, x, np.random.default_rng(0), learning_rate=learning_rate, steps=min(steps, 0), batch_size=batch_size)


@misconception(
    imitates="train",
    says="the gradient is added: training climbs",
    hint="params -= learning_rate * gradient.",
)
def train_ascends(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, grads, _: step_along(params, grads, -learning_rate),
    )


@misconception(
    imitates="train",
    says="gradients pile up from step to step: they are never set to zero",
    hint="Use the gradient of this step's batch alone.",
)
def train_accumulates_gradients(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    total = {name: np.zeros_like(value) for name, value in params.items()}

    def update(params, grads, _):
        for name in total:
            total[name] = total[name] + grads[name]
        return step_along(params, total, learning_rate)

    return descend(params, x, labels, rng, steps=steps, batch_size=batch_size, l2_strength=l2_strength, update=update)


@misconception(
    imitates="train",
    says="the parameters are never updated",
    hint="Assign the new parameters; a local name that is rebound changes nothing.",
)
def train_never_updates(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, _grads, _step: params,
    )


@misconception(
    imitates="train",
    says="only the weights are trained, the biases stay where they are",
    hint="Update every parameter.",
)
def train_skips_biases(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    biases = {name: value for name, value in params.items() if name.startswith("b")}
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, grads, _: step_along(params, grads, learning_rate) | biases,
    )


@misconception(
    imitates="train",
    says="the parameters that were passed in are changed in place",
    hint="Make new arrays: value - learning_rate * gradient.",
)
def train_in_place(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)

    def update(params, grads, _):
        for name in params:
            params[name] -= learning_rate * grads[name]
        return params

    return descend(params, x, labels, rng, steps=steps, batch_size=batch_size, l2_strength=l2_strength, update=update)


@misconception(
    imitates="train",
    says="every step uses all samples: batch_size is ignored",
    hint="Loss and gradient come from the batch.",
)
def train_ignores_batch_size(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return train(
        params, x, labels, rng, learning_rate=learning_rate, steps=steps, batch_size=len(x), l2_strength=l2_strength
    )


@misconception(
    imitates="train",
    says="the first samples are used in every step; the others never",
    hint="Shuffle, and go through all samples.",
)
def train_repeats_the_first_batch(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, grads, _: step_along(params, grads, learning_rate),
        indices=lambda _: np.arange(min(batch_size, len(x))),
    )


@misconception(
    imitates="train",
    says="the samples come in their given order: nothing is shuffled",
    hint="Draw a new order from rng for each epoch.",
)
def train_without_shuffling(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, grads, _: step_along(params, grads, learning_rate),
        indices=lambda step: np.arange(step * batch_size, step * batch_size + min(batch_size, len(x))) % len(x),
    )


@misconception(
    imitates="train",
    says="the regularisation is left out of training",
    hint="Pass l2_strength on to network_loss.",
)
def train_ignores_regularisation(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    train(
        params,
        x,
        labels,
        rng,
        learning_rate=0.0 * learning_rate + 1e-9,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
    )
    return train(params, x, labels, rng, learning_rate=learning_rate, steps=steps, batch_size=batch_size)


@misconception(
    imitates="train",
    says="a diverging run goes on and returns NaN",
    hint="Look at the loss in each step, and raise FloatingPointError when it is not finite.",
)
def train_returns_nan(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    losses = []
    for _ in range(steps):
        batch = rng.permutation(len(x))[:batch_size]
        with np.errstate(all="ignore"):
            loss, grads = network_loss(params, x[batch], labels[batch], l2_strength=l2_strength)
            params = step_along(params, grads, learning_rate)
        losses.append(float(loss))
    return params, losses


@misconception(
    imitates="train",
    says="the loss is recorded after the update",
    hint="Record the loss that belongs to the gradient: before the update.",
)
def train_records_losses_late(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    trained, losses = train(
        params,
        x,
        labels,
        rng,
        learning_rate=learning_rate,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
    )
    last, _ = network_loss(trained, x, labels, l2_strength=l2_strength)
    return trained, [*losses[1:], float(last)] if losses else []


@misconception(
    imitates="train",
    says="the learning rate shrinks from step to step",
    hint="Plain gradient descent keeps the learning rate; a schedule is a function of its own.",
)
def train_decays_the_learning_rate(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    refuse_bad_settings(x, learning_rate, steps, batch_size)
    return descend(
        params,
        x,
        labels,
        rng,
        steps=steps,
        batch_size=batch_size,
        l2_strength=l2_strength,
        update=lambda params, grads, step: step_along(params, grads, learning_rate / (1 + step)),
    )
