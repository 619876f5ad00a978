"""Mistakes in adam."""

import numpy as np
from optimizers import adam

from backproof.misconceptions import misconception

from ._steps import divided


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
