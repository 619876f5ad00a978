"""optax's optimisers and schedules, presented under the contract's names.

What is written here is the shape of the call: optax makes an optimiser from its settings, and a schedule from all of
its steps, where the contract has one function with everything in it. Arrays are NumPy's outside and JAX's inside.
"""

import functools
import math
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
from optax.contrib import reduce_on_plateau as scale_on_plateau

jax.config.update("jax_enable_x64", True)  # JAX rounds float64 to float32 unless told otherwise


def require(condition, message):
    if not condition:
        raise ValueError(message)


def sgd(param, grad, state, *, learning_rate):
    return optax_step(param, grad, state, learning_rate, optax.sgd)


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    return optax_step(param, grad, state, learning_rate, optax.sgd, momentum=beta)


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    """optax has the other form only, which goes the same way at a constant rate."""
    return momentum(param, grad, state, learning_rate=learning_rate, beta=beta)


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    """optax keeps the parameter at the look-ahead point: the same sequence, seen from there."""
    require_rate("learning_rate", learning_rate)
    ahead, inner = state or (param, None)
    grad = grad_fn(ahead)
    ahead, inner = optax_step(ahead, grad, inner, learning_rate, optax.sgd, momentum=beta, nesterov=True)
    return ahead + learning_rate * beta * np.asarray(inner[0].trace), (ahead, inner)


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    """optax's sum of squares starts at 0.1 unless told otherwise."""
    settings = {"initial_accumulator_value": 0.0, "eps": eps}
    return optax_step(param, grad, state, learning_rate, optax.adagrad, **settings)


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    return optax_step(param, grad, state, learning_rate, optax.rmsprop, decay=decay, eps=eps)


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return optax_step(param, grad, state, learning_rate, optax.adam, b1=beta1, b2=beta2, eps=eps)


def optax_step(param, grad, state, learning_rate, make_optimizer, **settings):
    """One step; the state is optax's own."""
    require(grad.shape == param.shape, "grad and param differ in shape")
    require_rate("learning_rate", learning_rate)
    param, state = compiled_step(make_optimizer, **settings)(param, grad, state, learning_rate)
    return np.asarray(param), state


@functools.cache
def compiled_step(make_optimizer, **settings):
    """Compiled, since JAX is slow where each operation runs on its own."""

    def step(param, grad, state, learning_rate):
        optimizer = make_optimizer(learning_rate, **settings)
        updates, state = optimizer.update(grad, optimizer.init(param) if state is None else state)
        return optax.apply_updates(param, updates), state

    return jax.jit(step)


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    require_rate("initial_lr", initial_lr)
    require_count("step_size", step_size)
    return rate_at(step, optax.exponential_decay(initial_lr, step_size, drop_factor, staircase=True))


def exponential_decay(step, *, initial_lr, decay_rate):
    require_rate("initial_lr", initial_lr)
    require(decay_rate >= 0, "decay_rate must not be negative")
    return rate_at(step, optax.exponential_decay(initial_lr, 1, decay_rate))


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    """optax takes the end as a share of the start; a cosine down to 0 above min_lr is the same."""
    require_rate("initial_lr", initial_lr)
    require_count("total_steps", total_steps)
    return min_lr + rate_at(step, optax.cosine_decay_schedule(initial_lr - min_lr, total_steps))


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    """optax wants a list of all periods, and a warm-up in each, which here takes no steps."""
    require_rate("initial_lr", initial_lr)
    require_count("first_period", first_period)
    require_count("period_mult", period_mult)
    periods = [first_period]
    while sum(periods) <= step:
        periods.append(periods[-1] * period_mult)
    rates = {"init_value": initial_lr, "peak_value": initial_lr, "end_value": min_lr, "warmup_steps": 0}
    return rate_at(step, optax.sgdr_schedule([rates | {"decay_steps": period} for period in periods]))


def triangular(step, *, base_lr, max_lr, half_cycle):
    """optax has no cycles; one is a line up joined to a line down."""
    require_rate("base_lr", base_lr)
    require_rate("max_lr", max_lr)
    require_count("half_cycle", half_cycle)
    lines = [optax.linear_schedule(base_lr, max_lr, half_cycle), optax.linear_schedule(max_lr, base_lr, half_cycle)]
    cycle = optax.join_schedules(lines, [half_cycle])
    return rate_at(step, lambda step: cycle(step % (2 * half_cycle)))


def triangular2(step, *, base_lr, max_lr, half_cycle):
    height = triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle) - base_lr
    return base_lr + height / 2 ** (step // (2 * half_cycle))


def rate_at(step, schedule):
    require(step >= 0, "step must not be negative")
    return float(schedule(step))


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    """optax asks for a threshold above 0 by which a loss must be lower: the smallest number that there is."""
    require_rate("initial_lr", initial_lr)
    require(patience >= 0, "patience must not be negative")
    make_state, update = compiled_plateau(factor, patience)
    state = make_state(jnp.float64(0))
    for loss in losses:
        _, state = update(jnp.float64(0), state, value=loss)
    return initial_lr * float(state.scale)


@functools.cache
def compiled_plateau(factor, patience):
    plateau = scale_on_plateau(factor, patience, rtol=0.0, atol=sys.float_info.min)
    return plateau.init, jax.jit(plateau.update)


def require_rate(name, rate):
    require(math.isfinite(rate) and rate >= 0, f"{name} must be finite and not negative")


def require_count(name, count):
    require(count >= 1, f"{name} must be at least 1")
