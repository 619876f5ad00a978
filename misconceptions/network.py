"""Mistakes in network.py."""

from itertools import pairwise

import numpy as np
from activations import relu, relu_backward, softmax
from initializers import xavier_normal
from layers import linear_backward, linear_forward
from losses import cross_entropy
from network import init_network, network_loss, predict

from backproof.misconceptions import misconception


@misconception(
    imitates="init_network",
    says="all weights start at 0: hidden units stay alike and get no gradient",
    hint="Draw the weights at random.",
)
def init_network_with_zeros(layer_sizes, rng):
    return {name: np.zeros_like(value) for name, value in init_network(layer_sizes, rng).items()}


@misconception(
    imitates="init_network",
    says="all weights start at one constant: hidden units stay alike for ever",
    hint="Draw the weights at random.",
)
def init_network_with_a_constant(layer_sizes, rng):
    params = init_network(layer_sizes, rng)
    return {name: value if name.startswith("b") else np.full_like(value, 0.01) for name, value in params.items()}


@misconception(
    imitates="init_network",
    says="the last layer is as large as the others, so that the first loss is far above log C",
    hint="Make the last weight ten times smaller.",
)
def init_network_with_a_large_last_layer(layer_sizes, rng):
    params = init_network(layer_sizes, rng)
    last = f"W{len(layer_sizes) - 1}"
    return params | {last: params[last] * 10}


@misconception(
    imitates="init_network",
    says="hidden layers have Xavier's variance, half of He's",
    hint="2 / fan_in before a ReLU.",
)
def init_network_with_xavier(layer_sizes, rng):
    params = init_network(layer_sizes, rng)
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes[:-1]), start=1):
        params[f"W{layer}"] = xavier_normal(fan_in, fan_out, rng)
    return params


@misconception(
    imitates="init_network",
    says="the biases start at 1",
    hint="Biases start at 0.",
)
def init_network_with_biases_of_one(layer_sizes, rng):
    params = init_network(layer_sizes, rng)
    return {name: np.ones_like(value) if name.startswith("b") else value for name, value in params.items()}


@misconception(
    imitates="init_network",
    says="every layer is drawn from the same seed, so that equal layers are equal",
    hint="Make no generator inside the loop; let rng go on.",
)
def init_network_reseeds_each_layer(layer_sizes, rng):
    seed = int(rng.integers(2**32))
    params = init_network(layer_sizes, rng)
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes[:-1]), start=1):
        draw = np.random.default_rng(seed).standard_normal((fan_in, fan_out))
        params[f"W{layer}"] = draw * np.sqrt(2 / fan_in)
    return params


@misconception(
    imitates="predict",
    says="there is no activation between the layers: the network is linear",
    hint="relu after every layer but the last.",
)
def predict_without_relu(params, x):
    predict(params, x)
    for layer in range(1, len(params) // 2 + 1):
        x = x @ params[f"W{layer}"] + params[f"b{layer}"]
    return x


@misconception(
    imitates="predict",
    says="a ReLU follows the last layer too: logits are never negative",
    hint="The last layer's output are the logits, as they are.",
)
def predict_with_relu_on_logits(params, x):
    return relu(predict(params, x))


@misconception(
    imitates="predict",
    says="probabilities come out, not logits",
    hint="The loss has the softmax; predict stops before it.",
)
def predict_returns_probabilities(params, x):
    return softmax(predict(params, x))


@misconception(
    imitates="predict",
    says="the hidden biases are left out",
    hint="x @ W + b in every layer.",
)
def predict_without_hidden_biases(params, x):
    last = f"b{len(params) // 2}"
    return predict({n: v * 0 if n.startswith("b") and n != last else v for n, v in params.items()}, x)


@misconception(
    imitates="predict",
    says="the logits are centred over the batch, so that samples see each other",
    hint="Each sample's logits depend on that sample alone.",
)
def predict_centres_over_the_batch(params, x):
    logits = predict(params, x)
    return logits - logits.mean(axis=0)


@misconception(
    imitates="network_loss",
    says="the biases are penalised too",
    hint="Only W1, W2, ... are regularised.",
)
def network_loss_penalises_biases(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength)
    for name, value in params.items():
        if name.startswith("b"):
            loss = loss + l2_strength * (value**2).sum()
            grads[name] = grads[name] + 2 * l2_strength * value
    return loss, grads


@misconception(
    imitates="network_loss",
    says="the penalty is in the loss, but not in the gradient",
    hint="Add 2 * l2_strength * W to the gradient of each W.",
)
def network_loss_penalty_without_gradient(params, x, labels, *, l2_strength=0.0):
    loss, _ = network_loss(params, x, labels, l2_strength=l2_strength)
    return loss, network_loss(params, x, labels)[1]


@misconception(
    imitates="network_loss",
    says="the gradient of the penalty lacks its factor 2",
    hint="The derivative of W² is 2 W; or write the penalty with a half.",
)
def network_loss_penalty_gradient_halved(params, x, labels, *, l2_strength=0.0):
    loss, _ = network_loss(params, x, labels, l2_strength=l2_strength)
    return loss, network_loss(params, x, labels, l2_strength=l2_strength / 2)[1]


@misconception(
    imitates="network_loss",
    says="the penalty is divided by the number of samples",
    hint="The data loss is a mean over the batch; the penalty has nothing to do with the batch.",
)
def network_loss_averages_the_penalty(params, x, labels, *, l2_strength=0.0):
    return network_loss(params, x, labels, l2_strength=l2_strength / (2 * len(x)))


@misconception(
    imitates="network_loss",
    says="the penalty is subtracted",
    hint="Regularisation adds to the loss.",
)
def network_loss_subtracts_the_penalty(params, x, labels, *, l2_strength=0.0):
    return network_loss(params, x, labels, l2_strength=-l2_strength)


@misconception(
    imitates="network_loss",
    says="the gradient flows back through units that were off: the ReLU mask is missing",
    hint="relu_backward(gradient, pre_activation) between two linear layers.",
)
def network_loss_backward_without_mask(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength)
    return loss, grads | _gradients(params, x, labels, l2_strength, lambda gradient, _: gradient)


@misconception(
    imitates="network_loss",
    says="the mask is taken where the gradient is positive, not where the unit was on",
    hint="Mask with the pre-activation of the forward pass.",
)
def network_loss_masks_by_gradient(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength)
    return loss, grads | _gradients(
        params, x, labels, l2_strength, lambda gradient, _: relu_backward(gradient, gradient)
    )


@misconception(
    imitates="network_loss",
    says="the hidden layers get no gradient",
    hint="Go on backwards through every layer to W1.",
)
def network_loss_trains_the_last_layer_only(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength)
    last = str(len(params) // 2)
    return loss, {name: grad if name[1:] == last else np.zeros_like(grad) for name, grad in grads.items()}


@misconception(
    imitates="network_loss",
    says="the loss is summed over the batch",
    hint="The mean over the N samples.",
)
def network_loss_summed_over_the_batch(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength / len(x))
    return loss * len(x), {name: grad * len(x) for name, grad in grads.items()}


@misconception(
    imitates="network_loss",
    says="softmax is applied before the cross-entropy, which applies it again",
    hint="Pass the logits to cross_entropy.",
)
def network_loss_with_double_softmax(params, x, labels, *, l2_strength=0.0):
    loss, grads = network_loss(params, x, labels, l2_strength=l2_strength)
    logits = predict(params, x)
    return loss + cross_entropy(softmax(logits), labels)[0] - cross_entropy(logits, labels)[0], grads


def _gradients(params, x, labels, l2_strength, backward_activation):
    """Backpropagation with an activation gradient of one's choice."""
    num_layers = len(params) // 2
    caches, hidden = [], x
    for layer in range(1, num_layers + 1):
        out, cache = linear_forward(hidden, params[f"W{layer}"], params[f"b{layer}"])
        caches.append((cache, out))
        hidden = relu(out)
    _, gradient = cross_entropy(out, labels)
    grads = {}
    for layer in range(num_layers, 0, -1):
        cache, out = caches[layer - 1]
        if layer < num_layers:
            gradient = backward_activation(gradient, out)
        gradient, dweight, grads[f"b{layer}"] = linear_backward(gradient, cache)
        grads[f"W{layer}"] = dweight + 2 * l2_strength * params[f"W{layer}"]
    return grads
