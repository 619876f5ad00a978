"""Mistakes in schedules.py, as learners write them."""

import math


def step_decay_drops_late(step, *, initial_lr, drop_factor=0.1, step_size):
    rate = initial_lr
    for s in range(1, step):
        if s % step_size == 0:
            rate = rate * drop_factor
    return rate


def step_decay_drops_early(step, *, initial_lr, drop_factor=0.1, step_size):
    lr = initial_lr
    for s in range(step + 1):
        if (s + 1) % step_size == 0:
            lr *= drop_factor
    return lr


def step_decay_without_floor(step, *, initial_lr, drop_factor=0.1, step_size):
    drops = step * 1.0 / step_size
    return initial_lr * math.pow(drop_factor, drops)


def exponential_decay_with_time_constant(step, *, initial_lr, decay_rate):
    return initial_lr / math.exp(step * decay_rate)


def exponential_decay_starts_decayed(step, *, initial_lr, decay_rate):
    lr = initial_lr
    for _ in range(step + 1):
        lr *= decay_rate
    return lr


def cosine_annealing_without_half(step, *, initial_lr, total_steps, min_lr=0.0):
    if step > total_steps:
        step = total_steps
    wave = math.cos(step * math.pi / total_steps) + 1
    return wave * initial_lr - wave * min_lr + min_lr


def cosine_annealing_climbs_again(step, *, initial_lr, total_steps, min_lr=0.0):
    # The half-angle form of (1 + cos) / 2.
    height = math.cos(math.pi / 2 * step / total_steps) ** 2
    return height * initial_lr + (1 - height) * min_lr


def cosine_annealing_adds_minimum(step, *, initial_lr, total_steps, min_lr=0.0):
    if step >= total_steps:
        return min_lr
    return min_lr + 0.5 * initial_lr * (math.cos(math.pi * step / total_steps) + 1)


def cosine_warm_restarts_ignores_growth(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    angle = math.pi * (step % first_period) / first_period
    return 0.5 * (initial_lr + min_lr) + 0.5 * (initial_lr - min_lr) * math.cos(angle)


def triangular_is_a_saw(step, *, base_lr, max_lr, half_cycle):
    share = math.fmod(step, half_cycle) / half_cycle
    return (1 - share) * base_lr + share * max_lr


def triangular_is_twice_as_fast(step, *, base_lr, max_lr, half_cycle):
    position = step % half_cycle / half_cycle
    up = 2 * position if position < 0.5 else 2 - 2 * position
    return base_lr + up * (max_lr - base_lr)


def triangular2_halves_the_maximum(step, *, base_lr, max_lr, half_cycle):
    num_cycles, place = divmod(step, 2 * half_cycle)
    top = max_lr
    for _ in range(num_cycles):
        top /= 2
    share = place / half_cycle if place < half_cycle else 2 - place / half_cycle
    return base_lr + share * (top - base_lr)


def reduce_on_plateau_compares_with_the_last(losses, *, initial_lr, factor=0.1, patience=10):
    lr = initial_lr
    bad = 0
    previous = float("inf")
    for current in losses:
        if current <= previous:
            bad = 0
        else:
            bad += 1
        previous = current
        if bad == patience:
            lr *= factor
            bad = 0
    return lr


def reduce_on_plateau_without_reset(losses, *, initial_lr, factor=0.1, patience=10):
    lr = initial_lr
    best_epoch = -1
    for epoch, loss in enumerate(losses):
        if best_epoch < 0 or loss < losses[best_epoch]:
            best_epoch = epoch
        elif epoch - best_epoch >= patience:
            lr = lr * factor
    return lr


def linear_scaling_upside_down(base_lr, base_batch_size, batch_size):
    ratio = batch_size / base_batch_size
    return base_lr / ratio
