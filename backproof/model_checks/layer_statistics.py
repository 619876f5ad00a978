"""What each layer puts out, and how it moves: before training and after it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from backproof.model_checks.layers import LayerOutput, watched
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import after_training, trained
from backproof.model_checks.units import SATURATED, dead_share, saturated_share


@dataclass(frozen=True)
class Signals:
    """What goes through a layer, forward and back, at one moment; None where there is no such thing.

    Attributes
    ----------
    mean, std : float or None
        Of all numbers that it puts out.
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
        """Return the norm of a step of plain gradient descent as a share of that of the parameters.

        About 1e-3 is usual (Karpathy, CS231n notes, Neural Networks 3).
        """
        return rate * self.gradient / self.weights if rate and self.gradient is not None and self.weights else None


@dataclass(frozen=True)
class LayerStatistics:
    """The figures of one layer with parameters of its own.

    Attributes
    ----------
    name : str
        Its qualified name, empty for the model itself.
    kind : str
        Its class.
    parameters : int
        How many numbers it holds.
    initial, trained : Signals
        As the model was given, and after training on the batch; None if there was no training.
    """

    name: str
    kind: str
    parameters: int
    initial: Signals
    trained: Signals | None


def layer_statistics(subject: Subject) -> list[LayerStatistics]:
    """Measure each layer, in training mode, in the order in which they are finished."""
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
    """Return the parameters of each layer that has some of its own."""
    own: dict[str, list[nn.Parameter]] = {}
    # With duplicates: tied weights are those of both layers.
    for name, parameter in model.named_parameters(remove_duplicate=False):
        own.setdefault(_layer(name.rpartition(".")[0]), []).append(parameter)
    return own


def _layer(name: str) -> str:
    """Return the layer whose weight a parametrisation makes, such as weight normalisation."""
    return name.partition(".parametrizations")[0]


def _place(name: str, order: list[str]) -> int:
    """Return when a layer finished; of one that is not called itself, when the layer around it did."""
    while name and name not in order:
        name = name.rpartition(".")[0]
    return order.index(name) if name in order else len(order)


def _signals(subject: Subject, own: Mapping[str, list[nn.Parameter]]) -> tuple[list[str], dict[str, Signals]]:
    """Return the layers in the order in which they finished, and what went through those with parameters."""
    with watched(subject.model) as watch:
        loss = subject.loss()
    if loss.requires_grad:
        loss.backward()
    # Of a layer that is called several times, the first call.
    outputs = {one.name: one.tensor for one in reversed(watch.layers)}
    activations: dict[str, LayerOutput] = {_layer(one.weights_of): one for one in reversed(watch.activations)}
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
    return list(dict.fromkeys(one.name for one in watch.layers)), found


def _norm(tensors: list[Tensor]) -> float:
    return math.sqrt(sum(float(t.to_dense().double().pow(2).sum()) for t in tensors))


def _dead(activation: LayerOutput | None) -> float | None:
    if activation is None or activation.kind != "relu" or not activation.value.ndim:
        return None
    return dead_share(activation)


def _saturated(activation: LayerOutput | None) -> float | None:
    return saturated_share(activation) if activation is not None and activation.kind in SATURATED else None
