"""The examiner's side of a torch module that runs in a confined process: a module like any other.

Its parameters are the examiner's own; each call sends them over, and gradients come back. So optimisers, losses and
everything that is judged stay here, and what the other side says is the model's own function, right or wrong.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from backproof.confinement import messages
from backproof.confinement.tensors import array_of, tensor_of, with_tensors_for_arrays
from backproof.model_checks.layers import LayerOutput
from backproof.model_checks.pytree import tensors_in, with_tensors
from backproof.model_checks.remote_module import RemoteModule
from backproof.problems import ContractBroken, Problem, SubmissionRaised

Ask = Callable[[Any], Any]


class RemoteModel(RemoteModule):
    """A module whose calls are made in the process that holds it.

    Parameters
    ----------
    ask : callable
        Sends a request and returns what it came to.
    handle : object
        What stands for the module.

    Raises
    ------
    ContractBroken
        If the description is none of a module.
    """

    def __init__(self, ask: Ask, handle: Any) -> None:
        super().__init__()
        self._ask = ask
        self._handle = handle
        try:
            self._lay_out(ask(messages.DescribeModel(handle)))
        except Problem:
            raise
        except Exception as error:
            # Whatever may be wrong with a stranger's description.
            raise ContractBroken("what came back is no torch.nn.Module that can be looked at") from error

    def _lay_out(self, description: Any) -> None:
        parts: dict[str, nn.Module] = {"": self}
        for name, kind, training in description["parts"]:
            if name:
                parent, _, last = str(name).rpartition(".")
                parts[name] = _part(str(kind))
                parts[parent].add_module(last, parts[name])
            parts[name].training = bool(training)
        for name, array, requires_grad in description["parameters"]:
            parent, _, last = str(name).rpartition(".")
            tensor = tensor_of(array)
            parts[parent].register_parameter(last, nn.Parameter(tensor, bool(requires_grad)))
        for name, array in description["buffers"]:
            parent, _, last = str(name).rpartition(".")
            parts[parent].register_buffer(last, tensor_of(array))
        self._unregistered = [(str(place), str(what)) for place, what in description["unregistered"]]

    def unregistered(self) -> list[tuple[str, str]]:
        return self._unregistered

    def train(self, mode: bool = True) -> "RemoteModel":
        modes = self._asked(messages.SetMode(self._handle, mode))
        for part, is_training in zip(self.modules(), modes, strict=False):
            part.training = bool(is_training)
        return self

    def forward(self, *inputs: Any) -> Any:
        """Call the module; the graph of what it returns leads through the other process."""
        numbers = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        # One draw: another seed for each call, and the same in each run with the same seed.
        seed = int(torch.randint(2**31, ()))
        request = messages.CallModel(
            self._handle,
            {name: array_of(tensor) for name, tensor in numbers.items()},
            [with_tensors(value, array_of) for value in inputs],
            [tensor.requires_grad for tensor in tensors_in(list(inputs))],
            seed,
            bool(self.watchers),
        )
        reply = self._asked(request)
        try:
            call, output, follows, buffers, changed_inputs, layers, activations = reply
            self._take_over(buffers, list(tensors_in(list(inputs))), changed_inputs)
            for watch in self.watchers:
                watch.layers += [_layer(one) for one in layers]
                watch.activations += [_layer(one) for one in activations]
            learnt = [t for name, t in self.named_parameters() if t.requires_grad and t.is_floating_point()]
            leaves = learnt + [tensor for tensor in tensors_in(list(inputs)) if tensor.requires_grad]
            return self._with_graph(int(call), with_tensors_for_arrays(output), [bool(one) for one in follows], leaves)
        except (TypeError, ValueError, KeyError) as error:
            raise ContractBroken("what came back is no output of a module") from error

    def _with_graph(self, call: int, output: Any, follows: list[bool], leaves: list[Tensor]) -> Any:
        flat = list(tensors_in(output))
        if not any(follows):
            return output

        def follow_back(upstream: list[Tensor]) -> list[Tensor | None]:
            asked = [array_of(one) for one, is_followed in zip(upstream, follows, strict=True) if is_followed]
            found = self._asked(messages.FollowBack(call, asked))
            return [None if array is None else tensor_of(array) for array in found]

        joined = iter(_Joined.apply(follow_back, flat, follows, *leaves))  # type: ignore[no-untyped-call]
        return with_tensors(output, lambda _: next(joined))

    def _take_over(self, buffers: Any, inputs: list[Tensor], changed_inputs: Any) -> None:
        own = dict(self.named_buffers())
        with torch.no_grad():
            for name, array in buffers.items():
                own[name].copy_(tensor_of(array))
            for tensor, array in zip(inputs, changed_inputs, strict=True):
                if not np.array_equal(array_of(tensor), array, equal_nan=tensor.is_floating_point()):
                    tensor.copy_(tensor_of(array))

    def _asked(self, request: Any) -> Any:
        """Ask; what the model raised is raised as a module in this process would raise it."""
        try:
            return self._ask(request)
        except SubmissionRaised as raised:
            raise RuntimeError(raised.exception_message or raised.message) from raised


class _Joined(torch.autograd.Function):
    """Joins the graph on the other side to the one here."""

    @staticmethod
    def forward(ctx: Any, follow_back: Any, outputs: list[Tensor], follows: list[bool], *leaves: Tensor) -> Any:
        ctx.follow_back = follow_back
        ctx.count = len(leaves)
        ctx.mark_non_differentiable(
            *[one for one, is_followed in zip(outputs, follows, strict=True) if not is_followed]
        )
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        return (None, None, None, *ctx.follow_back(list(upstream)))


def _part(kind: str) -> nn.Module:
    """Return an empty module that is of one of torch's own classes, as far as ``isinstance`` can tell."""
    base = getattr(nn, kind, nn.Module)
    if not (isinstance(base, type) and issubclass(base, nn.Module)):
        base = nn.Module
    part: nn.Module = base.__new__(base)
    nn.Module.__init__(part)
    if isinstance(part, nn.modules.batchnorm._NormBase):
        for name in ("running_mean", "running_var"):
            part.register_buffer(name, None)
    return part


def _layer(one: Any) -> LayerOutput:
    name, kind, weights_of, value = one
    return LayerOutput(str(name), str(kind), str(weights_of), with_tensors_for_arrays(value))
