"""Mistakes in sigmoid and sigmoid_backward."""

import numpy as np
from activations import sigmoid, sigmoid_backward

from backproof.misconceptions import misconception


@misconception(
    imitates="sigmoid",
    says="exp(-x) overflows for very negative x, with a warning",
    hint="Exponentiate -abs(x) only.",
)
def sigmoid_overflows(x):
    return 1 / (1 + np.exp(-x))


@misconception(
    imitates="sigmoid",
    says="the sign in the exponent is missing: the function falls",
    hint="1 / (1 + exp(-x)).",
)
def sigmoid_rising_the_wrong_way(x):
    return sigmoid(-x)


@misconception(
    imitates="sigmoid",
    says="0.5 is subtracted: this is a tanh in disguise",
    hint="The sigmoid lies between 0 and 1.",
)
def sigmoid_centred(x):
    return sigmoid(x) - np.asarray(0.5, dtype=x.dtype)


@misconception(
    imitates="sigmoid",
    says="the sigmoid is applied twice: everything lies between 0.5 and 0.73",
    hint="Apply it once.",
)
def sigmoid_twice(x):
    return sigmoid(sigmoid(x))


@misconception(
    imitates="sigmoid",
    says="the result is clipped away from 0 and 1 by 1e-7",
    hint="The sigmoid reaches 0 and 1 by itself, far out; nothing needs clipping.",
)
def sigmoid_clipped(x):
    return np.clip(sigmoid(x), 1e-7, 1 - 1e-7)


@misconception(
    imitates="sigmoid_backward",
    says="x is taken for the sigmoid's output: x * (1 - x)",
    hint="Compute s = sigmoid(x) first; the slope is s * (1 - s).",
)
def sigmoid_backward_of_the_output(dout, x):
    sigmoid_backward(dout, x)
    return dout * x * (1 - x)


@misconception(
    imitates="sigmoid_backward",
    says="the factor 1 - s is missing",
    hint="s * (1 - s).",
)
def sigmoid_backward_without_chain(dout, x):
    sigmoid_backward(dout, x)
    return dout * sigmoid(x)


@misconception(
    imitates="sigmoid_backward",
    says="the slope is returned, without dout",
    hint="The chain rule multiplies the slope by dout.",
)
def sigmoid_backward_forgets_dout(dout, x):
    return sigmoid_backward(np.ones_like(dout), x)


@misconception(
    imitates="sigmoid_backward",
    says="the sigmoid is applied to what is a sigmoid already",
    hint="s = sigmoid(x), once.",
)
def sigmoid_backward_applies_sigmoid_twice(dout, x):
    return sigmoid_backward(dout, sigmoid(x)) if dout.shape == x.shape else sigmoid_backward(dout, x)
