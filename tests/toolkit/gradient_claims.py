"""Right gradients, at new points from a seed: each function returns claims, computed in ``dtype`` throughout."""

import numpy as np

from backproof.testing import GradientClaim, normal


def probabilities(logits):
    """Return the softmax of each row."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def linear(rng, dtype):
    """All three gradients of a linear layer."""
    x, weight, bias, dout = normal(rng, (5, 4)), normal(rng, (4, 3)), normal(rng, 3), normal(rng, (5, 3))

    def forward(x, weight, bias):
        return x.astype(dtype) @ weight.astype(dtype) + bias.astype(dtype)

    upstream = dout.astype(dtype)
    return [
        GradientClaim("dx", lambda v: forward(v, weight, bias), x, upstream @ weight.T.astype(dtype), dout),
        GradientClaim("dweight", lambda v: forward(x, v, bias), weight, x.T.astype(dtype) @ upstream, dout),
        GradientClaim("dbias", lambda v: forward(x, weight, v), bias, upstream.sum(axis=0), dout),
    ]


def elementwise(function, slope):
    """The gradient of a function of each entry; ``slope(x)`` is its derivative."""

    def claims(rng, dtype):
        x, dout = normal(rng, (4, 5)), normal(rng, (4, 5))
        dx = dout.astype(dtype) * slope(x.astype(dtype))
        return [GradientClaim("dx", lambda v: function(v.astype(dtype)), x, dx, dout)]

    return claims


def softmax_gradient(x, dout):
    """The gradient of softmax that is right."""
    p = probabilities(x)
    return p * (dout - (dout * p).sum(axis=1, keepdims=True))


def softmax(rng, dtype, gradient=softmax_gradient):
    """A gradient of softmax, right or wrong."""
    x, dout = normal(rng, (4, 5)), normal(rng, (4, 5))
    dx = gradient(x.astype(dtype), dout.astype(dtype))
    return [GradientClaim("dx", lambda v: probabilities(v.astype(dtype)), x, dx, dout)]


def cross_entropy(rng, dtype):
    """The gradient of the mean cross-entropy of 6 samples."""
    logits, labels, rows = normal(rng, (6, 5)), rng.integers(0, 5, 6), np.arange(6)
    gradient = (probabilities(logits.astype(dtype)) - np.eye(5, dtype=dtype)[labels]) / dtype(6)

    def loss(logits):
        return -np.log(probabilities(logits.astype(dtype))[rows, labels]).mean()

    return [GradientClaim("dlogits", loss, logits, gradient)]


def row_maximum(rng, dtype):
    """The gradient of the largest entry of each row."""
    x, dout = normal(rng, (6, 5)), normal(rng, 6)
    dx = np.eye(5, dtype=dtype)[x.argmax(axis=1)] * dout[:, None].astype(dtype)
    return [GradientClaim("dx", lambda v: v.astype(dtype).max(axis=1), x, dx, dout)]


def network(rng, dtype, num_features=4, num_units=8, num_samples=6, num_classes=3):
    """All gradients of the cross-entropy of a two-layer ReLU network: 48 pre-activations with a kink at 0."""
    params = {
        "W1": normal(rng, (num_features, num_units)),
        "b1": normal(rng, num_units),
        "W2": normal(rng, (num_units, num_classes)),
        "b2": normal(rng, num_classes),
    }
    x = normal(rng, (num_samples, num_features)).astype(dtype)
    labels, rows = rng.integers(0, num_classes, num_samples), np.arange(num_samples)

    def forward(params):
        p = {name: value.astype(dtype) for name, value in params.items()}
        hidden = np.maximum(x @ p["W1"] + p["b1"], 0)
        return hidden, probabilities(hidden @ p["W2"] + p["b2"])

    def loss(params):
        return -np.log(forward(params)[1][rows, labels]).mean()

    hidden, p = forward(params)
    dlogits = (p - np.eye(num_classes, dtype=dtype)[labels]) / dtype(num_samples)
    dhidden = (dlogits @ params["W2"].T.astype(dtype)) * (hidden > 0)
    gradients = {
        "W1": x.T @ dhidden,
        "b1": dhidden.sum(axis=0),
        "W2": hidden.T @ dlogits,
        "b2": dlogits.sum(axis=0),
    }
    return [
        GradientClaim(name, lambda v, name=name: loss(params | {name: v}), params[name], gradient)
        for name, gradient in gradients.items()
    ]


def sum_of_squares(scale):
    """The gradient of a sum of squares of numbers of this size."""

    def claims(rng, dtype):
        x = normal(rng, 20, scale)
        return [GradientClaim("dx", lambda v: np.square(v.astype(dtype)).sum(), x, 2 * x.astype(dtype))]

    return claims


tanh = elementwise(np.tanh, lambda x: 1 - np.tanh(x) ** 2)
relu = elementwise(lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(x.dtype))
absolute = elementwise(np.abs, np.sign)
