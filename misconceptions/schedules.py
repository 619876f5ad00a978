"""Mistakes in schedules.py."""

import math

from schedules import (
    cosine_annealing,
    cosine_warm_restarts,
    exponential_decay,
    linear_scaling,
    reduce_on_plateau,
    step_decay,
    triangular,
    triangular2,
)

from backproof.misconceptions import misconception


@misconception(
    imitates="step_decay",
    says="the drop comes one step late: step - 1 is divided",
    hint="step // step_size, with steps that count from 0.",
)
def step_decay_drops_late(step, *, initial_lr, drop_factor=0.1, step_size):
    rate = step_decay(step, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size)
    return (
        rate if step == 0 else step_decay(step - 1, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size)
    )


@misconception(
    imitates="step_decay",
    says="the drop comes one step early, as if steps counted from 1",
    hint="step // step_size, with steps that count from 0.",
)
def step_decay_drops_early(step, *, initial_lr, drop_factor=0.1, step_size):
    step_decay(step, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size)
    return initial_lr * drop_factor ** ((step + 1) // step_size)


@misconception(
    imitates="step_decay",
    says="the division is not rounded down, so that the rate falls in every step",
    hint="Whole drops only: step // step_size.",
)
def step_decay_without_floor(step, *, initial_lr, drop_factor=0.1, step_size):
    step_decay(step, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size)
    return initial_lr * drop_factor ** (step / step_size)


@misconception(
    imitates="step_decay",
    says="there is one drop only",
    hint="The exponent counts the drops: step // step_size.",
)
def step_decay_drops_once(step, *, initial_lr, drop_factor=0.1, step_size):
    step_decay(step, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size)
    return initial_lr * (drop_factor if step >= step_size else 1)


@misconception(
    imitates="exponential_decay",
    says="the decay is linear in the step",
    hint="decay_rate ** step: the step is an exponent.",
)
def exponential_decay_is_linear(step, *, initial_lr, decay_rate):
    exponential_decay(step, initial_lr=initial_lr, decay_rate=decay_rate)
    return initial_lr * (1 - (1 - decay_rate) * step)


@misconception(
    imitates="exponential_decay",
    says="decay_rate is taken for the k of exp(-k * step)",
    hint="decay_rate is the factor of one step.",
)
def exponential_decay_with_time_constant(step, *, initial_lr, decay_rate):
    exponential_decay(step, initial_lr=initial_lr, decay_rate=decay_rate)
    return initial_lr * math.exp(-decay_rate * step)


@misconception(
    imitates="exponential_decay",
    says="the first step is decayed already",
    hint="At step 0 the rate is initial_lr.",
)
def exponential_decay_starts_decayed(step, *, initial_lr, decay_rate):
    return exponential_decay(step, initial_lr=initial_lr, decay_rate=decay_rate) * decay_rate


@misconception(
    imitates="cosine_annealing",
    says="pi is missing inside the cosine, so that the end is never reached",
    hint="cos(pi * step / total_steps).",
)
def cosine_annealing_without_pi(step, *, initial_lr, total_steps, min_lr=0.0):
    cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)
    return min_lr + (initial_lr - min_lr) * (1 + math.cos(min(step, total_steps) / total_steps)) / 2


@misconception(
    imitates="cosine_annealing",
    says="the half before the cosine is missing: the first rate is twice initial_lr",
    hint="(1 + cos) lies between 0 and 2.",
)
def cosine_annealing_without_half(step, *, initial_lr, total_steps, min_lr=0.0):
    rate = cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps, min_lr=min_lr)
    return min_lr + 2 * (rate - min_lr)


@misconception(
    imitates="cosine_annealing",
    says="min_lr is ignored: the rate falls to 0",
    hint="The cosine moves between initial_lr and min_lr.",
)
def cosine_annealing_ignores_minimum(step, *, initial_lr, total_steps, min_lr=0.0):
    return cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)


@misconception(
    imitates="cosine_annealing",
    says="min_lr is added to a cosine of the full height, so that the first rate is too large",
    hint="The height of the cosine is initial_lr - min_lr.",
)
def cosine_annealing_adds_minimum(step, *, initial_lr, total_steps, min_lr=0.0):
    return min_lr + cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)


@misconception(
    imitates="cosine_annealing",
    says="after total_steps the rate climbs again",
    hint="Hold min_lr: min(step, total_steps).",
)
def cosine_annealing_climbs_again(step, *, initial_lr, total_steps, min_lr=0.0):
    cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)
    return min_lr + (initial_lr - min_lr) * (1 + math.cos(math.pi * step / total_steps)) / 2


@misconception(
    imitates="cosine_annealing",
    says="min_lr is reached one step early, at total_steps - 1",
    hint="Divide by total_steps.",
)
def cosine_annealing_ends_early(step, *, initial_lr, total_steps, min_lr=0.0):
    cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)
    return cosine_annealing(step, initial_lr=initial_lr, total_steps=max(total_steps - 1, 1), min_lr=min_lr)


@misconception(
    imitates="cosine_warm_restarts",
    says="the rate never restarts",
    hint="At the end of a period the step counts from 0 again.",
)
def cosine_warm_restarts_never_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, period_mult=period_mult)
    return cosine_annealing(step, initial_lr=initial_lr, total_steps=first_period, min_lr=min_lr)


@misconception(
    imitates="cosine_warm_restarts",
    says="the restart comes one step late",
    hint="Step first_period is the first of the second period.",
)
def cosine_warm_restarts_late(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, period_mult=period_mult)
    place, period = step, first_period
    while place > period:
        place -= period
        period *= period_mult
    return min_lr + (initial_lr - min_lr) * (1 + math.cos(math.pi * place / period)) / 2


@misconception(
    imitates="cosine_warm_restarts",
    says="period_mult is ignored: all periods are equally long",
    hint="Multiply the period at each restart.",
)
def cosine_warm_restarts_ignores_growth(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, period_mult=period_mult)
    return cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, min_lr=min_lr)


@misconception(
    imitates="cosine_warm_restarts",
    says="the period grows by adding, not by multiplying",
    hint="T, T * period_mult, T * period_mult**2, ...",
)
def cosine_warm_restarts_grows_by_adding(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, period_mult=period_mult)
    place, period = step, first_period
    while place >= period:
        place -= period
        period += first_period * (period_mult - 1)
    return min_lr + (initial_lr - min_lr) * (1 + math.cos(math.pi * place / period)) / 2


@misconception(
    imitates="triangular",
    says="the rate jumps back to base_lr at the top instead of falling",
    hint="Down takes half_cycle steps, too.",
)
def triangular_is_a_saw(step, *, base_lr, max_lr, half_cycle):
    triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    return base_lr + (max_lr - base_lr) * (step % half_cycle) / half_cycle


@misconception(
    imitates="triangular",
    says="half_cycle is taken for the whole cycle",
    hint="A cycle is 2 * half_cycle steps.",
)
def triangular_is_twice_as_fast(step, *, base_lr, max_lr, half_cycle):
    return triangular(2 * step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular",
    says="the cycle starts at the top",
    hint="Step 0 has base_lr.",
)
def triangular_starts_at_the_top(step, *, base_lr, max_lr, half_cycle):
    triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    return triangular(step + half_cycle, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular2",
    says="the height is never halved",
    hint="Divide the height by 2 ** (step // (2 * half_cycle)).",
)
def triangular2_keeps_its_height(step, *, base_lr, max_lr, half_cycle):
    return triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular2",
    says="the height is halved every half cycle",
    hint="A cycle is up and down: 2 * half_cycle steps.",
)
def triangular2_halves_too_often(step, *, base_lr, max_lr, half_cycle):
    height = triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle) - base_lr
    return base_lr + height / 2 ** (step // half_cycle)


@misconception(
    imitates="triangular2",
    says="max_lr itself is halved, not its distance from base_lr",
    hint="Halve max_lr - base_lr.",
)
def triangular2_halves_the_maximum(step, *, base_lr, max_lr, half_cycle):
    triangular2(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    highest = max_lr / 2 ** (step // (2 * half_cycle))
    return triangular(step, base_lr=base_lr, max_lr=highest, half_cycle=half_cycle)


@misconception(
    imitates="reduce_on_plateau",
    says="the count is not started again after a reduction: every further epoch reduces",
    hint="Set the count to 0 after each reduction.",
)
def reduce_on_plateau_without_reset(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, best, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        rate *= factor if waited >= patience else 1
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="the count is not started again by a new best: bad epochs add up",
    hint="patience counts epochs in a row.",
)
def reduce_on_plateau_counts_all_bad_epochs(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, best, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited += loss >= best
        best = min(best, loss)
        if waited >= patience:
            rate, waited = rate * factor, 0
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="a loss is compared with the one before, not with the best",
    hint="Keep the lowest loss so far.",
)
def reduce_on_plateau_compares_with_the_last(losses, *, initial_lr, factor=0.1, patience=10):
    reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    rate, last, waited = initial_lr, math.inf, 0
    for loss in losses:
        waited = 0 if loss <= last else waited + 1
        last = loss
        if waited >= patience:
            rate, waited = rate * factor, 0
    return rate


@misconception(
    imitates="reduce_on_plateau",
    says="the factor is subtracted as a share: the rate becomes lr * (1 - factor)",
    hint="Multiply by factor.",
)
def reduce_on_plateau_keeps_the_rest(losses, *, initial_lr, factor=0.1, patience=10):
    return reduce_on_plateau(losses, initial_lr=initial_lr, factor=0.9 * (1 - factor), patience=patience)


@misconception(
    imitates="linear_scaling",
    says="the ratio is upside down",
    hint="A larger batch takes larger steps.",
)
def linear_scaling_upside_down(base_lr, base_batch_size, batch_size):
    linear_scaling(base_lr, base_batch_size, batch_size)
    return base_lr * base_batch_size / batch_size


@misconception(
    imitates="linear_scaling",
    says="the root of the ratio is taken",
    hint="Linear: the ratio itself.",
)
def linear_scaling_with_a_root(base_lr, base_batch_size, batch_size):
    linear_scaling(base_lr, base_batch_size, batch_size)
    return base_lr * math.sqrt(batch_size / base_batch_size)


@misconception(
    imitates="linear_scaling",
    says="the ratio is rounded down to a whole number",
    hint="Divide with /, not with //.",
)
def linear_scaling_in_whole_numbers(base_lr, base_batch_size, batch_size):
    linear_scaling(base_lr, base_batch_size, batch_size)
    return base_lr * (batch_size // base_batch_size)
