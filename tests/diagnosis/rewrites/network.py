"""Mistakes in network.py, as learners write them."""

import math

import numpy as np


def _weights(params):
    return [params[f"W{i + 1}"] for i in range(len(params) // 2)]


def _biases(params):
    return [params[f"b{i + 1}"] for i in range(len(params) // 2)]


def _activations(params, x):
    """Return the input of each layer, and the logits at the end."""
    values = [x]
    pairs = list(zip(_weights(params), _biases(params), strict=True))
    for w, b in pairs[:-1]:
        values.append(np.maximum(np.dot(values[-1], w) + b, 0))
    w, b = pairs[-1]
    return [*values, np.dot(values[-1], w) + b]


def _probabilities(logits):
    e = np.exp(logits - np.max(logits, axis=1)[:, None])
    return e / np.sum(e, axis=1)[:, None]


def _data_loss(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        top = np.max(row)
        total += top + np.log(np.sum(np.exp(row - top))) - row[label]
    return total


def _data_gradients(params, x, labels, masked=True):
    """Return the gradients of the summed loss."""
    values = _activations(params, x)
    delta = _probabilities(values[-1])
    delta[np.arange(len(labels)), labels] -= 1
    grads = {}
    for i in reversed(range(len(params) // 2)):
        grads[f"W{i + 1}"] = np.dot(values[i].T, delta)
        grads[f"b{i + 1}"] = np.sum(delta, axis=0)
        delta = np.dot(delta, params[f"W{i + 1}"].T)
        if masked:
            delta[values[i] <= 0] = 0
    return grads


def init_network_with_zeros(layer_sizes, rng):
    params = {}
    for i in range(1, len(layer_sizes)):
        params["W" + str(i)] = np.zeros((layer_sizes[i - 1], layer_sizes[i]))
        params["b" + str(i)] = np.zeros(layer_sizes[i])
    return params


def init_network_with_a_large_last_layer(layer_sizes, rng):
    params = {}
    for i in range(1, len(layer_sizes)):
        fan_in, fan_out = layer_sizes[i - 1], layer_sizes[i]
        params[f"W{i}"] = rng.normal(0, math.sqrt(2 / fan_in), size=(fan_in, fan_out))
        params[f"b{i}"] = np.zeros(fan_out)
    return params


def init_network_with_xavier(layer_sizes, rng):
    params = {}
    last = len(layer_sizes) - 1
    for i in range(last):
        std = math.sqrt(1 / layer_sizes[i]) if i < last - 1 else 0.1 * math.sqrt(2 / layer_sizes[i])
        params[f"W{i + 1}"] = rng.normal(scale=std, size=layer_sizes[i : i + 2])
        params[f"b{i + 1}"] = np.zeros(layer_sizes[i + 1])
    return params


def predict_without_relu(params, x):
    out = x
    for w, b in zip(_weights(params), _biases(params), strict=True):
        out = np.dot(out, w) + b
    return out


def predict_with_relu_on_logits(params, x):
    out = x
    for w, b in zip(_weights(params), _biases(params), strict=True):
        out = np.dot(out, w) + b
        out = out * (out > 0)
    return out


def predict_without_hidden_biases(params, x):
    *hidden, last = _weights(params)
    for w in hidden:
        x = np.dot(x, w)
        x[x < 0] = 0
    return np.dot(x, last) + _biases(params)[-1]


def network_loss_penalises_biases(params, x, labels, *, l2_strength=0.0):
    n = len(labels)
    loss = _data_loss(_activations(params, x)[-1], labels) / n
    grads = _data_gradients(params, x, labels)
    for name in params:
        loss += l2_strength * np.sum(np.square(params[name]))
        grads[name] = grads[name] / n + l2_strength * 2 * params[name]
    return loss, grads


def network_loss_penalty_without_gradient(params, x, labels, *, l2_strength=0.0):
    loss = _data_loss(_activations(params, x)[-1], labels) / len(x)
    for w in _weights(params):
        loss = loss + l2_strength * np.vdot(w, w)
    return loss, {name: g / len(x) for name, g in _data_gradients(params, x, labels).items()}


def network_loss_penalty_gradient_halved(params, x, labels, *, l2_strength=0.0):
    data_loss = _data_loss(_activations(params, x)[-1], labels) / len(x)
    penalty = sum(np.sum(w * w) for w in _weights(params))
    grads = _data_gradients(params, x, labels)
    for name, value in params.items():
        grads[name] = grads[name] / len(x)
        if name[0] == "W":
            grads[name] = grads[name] + l2_strength * value
    return data_loss + l2_strength * penalty, grads


def network_loss_backward_without_mask(params, x, labels, *, l2_strength=0.0):
    n = x.shape[0]
    grads = _data_gradients(params, x, labels, masked=False)
    loss = _data_loss(_activations(params, x)[-1], labels) / n
    for name in grads:
        grads[name] = grads[name] / n
        if name.startswith("W"):
            loss += l2_strength * np.sum(params[name] ** 2)
            grads[name] += 2 * l2_strength * params[name]
    return loss, grads


def network_loss_summed_over_the_batch(params, x, labels, *, l2_strength=0.0):
    loss = _data_loss(_activations(params, x)[-1], labels)
    grads = _data_gradients(params, x, labels)
    for i, w in enumerate(_weights(params), start=1):
        loss += l2_strength * np.sum(w * w)
        grads[f"W{i}"] += 2 * l2_strength * w
    return loss, grads
