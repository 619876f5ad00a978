"""The examiner's side of a torch module that runs in a confined process: a module like any other.

Its parameters are the examiner's own; each call sends them, and gradients are returned. So optimisers, losses and all
that is judged stay here, and the other side computes only the model's own function, right or wrong.
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

SendRequest = Callable[[Any], Any]


class RemoteModel(RemoteModule):
    """A module whose calls are made in the process that holds it.

    Parameters
    ----------
    send_request : callable
        Sends a request and returns the result.
    handle : object
        Identifies the module there.

    Raises
    ------
    ContractBroken
        If there is no module, or its description makes no sense.
    """

    def __init__(self, send_request: SendRequest, handle: Any) -> None:
        super().__init__()
        self._send_request = send_request
        self._handle = handle
        try:
            self._add_parts(send_request(messages.DescribeModel(handle)))
        except Problem:
            raise
        except Exception as error:
            # The description comes from untrusted code and may be anything.
            raise ContractBroken("what came back is no torch.nn.Module that can be looked at") from error

    def _add_parts(self, description: Any) -> None:
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
        modes = self._result_of(messages.SetMode(self._handle, mode))
        for part, is_training in zip(self.modules(), modes, strict=False):
            part.training = bool(is_training)
        return self

    def forward(self, *inputs: Any) -> Any:
        """Call the module; the graph of its outputs leads through the other process."""
        numbers = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        # One draw: each call has another seed, which a run with the same seed repeats.
        seed = int(torch.randint(2**31, ()))
        request = messages.CallModel(
            self._handle,
            {name: array_of(tensor) for name, tensor in numbers.items()},
            [with_tensors(value, array_of) for value in inputs],
            [tensor.requires_grad for tensor in tensors_in(list(inputs))],
            seed,
            bool(self.watchers),
        )
        reply = self._result_of(request)
        try:
            call, output, follows, buffers, changed_inputs, layers, activations = reply
            self._set_buffers_and_inputs(buffers, list(tensors_in(list(inputs))), changed_inputs)
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

        def backpropagate(upstream: list[Tensor]) -> list[Tensor | None]:
            followed = [array_of(one) for one, is_followed in zip(upstream, follows, strict=True) if is_followed]
            gradients = self._result_of(messages.Backpropagate(call, followed))
            return [None if array is None else tensor_of(array) for array in gradients]

        joined = iter(_JoinedGraph.apply(backpropagate, flat, follows, *leaves))  # type: ignore[no-untyped-call]
        return with_tensors(output, lambda _: next(joined))

    def _set_buffers_and_inputs(self, buffers: Any, inputs: list[Tensor], changed_inputs: Any) -> None:
        own = dict(self.named_buffers())
        with torch.no_grad():
            for name, array in buffers.items():
                own[name].copy_(tensor_of(array))
            for tensor, array in zip(inputs, changed_inputs, strict=True):
                if not np.array_equal(array_of(tensor), array, equal_nan=tensor.is_floating_point()):
                    tensor.copy_(tensor_of(array))

    def _result_of(self, request: Any) -> Any:
        """Send a request; raise an exception of the model as a module in this process would raise it."""
        try:
            return self._send_request(request)
        except SubmissionRaised as raised:
            raise RuntimeError(raised.exception_message or raised.message) from raised


class _JoinedGraph(torch.autograd.Function):
    """Joins the graph in the other process to the graph here."""

    @staticmethod
    def forward(ctx: Any, backpropagate: Any, outputs: list[Tensor], follows: list[bool], *leaves: Tensor) -> Any:
        ctx.backpropagate = backpropagate
        ctx.count = len(leaves)
        ctx.mark_non_differentiable(
            *[one for one, is_followed in zip(outputs, follows, strict=True) if not is_followed]
        )
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        return (None, None, None, *ctx.backpropagate(list(upstream)))


def _part(kind: str) -> nn.Module:
    """Return an empty module of a class of torch, so that ``isinstance`` works."""
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
