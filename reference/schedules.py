"""Reference schedules."""

import math


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    """Count the drops so far."""
    _check(step=step, initial_lr=initial_lr)
    _check_positive(step_size=step_size)
    return initial_lr * drop_factor ** (step // step_size)


def exponential_decay(step, *, initial_lr, decay_rate):
    """One factor a step."""
    _check(step=step, initial_lr=initial_lr, decay_rate=decay_rate)
    return initial_lr * decay_rate**step


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    """Half a cosine, then flat (Loshchilov and Hutter 2017, eq. 5)."""
    _check(step=step, initial_lr=initial_lr)
    _check_positive(total_steps=total_steps)
    return _half_cosine(min(step, total_steps) / total_steps, initial_lr, min_lr)


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    """Walk through the periods; their ends are the restarts."""
    _check(step=step, initial_lr=initial_lr)
    _check_positive(first_period=first_period, period_mult=period_mult)
    period = first_period
    while step >= period:
        step -= period
        period *= period_mult
    return _half_cosine(step / period, initial_lr, min_lr)


def triangular(step, *, base_lr, max_lr, half_cycle):
    """Distance from the nearest lowest point, in half cycles (Smith 2017)."""
    _check(step=step, base_lr=base_lr, max_lr=max_lr)
    _check_positive(half_cycle=half_cycle)
    place = step % (2 * half_cycle)
    return base_lr + (max_lr - base_lr) * min(place, 2 * half_cycle - place) / half_cycle


def triangular2(step, *, base_lr, max_lr, half_cycle):
    """Triangular with half of the height in each further cycle."""
    height = triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle) - base_lr
    return base_lr + height / 2 ** (step // (2 * half_cycle))


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    """Count the epochs since the best, and start again after each reduction."""
    _check(initial_lr=initial_lr, patience=patience)
    learning_rate, best, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited >= max(patience, 1):
            learning_rate, waited = learning_rate * factor, 0
    return learning_rate


def linear_scaling(base_lr, base_batch_size, batch_size):
    """The rate per sample stays (Goyal et al. 2017)."""
    _check(base_lr=base_lr)
    _check_positive(base_batch_size=base_batch_size, batch_size=batch_size)
    return base_lr * batch_size / base_batch_size


def _half_cosine(share, initial_lr, min_lr):
    return min_lr + (initial_lr - min_lr) * (1 + math.cos(math.pi * share)) / 2


def _check(**values):
    for name, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be finite and not negative, not {value}")


def _check_positive(**values):
    for name, value in values.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}")
