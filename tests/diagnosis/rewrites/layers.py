"""Mistakes in layers.py, as learners write them."""

import numpy as np


def linear_forward_without_bias(x, weight, bias):
    return np.dot(x, weight), (x, weight)


def linear_forward_with_relu(x, weight, bias):
    z = bias + np.einsum("ni,io->no", x, weight)
    z[z < 0] = 0
    return z, (x, weight)


def linear_backward_averages_dbias(dout, cache):
    inputs, weight = cache
    d_inputs = np.dot(dout, weight.transpose())
    d_weight = np.dot(inputs.transpose(), dout)
    d_bias = np.mean(dout, axis=0)
    return d_inputs, d_weight, d_bias


def linear_backward_averages_dweight(dout, cache):
    inputs, weight = cache
    n = inputs.shape[0]
    dweight = np.zeros_like(weight)
    for sample in range(n):
        dweight += np.outer(inputs[sample], dout[sample]) / n
    return np.einsum("no,io->ni", dout, weight), dweight, sum(dout)


def linear_backward_transposes_dweight(dout, cache):
    a, w = cache
    da = (w @ dout.T).T
    dw = dout.T @ a
    db = np.ones(len(dout), dtype=dout.dtype) @ dout
    return da, dw, db
