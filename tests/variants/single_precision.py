"""The reference in float32 throughout: inputs are rounded to it, and nothing is ever wider."""

import activations
import initializers
import layers
import losses
import network
import numpy as np
import regularization
import training


def single(value):
    """Round every float array, also in containers."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype.kind == "f" else value
    if isinstance(value, dict):
        return {name: single(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(single(item) for item in value)
    return np.float32(value) if isinstance(value, float | np.floating) else value


def relu(x):
    return activations.relu(single(x))


def relu_backward(dout, x):
    return activations.relu_backward(single(dout), single(x))


def softmax(logits):
    return activations.softmax(single(logits))


def log_softmax(logits):
    return activations.log_softmax(single(logits))


def cross_entropy(logits, targets):
    return losses.cross_entropy(single(logits), single(targets))


def expected_initial_loss(num_classes):
    return np.float32(losses.expected_initial_loss(num_classes))


def xavier_uniform(fan_in, fan_out, rng):
    return single(initializers.xavier_uniform(fan_in, fan_out, rng))


def xavier_normal(fan_in, fan_out, rng):
    return single(initializers.xavier_normal(fan_in, fan_out, rng))


def he_normal(fan_in, fan_out, rng):
    return single(initializers.he_normal(fan_in, fan_out, rng))


def linear_forward(x, weight, bias):
    return layers.linear_forward(single(x), single(weight), single(bias))


def linear_backward(dout, cache):
    return layers.linear_backward(single(dout), cache)


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    return regularization.dropout_forward(single(x), keep_prob, rng, training=training, inverted=inverted)


def dropout_backward(dout, cache):
    return regularization.dropout_backward(single(dout), cache)


def init_network(layer_sizes, rng):
    return single(network.init_network(layer_sizes, rng))


def predict(params, x):
    return network.predict(single(params), single(x))


def network_loss(params, x, labels, *, l2_strength=0.0):
    return network.network_loss(single(params), single(x), labels, l2_strength=np.float32(l2_strength))


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    with np.errstate(over="ignore"):
        return training.train(
            single(params),
            single(x),
            labels,
            rng,
            learning_rate=learning_rate,
            steps=steps,
            batch_size=batch_size,
            l2_strength=np.float32(l2_strength),
        )
