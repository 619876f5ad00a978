"""Mistakes in filter_normalize and loss_slice."""

import numpy as np
from landscape import filter_normalize, loss_slice

from backproof.misconceptions import misconception


@misconception(
    imitates="filter_normalize",
    says="rows are normalised, not columns",
    hint="With weight (fan_in, fan_out) a unit's weights are a column: axis=0.",
)
def filter_normalize_rows(direction, weight):
    if direction.shape != weight.shape:
        raise ValueError("direction and weight differ in shape")
    return np.ascontiguousarray(filter_normalize(direction.T, weight.T).T)


@misconception(
    imitates="filter_normalize",
    says="the whole direction gets the norm of the whole weight",
    hint="Column by column.",
)
def filter_normalize_whole(direction, weight):
    filter_normalize(direction, weight)
    return direction * (np.linalg.norm(weight) / np.linalg.norm(direction))


@misconception(
    imitates="filter_normalize",
    says="columns have length 1: the norms of the weights are left out",
    hint="Multiply by the norm of the weight's column.",
)
def filter_normalize_unit(direction, weight):
    filter_normalize(direction, weight)
    return filter_normalize(direction, np.ones_like(weight) / np.sqrt(np.asarray(len(weight), dtype=weight.dtype)))


@misconception(
    imitates="filter_normalize",
    says="columns are multiplied by the weight's norm, but their own length is left in",
    hint="Divide by the norm of the direction's column first.",
)
def filter_normalize_keeps_length(direction, weight):
    filter_normalize(direction, weight)
    return direction * np.linalg.norm(weight, axis=0)


@misconception(
    imitates="filter_normalize",
    says="a column of zeros becomes NaN: 0 / 0",
    hint="Leave a column without length as it is.",
)
def filter_normalize_divides_by_zero(direction, weight):
    filter_normalize(direction, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return direction / np.linalg.norm(direction, axis=0) * np.linalg.norm(weight, axis=0)


@misconception(
    imitates="loss_slice",
    says="the direction is brought to length 1 first",
    hint="Steps are multiples of the direction as it is.",
)
def loss_slice_normalizes(f, theta, direction, steps):
    loss_slice(f, theta, direction, steps)
    return loss_slice(f, theta, direction / np.linalg.norm(direction), steps)


@misconception(
    imitates="loss_slice",
    says="each step starts where the last one ended",
    hint="From theta each time.",
)
def loss_slice_walks(f, theta, direction, steps):
    return loss_slice(f, theta, direction, np.cumsum(steps))


@misconception(
    imitates="loss_slice",
    says="the line is followed backwards",
    hint="theta + t * direction.",
)
def loss_slice_backwards(f, theta, direction, steps):
    return loss_slice(f, theta, -direction, steps)


@misconception(
    imitates="loss_slice",
    says="the loss at theta is subtracted",
    hint="Return the losses themselves.",
)
def loss_slice_relative(f, theta, direction, steps):
    return loss_slice(f, theta, direction, steps) - np.asarray(f(theta), dtype=theta.dtype)
