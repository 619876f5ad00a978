"""The outputs of layers, in the order in which layers finish, and the first layer at which two runs differ."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from backproof.model_checks.pytree import difference, size_of, tensors_in

# Kernels may add the same numbers in another order: float32 has 6e-8, and a few hundred terms.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class LayerOutput:
    """The output of one call of a layer.

    Attributes
    ----------
    name : str
        The layer's qualified name, empty for the model itself.
    kind : str
        The class of the layer, or the name of an activation function.
    weights_of : str
        The last layer before it, or it itself, that has parameters of its own.
    value : object
        Copies of what it returned.
    """

    name: str
    kind: str
    weights_of: str
    value: Any

    @property
    def tensor(self) -> Tensor | None:
        """The first tensor of floating-point numbers."""
        return next((t for t in tensors_in(self.value) if t.is_floating_point()), None)


@dataclass
class LayerRecord:
    """The outputs that were recorded.

    Attributes
    ----------
    layers, activations : list of LayerOutput
        In the order in which they finished.
    unfinished : list of str
        The layers that began and did not return, the outermost first.
    """

    layers: list[LayerOutput] = field(default_factory=list)
    activations: list[LayerOutput] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)


def first_that_differs(
    first: list[LayerOutput], second: list[LayerOutput], difference_of: Callable[[Tensor, Tensor], float]
) -> LayerOutput | None:
    """Return the first layer whose outputs differ; ``difference_of`` returns by which share of their size."""
    for one, other in zip(first, second, strict=False):
        if one.name != other.name:
            return None
        for a, b in zip(tensors_in(one.value), tensors_in(other.value), strict=False):
            if difference_of(a, b) > TOLERANCE:
                return one
    return None


def relative_difference(a: Tensor, b: Tensor) -> float:
    """Return the difference of two outputs as a share of the largest number in them."""
    gap = difference(a, b)
    size = size_of([a, b])
    return gap / size if gap and size else (float("inf") if gap else 0.0)


def description(name: str) -> str:
    """Return the name of a layer for a message."""
    return name or "the model"
