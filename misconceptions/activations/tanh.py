"""Mistakes in tanh and tanh_backward."""

import numpy as np
from activations import sigmoid, tanh_backward

from backproof.misconceptions import misconception


@misconception(
    imitates="tanh",
    says="2 * sigmoid(x) - 1 lacks the 2 inside: the slope at 0 is 0.5",
    hint="tanh(x) = 2 * sigmoid(2 * x) - 1.",
)
def tanh_without_inner_two(x):
    return 2 * sigmoid(x) - 1


@misconception(
    imitates="tanh",
    says="this is the sigmoid: its values centre on 0.5",
    hint="tanh is odd.",
)
def tanh_is_sigmoid(x):
    return sigmoid(x)


@misconception(
    imitates="tanh",
    says="both exponentials overflow for large x, and inf / inf is NaN",
    hint="np.tanh, or exponentials of negative numbers only.",
)
def tanh_by_overflowing_exponentials(x):
    with np.errstate(all="ignore"):
        return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@misconception(
    imitates="tanh",
    says="x is clipped to [-1, 1]: this is the hard tanh",
    hint="np.tanh bends smoothly.",
)
def tanh_hard(x):
    return np.clip(x, -1, 1)


@misconception(
    imitates="tanh_backward",
    says="x is taken for tanh's output: 1 - x**2",
    hint="The slope is 1 - tanh(x)**2.",
)
def tanh_backward_of_the_output(dout, x):
    tanh_backward(dout, x)
    return dout * (1 - x**2)


@misconception(
    imitates="tanh_backward",
    says="tanh is not squared",
    hint="1 - tanh(x)**2.",
)
def tanh_backward_without_square(dout, x):
    tanh_backward(dout, x)
    return dout * (1 - np.tanh(x))


@misconception(
    imitates="tanh_backward",
    says="the slope is t * (1 - t), which is the sigmoid's form",
    hint="1 - t**2.",
)
def tanh_backward_with_sigmoid_slope(dout, x):
    tanh_backward(dout, x)
    return dout * np.tanh(x) * (1 - np.tanh(x))
