"""The candidate's side of a torch module: calls it and backpropagates; the examiner judges the results."""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from backproof.confinement import messages
from backproof.confinement.tensors import array_of, tensor_of, with_tensors_for_arrays
from backproof.model_checks.checks.parameters import unregistered
from backproof.model_checks.layers import LayerOutput
from backproof.model_checks.pytree import tensors_in, with_tensors
from backproof.model_checks.watch import watched
from backproof.problems import ContractBroken
from backproof.submission import Opaque

# A training step backpropagates one call, a comparison two.
MOST_OPEN_CALLS = 4


class ModelServer:
    """Describes, calls and backpropagates the modules that the submission's functions returned."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, tuple[list[Tensor], list[Tensor]]] = OrderedDict()
        self._calls = 0

    def result(self, request: Any) -> Any:
        """Return the result of a request about a module."""
        match request:
            case messages.DescribeModel():
                return _description(_module(request.model))
            case messages.SetMode():
                module = _module(request.model).train(request.training)
                return [part.training for part in module.modules()]
            case messages.CallModel():
                return self._outputs(_module(request.model), request)
            case messages.Backpropagate():
                return self._gradients(request)
        raise TypeError(f"no request about a module: {request}")

    def _outputs(self, module: nn.Module, request: messages.CallModel) -> Any:
        numbers = {name: tensor_of(array) for name, array in request.numbers.items()}
        learnt = {name for name, p in module.named_parameters() if p.requires_grad}
        leaves = [t.requires_grad_() for name, t in numbers.items() if name in learnt and t.is_floating_point()]
        inputs = [with_tensors_for_arrays(value) for value in request.inputs]
        followed = zip(tensors_in(inputs), request.followed_inputs, strict=True)
        leaves += [tensor.requires_grad_() for tensor, is_followed in followed if is_followed]
        torch.manual_seed(request.seed)
        layers, activations = [], []
        with torch.enable_grad():
            if request.is_watched:
                with watched(module) as watch:
                    output = torch.func.functional_call(module, numbers, tuple(inputs))
                layers = [_plain_layer(one) for one in watch.layers]
                activations = [_plain_layer(one) for one in watch.activations]
            else:
                output = torch.func.functional_call(module, numbers, tuple(inputs))
        self._calls += 1
        self._open[self._calls] = ([t for t in tensors_in(output) if t.requires_grad], leaves)
        while len(self._open) > MOST_OPEN_CALLS:
            self._open.popitem(last=False)
        buffers = {name: array_of(numbers[name]) for name, _ in module.named_buffers() if name in numbers}
        changed_inputs = [array_of(tensor) for tensor in tensors_in(inputs)]
        follows = [tensor.requires_grad for tensor in tensors_in(output)]
        return [self._calls, with_tensors(output, array_of), follows, buffers, changed_inputs, layers, activations]

    def _gradients(self, request: messages.Backpropagate) -> Any:
        outputs, leaves = self._open[request.call]
        upstream = [tensor_of(array) for array in request.upstream]
        gradients = torch.autograd.grad(outputs, leaves, upstream, allow_unused=True, retain_graph=True)
        return [None if gradient is None else array_of(gradient.to_dense()) for gradient in gradients]


def _module(model: Any) -> nn.Module:
    value = model.value if isinstance(model, Opaque) else model
    if not isinstance(value, nn.Module):
        raise ContractBroken(f"a torch.nn.Module is wanted, not a {type(value).__name__}")
    return value


def _description(module: nn.Module) -> Any:
    return {
        "parts": [[name, _torch_class(part), part.training] for name, part in module.named_modules()],
        "parameters": [[name, array_of(p), p.requires_grad] for name, p in module.named_parameters()],
        "buffers": [[name, array_of(buffer)] for name, buffer in module.named_buffers()],
        "unregistered": [list(item) for item in unregistered(module)],
    }


def _torch_class(part: nn.Module) -> str:
    """Return the name of the nearest base class in torch."""
    return next(kind.__name__ for kind in type(part).__mro__ if kind.__module__.startswith("torch."))


def _plain_layer(one: LayerOutput) -> list[Any]:
    return [one.name, one.kind, one.weights_of, with_tensors(one.value, array_of)]
