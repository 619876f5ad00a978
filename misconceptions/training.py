"""Mistakes in training.py."""

import math

import numpy as np
from network import network_loss
from training import coarse_to_fine_search, diagnose_fit, train

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


def zoom(evaluate, *, low, high, rounds, points, grid=np.geomspace, window=None, pick=np.argmin):
    """Search with a grid, a window for the next round, and a choice of the best, of one's own."""
    coarse_to_fine_search(lambda _: 0.0, low=low, high=high, rounds=0)
    start, end = low, high
    for _ in range(rounds):
        values = grid(start, end, points)
        best = int(pick([evaluate(value) for value in values]))
        if window is not None:
            start, end = window(values, best)
        else:
            start, end = values[max(best - 1, 0)], values[min(best + 1, points - 1)]
    return values[best]


@misconception(
    imitates="coarse_to_fine_search",
    says="the values are evenly spaced, not their logarithms: small ones are never tried",
    hint="np.geomspace(low, high, points).",
)
def coarse_to_fine_search_linear(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, grid=np.linspace)


@misconception(
    imitates="coarse_to_fine_search",
    says="low and high are taken for exponents, as np.logspace does",
    hint="np.geomspace takes the ends themselves; np.logspace wants their logarithms.",
)
def coarse_to_fine_search_takes_exponents(evaluate, *, low, high, rounds=3, points=8):
    coarse_to_fine_search(evaluate, low=low, high=high, rounds=0)
    return coarse_to_fine_search(evaluate, low=10**low, high=10**high, rounds=rounds, points=points)


@misconception(
    imitates="coarse_to_fine_search",
    says="the value with the highest loss is taken for the best",
    hint="A loss is to be lowered: argmin.",
)
def coarse_to_fine_search_maximises(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, pick=np.argmax)


@misconception(
    imitates="coarse_to_fine_search",
    says="every round goes over the whole range again: nothing gets finer",
    hint="The next round lies between the neighbours of the best value.",
)
def coarse_to_fine_search_stays_coarse(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, window=lambda *_: (low, high))


@misconception(
    imitates="coarse_to_fine_search",
    says="one fine grid over the whole range takes the place of the rounds",
    hint="Start coarse, and spend the later rounds near the best value.",
)
def coarse_to_fine_search_in_one_round(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=1, points=rounds * points)


@misconception(
    imitates="coarse_to_fine_search",
    says="rounds and points are ignored",
    hint="The caller decides how many values are affordable.",
)
def coarse_to_fine_search_ignores_its_budget(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=3, points=8)


@misconception(
    imitates="coarse_to_fine_search",
    says="the next round is not cut off at low and high",
    hint="max(low, ...) and min(high, ...).",
)
def coarse_to_fine_search_leaves_its_range(evaluate, *, low, high, rounds=3, points=8):
    def window(values, best):
        ratio = values[1] / values[0]
        return values[best] / ratio, values[best] * ratio

    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, window=window)


@misconception(
    imitates="coarse_to_fine_search",
    says="the next round goes up from the best value: the optimum may lie below it",
    hint="From the lower neighbour of the best value to the upper one.",
)
def coarse_to_fine_search_looks_up_only(evaluate, *, low, high, rounds=3, points=8):
    return zoom(
        evaluate,
        low=low,
        high=high,
        rounds=rounds,
        points=points,
        window=lambda values, best: (values[best], values[min(best + 1, points - 1)]),
    )


@misconception(
    imitates="coarse_to_fine_search",
    says="the lowest loss is returned, not the value that has it",
    hint="Return the value itself.",
)
def coarse_to_fine_search_returns_the_loss(evaluate, *, low, high, rounds=3, points=8):
    return evaluate(coarse_to_fine_search(evaluate, low=low, high=high, rounds=rounds, points=points))


@misconception(
    imitates="diagnose_fit",
    says="the two curves are mixed up",
    hint="Overfitting shows in the validation loss.",
)
def diagnose_fit_swaps_the_curves(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    return diagnose_fit(validation_losses, train_losses)


@misconception(
    imitates="diagnose_fit",
    says="losses are compared with fixed numbers, so that the answer depends on their unit",
    hint="Compare with shares of the first training loss.",
)
def diagnose_fit_in_absolute_numbers(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    if not (math.isfinite(train_losses[-1]) and train_losses[-1] <= train_losses[0]):
        return "diverging"
    if train_losses[-1] > 0.8:
        return "underfitting"
    return "overfitting" if validation_losses[-1] - train_losses[-1] > 0.05 else "good"


@misconception(
    imitates="diagnose_fit",
    says="only the gap counts: losses that are both high pass for a good fit",
    hint="Look first at whether the training loss has fallen at all.",
)
def diagnose_fit_by_the_gap_alone(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "good" if diagnosis == "underfitting" else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="only the training loss counts: an overfitted model passes for a good one",
    hint="Compare the validation loss with its best.",
)
def diagnose_fit_without_validation(train_losses, validation_losses):
    diagnose_fit(train_losses, validation_losses)
    return diagnose_fit(train_losses, train_losses)


@misconception(
    imitates="diagnose_fit",
    says="NaN goes unnoticed, as every comparison with it is false",
    hint="Ask math.isfinite first.",
)
def diagnose_fit_overlooks_nan(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "good" if math.isnan(train_losses[-1]) else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="only losses that are no longer finite count as diverging",
    hint="A loss that ends above its start diverges, too.",
)
def diagnose_fit_waits_for_nan(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    return "underfitting" if diagnosis == "diverging" and math.isfinite(train_losses[-1]) else diagnosis


@misconception(
    imitates="diagnose_fit",
    says="the last two epochs decide, whatever came before",
    hint="Compare with the start and with the best: two epochs are mostly noise.",
)
def diagnose_fit_by_the_last_two_epochs(train_losses, validation_losses):
    diagnosis = diagnose_fit(train_losses, validation_losses)
    if diagnosis == "diverging" or len(train_losses) < 2:
        return diagnosis
    if validation_losses[-1] > validation_losses[-2]:
        return "overfitting"
    return "underfitting" if train_losses[-1] < train_losses[-2] else "good"
