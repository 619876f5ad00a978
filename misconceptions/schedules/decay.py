"""Mistakes in step_decay and exponential_decay."""

import math

from schedules import exponential_decay, step_decay

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
