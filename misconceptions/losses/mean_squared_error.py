"""Mistakes in mean_squared_error."""

import numpy as np
from losses import mean_squared_error

from backproof.misconceptions import misconception


@misconception(
    imitates="mean_squared_error",
    says="the loss has a factor 1/2",
    hint="np.mean((prediction - target) ** 2).",
)
def mean_squared_error_halved(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss / 2, gradient / 2


@misconception(
    imitates="mean_squared_error",
    says="the loss has a factor 1/2 that its gradient lacks",
    hint="Derive what you return.",
)
def mean_squared_error_halved_in_the_value_only(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss / 2, gradient


@misconception(
    imitates="mean_squared_error",
    says="the gradient lacks its factor 2",
    hint="The derivative of e**2 is 2 e.",
)
def mean_squared_error_gradient_without_two(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss, gradient / 2


@misconception(
    imitates="mean_squared_error",
    says="the loss is divided by the number of rows only",
    hint="The mean over all elements.",
)
def mean_squared_error_summed_over_columns(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    factor = prediction.size / len(prediction)
    return loss * factor, gradient * factor


@misconception(
    imitates="mean_squared_error",
    says="this is the mean absolute error",
    hint="Square the error.",
)
def mean_squared_error_is_absolute(prediction, target):
    mean_squared_error(prediction, target)
    error = prediction - target
    return np.abs(error).mean(), np.sign(error) / error.size


@misconception(
    imitates="mean_squared_error",
    says="a root is taken: this is the root mean squared error",
    hint="The loss is the mean of squares itself.",
)
def mean_squared_error_with_root(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    root = np.sqrt(loss)
    return root, gradient / (2 * root) if root > 0 else gradient


@misconception(
    imitates="mean_squared_error",
    says="the gradient points down: target - prediction",
    hint="prediction - target.",
)
def mean_squared_error_gradient_flipped(prediction, target):
    loss, gradient = mean_squared_error(prediction, target)
    return loss, -gradient


@misconception(
    imitates="mean_squared_error",
    says="(N, 1) and (N,) are broadcast to (N, N) instead of refused",
    hint="Compare the shapes first.",
)
def mean_squared_error_broadcasts(prediction, target):
    if prediction.shape == target.shape:
        return mean_squared_error(prediction, target)
    error = prediction - target
    return (error**2).mean(), (2 * error / error.size).sum(axis=-1).reshape(prediction.shape)
