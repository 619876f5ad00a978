"""Statistics of each layer's outputs, gradients and weights, before and after training."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from backproof.model_checks.layers import LayerOutput
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import after_training, trained
from backproof.model_checks.units import SATURATED, dead_share, saturated_share
from backproof.model_checks.watch import watched


@dataclass(frozen=True)
class Signals:
    """The activations and gradients of a layer at one moment; None where it has none.

    Attributes
    ----------
    mean, std : float or None
        Of all numbers in its output.
    dead : float or None
        The share of the rectified units after it that are off for the whole batch.
    saturated : float or None
        The share of the tanh outputs after it beyond ±0.99, or of the sigmoid outputs within 0.01 of 0 and 1.
    gradient : float or None
        The norm of the gradient of its parameters.
    weights : float
        The norm of its parameters.
    """

    mean: float | None
    std: float | None
    dead: float | None
    saturated: float | None
    gradient: float | None
    weights: float

    def update(self, rate: float | None) -> float | None:
        """Return the norm of a step of plain gradient descent, divided by that of the parameters.

        About 1e-3 is usual (Karpathy, CS231n notes, Neural Networks 3).
        """
        return rate * self.gradient / self.weights if rate and self.gradient is not None and self.weights else None


@dataclass(frozen=True)
class LayerStatistics:
    """The statistics of one layer that has its own parameters.

    Attributes
    ----------
    name : str
        Its qualified name, empty for the model itself.
    kind : str
        Its class.
    parameters : int
        How many numbers these are.
    initial, trained : Signals
        Of the model as it was given, and after training on the batch; None without training.
    """

    name: str
    kind: str
    parameters: int
    initial: Signals
    trained: Signals | None


def layer_statistics(subject: Subject) -> list[LayerStatistics]:
    """Measure each layer, in training mode, in the order in which they finish."""
    own = _own_parameters(subject.model)
    with subject.trial(training=True):
        order, initial = _signals(subject, own)
    later: dict[str, Signals] = {}
    if trained(subject).is_finite:
        with after_training(subject, training=True):
            later = _signals(subject, own)[1]
    return [
        LayerStatistics(
            name=name,
            kind=type(subject.model.get_submodule(name)).__name__,
            parameters=sum(p.numel() for p in own[name]),
            initial=initial[name],
            trained=later.get(name),
        )
        for name in sorted(own, key=lambda name: _place(name, order))
    ]


def _own_parameters(model: nn.Module) -> dict[str, list[nn.Parameter]]:
    """Return the parameters of each layer that has its own."""
    own: dict[str, list[nn.Parameter]] = {}
    # With duplicates: tied weights belong to both layers.
    for name, parameter in model.named_parameters(remove_duplicate=False):
        own.setdefault(_layer(name.rpartition(".")[0]), []).append(parameter)
    return own


def _layer(name: str) -> str:
    """Return the layer whose weight a parametrisation computes, such as weight normalisation."""
    return name.partition(".parametrizations")[0]


def _place(name: str, order: list[str]) -> int:
    """Return when a layer finished; for one that is never called itself, when the layer around it did."""
    while name and name not in order:
        name = name.rpartition(".")[0]
    return order.index(name) if name in order else len(order)


def _signals(subject: Subject, own: Mapping[str, list[nn.Parameter]]) -> tuple[list[str], dict[str, Signals]]:
    """Return the layers in the order in which they finished, and the signals of those with parameters."""
    with watched(subject.model) as record:
        loss = subject.loss()
    if loss.requires_grad:
        loss.backward()
    # The first call of a layer that is called several times.
    outputs = {one.name: one.tensor for one in reversed(record.layers)}
    activations: dict[str, LayerOutput] = {_layer(one.weights_of): one for one in reversed(record.activations)}
    found = {}
    for name, parameters in own.items():
        output, activation = outputs.get(name), activations.get(name)
        numbers = None if output is None or not output.numel() else output.double()
        gradients = [p.grad for p in parameters if p.grad is not None]
        found[name] = Signals(
            mean=None if numbers is None else float(numbers.mean()),
            std=None if numbers is None else float(numbers.std(correction=0)),
            dead=_dead(activation),
            saturated=_saturated(activation),
            gradient=_norm(gradients) if gradients else None,
            weights=_norm([p.detach() for p in parameters]),
        )
    return list(dict.fromkeys(one.name for one in record.layers)), found


def _norm(tensors: list[Tensor]) -> float:
    return math.sqrt(sum(float(t.to_dense().double().pow(2).sum()) for t in tensors))


def _dead(activation: LayerOutput | None) -> float | None:
    if activation is None or activation.kind != "relu" or not activation.value.ndim:
        return None
    return dead_share(activation)


def _saturated(activation: LayerOutput | None) -> float | None:
    return saturated_share(activation) if activation is not None and activation.kind in SATURATED else None
