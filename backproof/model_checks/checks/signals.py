"""Checks of signals: activations and gradients keep their size through the layers of an untrained model."""

from collections.abc import Iterator

from torch import nn

from backproof.model_checks.findings import Finding, Skipped, error, warning
from backproof.model_checks.layers import LayerOutput, description
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Subject
from backproof.model_checks.units import SATURATED, by_unit, dead_share, saturated_share
from backproof.model_checks.watch import watched

# He and Xavier keep the size up to a factor of 3 in ten layers (measured: 4,000 networks); torch's own default loses
# a factor of 2.4 in each layer with ReLU, so that small networks stay above this and 20 layers do not.
MOST_GROWTH = 1e3
# A unit of a right ReLU layer is off for a sample with probability 1/2; in deep default-initialised networks about half
# of the units are off for whole batches. This is far beyond.
MOST_DEAD = 0.9
MOST_SATURATED = 0.5
# Shares of fewer units are not informative.
FEWEST_UNITS = 8


def _observed(subject: Subject) -> tuple[list[LayerOutput], list[LayerOutput]]:
    with subject.trial(training=True), watched(subject.model) as record:
        subject.loss()
    return record.layers, record.activations


def signal_sizes(subject: Subject) -> dict[str, float]:
    """Return the root mean square of the difference between samples in the output of each layer with weights."""
    length = subject.num_samples
    sizes: dict[str, float] = {}
    weights = {
        name
        for name, part in subject.model.named_modules()
        if any(p.ndim > 1 for p in part.parameters(recurse=False)) and not isinstance(part, nn.Embedding)
    }
    for layer in _observed(subject)[0]:
        tensor = layer.tensor
        if layer.name in weights and tensor is not None and tensor.ndim > 1 and tensor.shape[0] == length:
            spread = (tensor - tensor.mean(dim=0, keepdim=True)).to(dtype=tensor.dtype).pow(2).mean().sqrt()
            sizes.setdefault(layer.name, float(spread))
    return sizes


def vanishing_or_exploding(subject: Subject) -> tuple[str, float] | None:
    """Return the first layer whose signal is out of proportion to the first layer's, and the factor."""
    sizes = {name: size for name, size in signal_sizes(subject).items() if size > 0}
    first = next(iter(sizes.values()), None)
    for name, size in sizes.items():
        if first is not None and not 1 / MOST_GROWTH <= size / first <= MOST_GROWTH:
            return name, size / first
    return None


@model_check
def activation_scale(subject: Subject) -> Iterator[Finding]:
    """Samples stay apart, and no layer blows them up: the signal keeps its size up to a factor of 1,000.

    The signal is how much a layer's output differs between samples. He's and Xavier's weights keep it up to a factor
    of 6 in ten layers of 128 units (4,000 networks); torch's own default loses a factor of 2.4 in each layer with
    ReLU, so that up to seven such layers are above the bound, and twenty are not.
    """
    if subject.num_samples < 2:
        raise Skipped("the batch has one sample")
    found = vanishing_or_exploding(subject)
    if found is not None:
        name, factor = found
        verb = "explodes" if factor > 1 else "vanishes"
        message = f"the difference between samples {verb}: at {name} it is {factor:.3g} times that of the first layer"
        yield warning(name, message, "He's initialisation with ReLU, Xavier's with tanh, a normalisation, or shortcuts")


@model_check
def gradient_scale(subject: Subject) -> Iterator[Finding]:
    """No layer's gradient is out of proportion to that of the last one, up to a factor of 1,000 either way.

    The bound is that of the signal on its way forward: the same products of weights make both.
    """
    if vanishing_or_exploding(subject) is not None:
        raise Skipped("the activations are out of proportion themselves: see activation_scale")
    sizes = gradient_sizes(subject)
    last = next(reversed(sizes.values()), None)
    for name, size in sizes.items():
        if last and size and not 1 / MOST_GROWTH <= size / last <= MOST_GROWTH:
            verb = "explodes" if size > last else "vanishes"
            message = f"the gradient {verb}: at {name} it is {size / last:.3g} times that of the last layer"
            yield warning(name, message, "other initial weights or activations, a normalisation, or shortcuts")
            return


def gradient_sizes(subject: Subject) -> dict[str, float]:
    """Return the root mean square of the gradient of each weight of two or more dimensions."""
    with subject.trial(training=True):
        loss = subject.loss()
        if not loss.requires_grad:
            return {}
        loss.backward()
        return {
            name: float(p.grad.to_dense().pow(2).mean().sqrt())
            for name, p in subject.trained.items()
            if p.grad is not None and p.ndim > 1
        }


@model_check
def dead_units(subject: Subject) -> Iterator[Finding]:
    """Rectified units are not all off for the whole batch.

    Reported above 90 %, in layers of 8 units and more; 100 % is an error. A unit is off for a sample with probability
    1/2; in deep networks with torch's default weights about half are off for a whole small batch, and these train.
    """
    activations = [one for one in _observed(subject)[1] if one.kind == "relu"]
    if not activations:
        raise Skipped("no rectifier was called")
    for one in activations:
        share = dead_share(one)
        if by_unit(one.value).shape[1] >= FEWEST_UNITS and share > MOST_DEAD:
            find = error if share == 1 else warning
            message = f"{share:.0%} of the units after {description(one.weights_of)} are off for every sample"
            yield find(_place(one), message, "look at its bias and the size of its weights, or take a leaky rectifier")


@model_check
def saturated_units(subject: Subject) -> Iterator[Finding]:
    """Sigmoid and tanh units start where they have a slope.

    Saturated is beyond 0.99 of the range, where the slope of tanh is below 0.02 and that of the sigmoid below 0.01.
    Reported when more than half of a layer's outputs are. With Xavier's weights hardly any are.
    """
    activations = [one for one in _observed(subject)[1] if one.kind in SATURATED]
    if not activations:
        raise Skipped("no sigmoid or tanh was called")
    for one in activations:
        share = saturated_share(one)
        if share > MOST_SATURATED:
            message = f"{share:.0%} of the {one.kind} outputs after {description(one.weights_of)} are saturated"
            yield warning(_place(one), message, "start with smaller weights (Xavier), and scale the inputs")


def _place(one: LayerOutput) -> str:
    """Return the layer with the weights, and that of the activation function where it is another one."""
    return one.weights_of if one.name in ("", one.weights_of) else f"{one.weights_of}, {one.name}"
