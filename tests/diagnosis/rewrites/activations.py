"""Mistakes in activations.py, as learners write them."""

import numpy as np


def relu_leaks(x):
    result = np.zeros_like(x)
    for place, value in np.ndenumerate(x):
        if value >= 0:
            result[place] = value
        else:
            result[place] = value / 100
    return result


def relu_backward_masks_by_dout(dout, x):
    dx = np.array(dout)
    dx[dout <= 0] = 0
    return dx


def relu_backward_forgets_dout(dout, x):
    slope = np.zeros_like(x)
    slope[x > 0] = 1
    return slope


def softmax_over_the_batch(logits):
    z = logits - np.max(logits, axis=0)
    powers = np.exp(z)
    total = np.sum(powers, axis=0)
    return powers / total


def softmax_overflows(logits):
    flat = logits.reshape(-1, logits.shape[-1])
    rows = []
    for row in flat:
        e = np.exp(row)
        rows.append(e / np.sum(e))
    return np.array(rows, dtype=logits.dtype).reshape(logits.shape)


def softmax_shifts_by_batch_maximum(logits):
    biggest = np.amax(logits)
    numerator = np.exp(logits - biggest)
    return numerator / np.expand_dims(np.sum(numerator, axis=-1), -1)


def log_softmax_through_probabilities(logits):
    largest = np.max(logits, axis=-1)[..., np.newaxis]
    unnormalized = np.exp(logits - largest)
    partition = np.sum(unnormalized, axis=-1)[..., np.newaxis]
    return np.log(unnormalized / partition)


def sigmoid_overflows(x):
    denominator = np.exp(-1 * x) + 1
    return denominator**-1


def sigmoid_backward_of_the_output(dout, x):
    return (x - x * x) * dout


def sigmoid_backward_without_chain(dout, x):
    grad = np.empty_like(dout)
    for i in np.ndindex(x.shape):
        s = np.exp(min(x[i], 0)) / (1 + np.exp(-abs(x[i])))
        grad[i] = s * dout[i]
    return grad


def tanh_backward_of_the_output(dout, x):
    return dout - dout * np.square(x)


def tanh_backward_without_square(dout, x):
    t = np.tanh(x)
    return dout - t * dout


def leaky_relu_as_maximum(x, negative_slope=0.01):
    leaked = x * negative_slope
    out = x.copy()
    out[leaked > x] = leaked[leaked > x]
    return out


def leaky_relu_backward_kills(dout, x, negative_slope=0.01):
    is_on = (x > 0).astype(dout.dtype)
    return is_on * dout


def prelu_backward_averages_dslope(dout, x, slope):
    dx = dout.copy()
    dx[x <= 0] *= slope
    total, count = 0.0, 0
    for d, value in zip(dout.ravel(), x.ravel(), strict=True):
        count += 1
        if value < 0:
            total += d * value
    return dx, np.array(total / count, dtype=x.dtype)


def prelu_backward_sums_the_positive_side(dout, x, slope):
    factor = np.ones_like(x)
    factor[x <= 0] = slope
    return factor * dout, np.array(np.vdot(dout, x), dtype=x.dtype)
