"""Mistakes in momentum, momentum_scaled and nesterov."""

from optimizers import momentum, momentum_scaled, nesterov

from backproof.misconceptions import misconception

from ._steps import state_or_zeros


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
    velocity = beta * state_or_zeros(state, param) + (1 - beta) * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="beta multiplies the gradient instead of the velocity",
    hint="v = beta * v + g.",
)
def momentum_weights_the_gradient(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = state_or_zeros(state, param) + beta * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="the learning rate is in the velocity and outside of it",
    hint="Multiply by the learning rate once.",
)
def momentum_applies_the_rate_twice(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = beta * state_or_zeros(state, param) + learning_rate * grad
    return param - learning_rate * velocity, velocity


@misconception(
    imitates="momentum",
    says="the step is taken with the velocity of before: the first step is 0",
    hint="Update the velocity first.",
)
def momentum_steps_with_the_old_velocity(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = state_or_zeros(state, param)
    return param - learning_rate * velocity, beta * velocity + grad


@misconception(
    imitates="momentum",
    says="the old state is changed in place, so that it cannot be used again",
    hint="Make a new velocity: v = beta * v + g.",
)
def momentum_updates_its_state_in_place(param, grad, state, *, learning_rate, beta=0.9):
    momentum(param, grad, None, learning_rate=learning_rate)
    velocity = state_or_zeros(state, param)
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
    velocity = beta * state_or_zeros(state, param) - learning_rate * grad
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
    velocity = beta * state_or_zeros(state, param) + learning_rate * grad
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the gradient is taken at the parameter, not ahead of it",
    hint="grad_fn(param + beta * v).",
)
def nesterov_is_plain_momentum(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * state_or_zeros(state, param) - learning_rate * grad_fn(param)
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the step starts from the look-ahead point, so that the velocity counts twice",
    hint="Step from param itself: param + v.",
)
def nesterov_stays_ahead(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    ahead = param + beta * state_or_zeros(state, param)
    velocity = beta * state_or_zeros(state, param) - learning_rate * grad_fn(ahead)
    return ahead + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the look-ahead is the whole velocity, without beta",
    hint="grad_fn(param + beta * v).",
)
def nesterov_looks_a_whole_step_ahead(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * state_or_zeros(state, param) - learning_rate * grad_fn(param + state_or_zeros(state, param))
    return param + velocity, velocity


@misconception(
    imitates="nesterov",
    says="the look-ahead goes backwards: param - beta * v",
    hint="The velocity points where the parameter goes.",
)
def nesterov_looks_back(param, grad_fn, state, *, learning_rate, beta=0.9):
    nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = beta * state_or_zeros(state, param) - learning_rate * grad_fn(
        param - beta * state_or_zeros(state, param)
    )
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
