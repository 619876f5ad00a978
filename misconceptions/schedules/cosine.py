"""Mistakes in cosine_annealing and cosine_warm_restarts."""

import math

from schedules import cosine_annealing, cosine_warm_restarts

from backproof.misconceptions import misconception


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
