"""Record the outputs of layers and activation functions while a model runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from backproof.model_checks.layers import LayerOutput, LayerRecord
from backproof.model_checks.pytree import detached
from backproof.model_checks.remote_module import RemoteModule

# Functions whose units can die or saturate, by the name under which torch calls them, in place or not.
ACTIVATIONS = ("relu", "tanh", "sigmoid")


@contextmanager
def watched(model: nn.Module) -> Iterator[LayerRecord]:
    """Record the outputs of layers, and of activation functions wherever they are called."""
    record = LayerRecord()
    if isinstance(model, RemoteModule):
        model.watchers.append(record)
        try:
            yield record
        finally:
            # A trial that ended has restored the list already.
            model.watchers = [other for other in model.watchers if other is not record]
        return
    recorder = _Recorder(record)
    handles = []
    for name, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(partial(recorder.enter, name)))
        handles.append(module.register_forward_hook(partial(recorder.leave, name)))
    try:
        with recorder:
            yield record
    finally:
        for handle in handles:
            handle.remove()


class _Recorder(TorchFunctionMode):
    """Fills a record: with layers by hooks, with activation functions as the mode that torch calls them in."""

    def __init__(self, record: LayerRecord) -> None:
        super().__init__()
        self._record = record
        self._weights_of = ""

    def enter(self, name: str, _module: nn.Module, _args: Any) -> None:
        self._record.unfinished.append(name)

    def leave(self, name: str, module: nn.Module, _args: Any, returned: Any) -> None:
        self._record.unfinished.pop()
        if next(module.parameters(recurse=False), None) is not None:
            self._weights_of = name
        self._record.layers.append(LayerOutput(name, type(module).__name__, self._weights_of, detached(returned)))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        returned = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "").strip("_")
        if name in ACTIVATIONS and isinstance(returned, Tensor):
            place = next(reversed(self._record.unfinished), "")
            self._record.activations.append(LayerOutput(place, name, self._weights_of, detached(returned)))
        return returned
