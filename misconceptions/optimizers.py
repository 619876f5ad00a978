"""Mistakes in optimizers.py."""

import numpy as np
from optimizers import adagrad, adam, momentum, momentum_scaled, nesterov, rmsprop, sgd

from backproof.misconceptions import misconception


def zeros(state, param):
    """The state, or zeros on the first call."""
    return np.zeros_like(param) if state is None else state


def divided(numerator, squares, eps):
    """numerator / sqrt(squares + eps), 0 where both are 0."""
    root = np.sqrt(squares + eps)
    return numerator / np.where(root > 0, root, np.ones_like(root))


@misconception(
    imitates="sgd",
    says="the gradient is added: the loss rises",
    hint="param - learning_rate * grad.",
)
def sgd_climbs(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    return param + learning_rate * grad, state


@misconception(
    imitates="sgd",
    says="the parameter that was passed in is changed",
    hint="param -= ... works in place; return a new array.",
)
def sgd_changes_the_parameter_in_place(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    param -= learning_rate * grad
    return param, state


@misconception(
    imitates="sgd",
    says="only the sign of the gradient counts",
    hint="Multiply by the gradient itself.",
)
def sgd_uses_the_sign(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    return param - learning_rate * np.sign(grad), state


@misconception(
    imitates="sgd",
    says="the gradient is divided by its norm",
    hint="The length of the gradient counts.",
)
def sgd_normalises_the_gradient(param, grad, state, *, learning_rate):
    sgd(param, grad, None, learning_rate=learning_rate)
    norm = np.sqrt((grad**2).sum())
    return param - learning_rate * grad / (norm if norm > 0 else 1), state


@misconception(
    imitates="momentum",
    says="the velocity is not handed on: every step is a plain gradient step",
    hint="Return the velocity as the state, and start from it.",
)
def momentum_forgets_its_velocity(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    return param - learning_rate * grad, None


@misconception(
    imitates="momentum",
    says="the gradient is weighted with 1 - beta: a moving average, ten times shorter in the end",
    hint="v = beta * v + g.",
)
def momentum_averages(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) + (1 - beta) * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="beta multiplies the gradient instead of the velocity",
    hint="v = beta * v + g.",
)
def momentum_weights_the_gradient(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = zeros(state, param) + beta * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="the learning rate is in the velocity and outside of it",
    hint="Multiply by the learning rate once.",
)
def momentum_applies_the_rate_twice(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) + learning_rate * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="the step is taken with the velocity of before: the first step is 0",
    hint="Update the velocity first.",
)
def momentum_steps_with_the_old_velocity(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = zeros(state, param)
    return param - learning_rate * velocity, beta * velocity + grad


@misconception(
    imitates="momentum",
    says="the old state is changed in place, so that it cannot be used again",
    hint="Make a new velocity: v = beta * v + g.",
)
def momentum_updates_its_state_in_place(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = zeros(state, param)
    velocity *= beta
    velocity += grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum_scaled",
    says="w -= learning_rate * v although the velocity holds the rate and the sign already",
    hint="w += v.",
)
def momentum_scaled_as_misprinted(param, grad, state, *, learning_rate, beta=0.9):
    momentum_scaled(param, grad, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) - learning_rate * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum_scaled",
    says="the velocity is set to zero in every step",
    hint="Return the velocity as the state.",
)
def momentum_scaled_without_memory(param, grad, state, *, learning_rate, beta=0.9):
    momentum_scaled(param, grad, None, learning_rate=learning_rate)
    return param - learning_rate * grad, None


@misconception(
    imitates="momentum_scaled",
    says="the gradient is added to the velocity: the loss rises",
    hint="v = beta * v - learning_rate * g.",
)
def momentum_scaled_adds_the_gradient(param, grad, state, *, learning_rate, beta=0.9):
    momentum_scaled(param, grad, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) + learning_rate * grad
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the gradient is taken at the parameter, not ahead of it",
    hint="grad_fn(param + beta * v).",
)
def nesterov_is_plain_momentum(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) - learning_rate * grad_fn(param)
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the step starts from the look-ahead point, so that the velocity counts twice",
    hint="Step from param itself: param + v.",
)
def nesterov_stays_ahead(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    ahead = param + beta * zeros(state, param)
    velocity = beta * zeros(state, param) - learning_rate * grad_fn(ahead)
    return ahead + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the look-ahead is the whole velocity, without beta",
    hint="grad_fn(param + beta * v).",
)
def nesterov_looks_a_whole_step_ahead(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) - learning_rate * grad_fn(param + zeros(state, param))
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the look-ahead goes backwards: param - beta * v",
    hint="The velocity points where the parameter goes.",
)
def nesterov_looks_back(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * zeros(state, param) - learning_rate * grad_fn(param - beta * zeros(state, param))
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="grad_fn is called twice in a step",
    hint="One gradient a step, at the look-ahead point.",
)
def nesterov_asks_twice(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    grad_fn(param)
    return nesterov(param, grad_fn, state, learning_rate=learning_rate, beta=beta)


@misconception(
    imitates="adagrad",
    says="the root is missing: steps fall like 1/t, and depend on the size of the gradients",
    hint="Divide by the root of the sum of squares.",
)
def adagrad_without_root(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = zeros(state, param) + grad**2
    return param - learning_rate * grad / (total + eps), total


@misconception(
    imitates="adagrad",
    says="the sum decays: this is RMSProp",
    hint="Add up all squared gradients.",
)
def adagrad_forgets(param, grad, state, *, learning_rate, eps=1e-8):
    adagrad(param, grad, None, learning_rate=learning_rate)
    total = 0.9 * zeros(state, param) + 0.1 * grad**2
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
    total = zeros(state, param) + (grad**2).sum()
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


@misconception(
    imitates="rmsprop",
    says="decay and 1 - decay are swapped",
    hint="G = decay * G + (1 - decay) * g².",
)
def rmsprop_swaps_its_shares(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = (1 - decay) * zeros(state, param) + decay * grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the factor 1 - decay is missing",
    hint="G = decay * G + (1 - decay) * g².",
)
def rmsprop_does_not_weight_the_gradient(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * zeros(state, param) + grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the root is missing",
    hint="Divide by the root of the average.",
)
def rmsprop_without_root(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * zeros(state, param) + (1 - decay) * grad**2
    return param - learning_rate * grad / (average + eps), average


@misconception(
    imitates="rmsprop",
    says="squares are added up for ever: this is Adagrad",
    hint="Old squares decay.",
)
def rmsprop_adds_up(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = zeros(state, param) + (1 - decay) * grad**2
    return param - learning_rate * divided(grad, average, eps), average


@misconception(
    imitates="rmsprop",
    says="the gradients are averaged, not their squares",
    hint="grad ** 2.",
)
def rmsprop_averages_gradients(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    rmsprop(param, grad, None, learning_rate=learning_rate)
    average = decay * zeros(state, param) + (1 - decay) * np.abs(grad)
    return param - learning_rate * divided(grad, average**2, eps), average


@misconception(
    imitates="adam",
    says="neither average is corrected: the first steps are three times too long",
    hint="Divide by 1 - beta1**t and 1 - beta2**t.",
)
def adam_without_correction(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity, average, eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="only the average gradient is corrected",
    hint="Correct the squares, too.",
)
def adam_corrects_the_first_only(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity / (1 - beta1**step), average, eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="only the average of squares is corrected",
    hint="Correct the average gradient, too.",
)
def adam_corrects_the_second_only(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity, average / (1 - beta2**step), eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="beta1 corrects both averages",
    hint="G_hat = G / (1 - beta2**t).",
)
def adam_corrects_as_misprinted(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity / (1 - beta1**step), average / (1 - beta1**step), eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="the step count starts at 2",
    hint="t is 1 in the first step.",
)
def adam_counts_from_two(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity / (1 - beta1 ** (step + 1)), average / (1 - beta2 ** (step + 1)), eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="the step count stays at 1: the correction never fades",
    hint="Keep t in the state.",
)
def adam_never_counts(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(velocity / (1 - beta1), average / (1 - beta2), eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="beta1 and beta2 are swapped",
    hint="beta1 belongs to the gradient, beta2 to its square.",
)
def adam_swaps_its_betas(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    return adam(param, grad, state, learning_rate=learning_rate, beta1=beta2, beta2=beta1, eps=eps)


@misconception(
    imitates="adam",
    says="the last gradient takes the place of its average",
    hint="v_hat / sqrt(G_hat).",
)
def adam_steps_along_the_gradient(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = divided(grad, average / (1 - beta2**step), eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="the root is missing",
    hint="Divide by the root of the squares.",
)
def adam_without_root(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    step, velocity, average = (0, np.zeros_like(param), np.zeros_like(param)) if state is None else state
    step, velocity = step + 1, beta1 * velocity + (1 - beta1) * grad
    average = beta2 * average + (1 - beta2) * grad**2
    direction = velocity / (1 - beta1**step) / (average / (1 - beta2**step) + eps)
    return param - learning_rate * direction, (step, velocity, average)


@misconception(
    imitates="adam",
    says="the state is kept in the function and shared by all parameters",
    hint="Hand the state back, and take it from there.",
)
def adam_shares_its_state(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(param, grad, None, learning_rate=learning_rate)
    store = adam_shares_its_state.__dict__
    if state is None or store.get("shape") != param.shape:
        store["state"], store["shape"] = None, param.shape
    new, store["state"] = adam(
        param, grad, store["state"], learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps
    )
    return new, "kept"
