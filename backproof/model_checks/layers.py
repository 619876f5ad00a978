"""What each layer puts out, in the order in which layers finish."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from backproof.model_checks.pytree import detached, difference, size_of, tensors_in
from backproof.model_checks.remote_module import RemoteModule

# Functions whose units can die or saturate, by the name under which torch calls them, in place or not.
ACTIVATIONS = ("relu", "tanh", "sigmoid")

# Kernels may add the same numbers in another order: float32 has 6e-8, and a few hundred terms.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class LayerOutput:
    """What one call of a layer returned.

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


class Watch(TorchFunctionMode):
    """Notes what layers and activation functions put out.

    Attributes
    ----------
    layers, activations : list of LayerOutput
        In the order in which they finished.
    """

    def __init__(self, copy: Callable[[Any], Any]) -> None:
        super().__init__()
        self.layers: list[LayerOutput] = []
        self.activations: list[LayerOutput] = []
        self._copy = copy
        self._open: list[str] = []
        self._weights_of = ""

    @property
    def unfinished(self) -> list[str]:
        """The layers that began and did not return, the outermost first."""
        return self._open

    def enter(self, name: str, _module: nn.Module, _args: Any) -> None:
        self._open.append(name)

    def leave(self, name: str, module: nn.Module, _args: Any, returned: Any) -> None:
        self._open.pop()
        if next(module.parameters(recurse=False), None) is not None:
            self._weights_of = name
        self.layers.append(LayerOutput(name, type(module).__name__, self._weights_of, self._copy(returned)))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        returned = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "").strip("_")
        if name in ACTIVATIONS and isinstance(returned, Tensor):
            place = self._open[-1] if self._open else ""
            self.activations.append(LayerOutput(place, name, self._weights_of, self._copy(returned)))
        return returned


@contextmanager
def watched(model: nn.Module, copy: Callable[[Any], Any] = detached) -> Iterator[Watch]:
    """Note what layers, and activation functions wherever they are called, put out."""
    watch = Watch(copy)
    if isinstance(model, RemoteModule):
        model.watchers.append(watch)
        try:
            yield watch
        finally:
            # A trial that ended has put the list back already.
            model.watchers = [other for other in model.watchers if other is not watch]
        return
    handles = []
    for name, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(partial(watch.enter, name)))
        handles.append(module.register_forward_hook(partial(watch.leave, name)))
    try:
        with watch:
            yield watch
    finally:
        for handle in handles:
            handle.remove()


def first_that_differs(
    first: list[LayerOutput], second: list[LayerOutput], same: Callable[[Tensor, Tensor], float]
) -> LayerOutput | None:
    """Return the first layer whose outputs differ, where ``same`` tells by how much of their size they do."""
    for one, other in zip(first, second, strict=False):
        if one.name != other.name:
            return None
        for a, b in zip(tensors_in(one.value), tensors_in(other.value), strict=False):
            if same(a, b) > TOLERANCE:
                return one
    return None


def relative_difference(a: Tensor, b: Tensor) -> float:
    """Return by how much two outputs differ, as a share of the largest number in them."""
    gap = difference(a, b)
    size = size_of([a, b])
    return gap / size if gap and size else (float("inf") if gap else 0.0)


def description(name: str) -> str:
    """Return how a layer is called in a message."""
    return name or "the model"
