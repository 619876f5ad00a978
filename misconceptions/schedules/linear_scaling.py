"""Mistakes in linear_scaling."""

import math

from schedules import linear_scaling

from backproof.misconceptions import misconception


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
