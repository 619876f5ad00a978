"""PyTorch's own functions, presented under the contract's names.

Each function calls torch.nn.functional, torch.nn.init, torch.autograd or torch.optim for what it computes. What is
written here is the shape of the call: PyTorch keeps ``(fan_out, fan_in)``, takes a drop probability, and raises
RuntimeError where the contract asks for a ValueError that names the argument.
"""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812 - the name that everybody uses


def require(condition, message):
    if not condition:
        raise ValueError(message)


def relu(x):
    return F.relu(x)


def relu_backward(dout, x):
    require(dout.shape == x.shape, "dout and x differ in shape")
    return gradients_of(F.relu, dout, x)[0]


def softmax(logits):
    return F.softmax(logits, dim=-1)


def log_softmax(logits):
    return F.log_softmax(logits, dim=-1)


def cross_entropy(logits, targets):
    require(targets.shape in (logits.shape, logits.shape[:1]), "targets do not fit the logits")
    if targets.ndim == 1:
        require(bool(((targets >= 0) & (targets < logits.shape[1])).all()), "targets must be classes from 0 to C-1")
    logits = logits.detach().requires_grad_()
    loss = F.cross_entropy(logits, targets)
    return loss.detach(), torch.autograd.grad(loss, logits)[0]


def expected_initial_loss(num_classes):
    require(num_classes >= 1, "num_classes must be at least 1")
    return F.cross_entropy(torch.zeros(1, num_classes, dtype=torch.float64), torch.zeros(1, dtype=torch.long)).item()


def xavier_uniform(fan_in, fan_out, rng):
    return torch.nn.init.xavier_uniform_(empty(fan_in, fan_out), generator=rng).T.contiguous()


def xavier_normal(fan_in, fan_out, rng):
    return torch.nn.init.xavier_normal_(empty(fan_in, fan_out), generator=rng).T.contiguous()


def he_normal(fan_in, fan_out, rng):
    weight = torch.nn.init.kaiming_normal_(empty(fan_in, fan_out), nonlinearity="relu", generator=rng)
    return weight.T.contiguous()


def empty(fan_in, fan_out):
    """PyTorch keeps weights as (fan_out, fan_in)."""
    require(fan_in > 0, "fan_in must be positive")
    require(fan_out > 0, "fan_out must be positive")
    return torch.empty(fan_out, fan_in)


def linear_forward(x, weight, bias):
    require(x.shape[1] == weight.shape[0], "x does not fit weight")
    require(bias.shape == weight.shape[1:], "bias does not fit weight")
    leaves = [tensor.detach().requires_grad_() for tensor in (x, weight, bias)]
    out = F.linear(leaves[0], leaves[1].T, leaves[2])
    return out.detach(), (out, leaves)


def linear_backward(dout, cache):
    out, leaves = cache
    require(dout.shape == out.shape, "dout has another shape than out")
    return torch.autograd.grad(out, leaves, dout, retain_graph=True)


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    require(0 <= keep_prob <= 1, "keep_prob must be in [0, 1]")
    # F.dropout draws from the global generator alone: it is seeded from rng, and put back afterwards.
    seed = int(torch.randint(2**62, (), generator=rng)) if rng is not None else 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        mask = F.dropout(torch.ones_like(x), p=1 - keep_prob, training=training)
    if not inverted:
        mask = (mask != 0).to(x.dtype) if training else mask * keep_prob
    return x * mask, mask


def dropout_backward(dout, cache):
    require(dout.shape == cache.shape, "dout has another shape than out")
    return dout * cache


def init_network(layer_sizes, rng):
    require(len(layer_sizes) >= 2 and min(layer_sizes) >= 1, "layer_sizes must be two or more sizes of at least 1")
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        params[f"W{layer}"] = he_normal(fan_in, fan_out, rng)
        params[f"b{layer}"] = torch.zeros(fan_out)
    params[f"W{layer}"] *= 0.1
    return params


def predict(params, x):
    require(x.shape[1] == params["W1"].shape[0], "x does not fit W1")
    num_layers = len(params) // 2
    for layer in range(1, num_layers + 1):
        x = F.linear(x.to(params["W1"].dtype), params[f"W{layer}"].T, params[f"b{layer}"])
        x = F.relu(x) if layer < num_layers else x
    return x


def network_loss(params, x, labels, *, l2_strength=0.0):
    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
    logits = predict(leaves, x)
    require(labels.shape == x.shape[:1], "labels do not fit x")
    require(bool(((labels >= 0) & (labels < logits.shape[1])).all()), "labels must be classes from 0 to C-1")
    weights = [value for name, value in leaves.items() if name.startswith("W")]
    loss = F.cross_entropy(logits, labels) + l2_strength * sum((weight**2).sum() for weight in weights)
    grads = torch.autograd.grad(loss, list(leaves.values()))
    return loss.detach(), dict(zip(leaves, grads, strict=True))


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    require(math.isfinite(learning_rate) and learning_rate >= 0, "learning_rate must be finite and not negative")
    require(steps >= 0, "steps must not be negative")
    require(batch_size >= 1, "batch_size must be at least 1")
    params = {name: torch.nn.Parameter(value.clone()) for name, value in params.items()}
    optimizer = torch.optim.SGD(params.values(), lr=learning_rate)
    dataset = torch.utils.data.TensorDataset(x, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True, generator=rng)
    losses = []
    while len(losses) < steps:
        for batch_x, batch_labels in loader:
            if len(losses) == steps:
                break
            loss, grads = network_loss(params, batch_x, batch_labels, l2_strength=l2_strength)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss} at step {len(losses)}")
            for name, parameter in params.items():
                parameter.grad = grads[name]
            optimizer.step()
            losses.append(loss.item())
    return {name: parameter.detach() for name, parameter in params.items()}, losses


def gradients_of(function, dout, *inputs):
    leaves = [tensor.detach().requires_grad_() for tensor in inputs]
    return torch.autograd.grad(function(*leaves), leaves, dout)
