"""Save and restore a model, optimisers and the random generators."""

import copy
import inspect
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from backproof.model_checks.pytree import tensors_in


@dataclass
class _SavedTensor:
    """A tensor, its storage, and a copy of its numbers."""

    tensor: Tensor
    data: Tensor
    numbers: Tensor
    requires_grad: bool
    grad: Tensor | None
    grad_numbers: Tensor | None

    @classmethod
    def of(cls, tensor: Tensor) -> "_SavedTensor":
        grad = tensor.grad if tensor.is_leaf else None
        numbers = None if grad is None else grad.detach().clone()
        return cls(tensor, tensor.data, tensor.detach().clone(), tensor.requires_grad, grad, numbers)

    def restore(self) -> None:
        with torch.no_grad():
            self.tensor.data = self.data
            self.data.copy_(self.numbers)
            if self.tensor.is_leaf:
                self.tensor.requires_grad_(self.requires_grad)
                self.tensor.grad = self.grad
                if self.grad is not None and self.grad_numbers is not None:
                    self.grad.copy_(self.grad_numbers)


class SavedState:
    """The state of a model: parameters, buffers, gradients, modes, and plain attributes such as counters.

    Parameters
    ----------
    *modules : nn.Module
        The model, and other modules with state, such as a loss with weights.
    """

    def __init__(self, *modules: nn.Module) -> None:
        parts = [part for module in modules for part in module.modules()]
        # Parameters, buffers, hooks and plain attributes: added ones are removed, removed ones come back.
        self._attributes = [(part.__dict__, dict(part.__dict__)) for part in parts]
        values = [value for _, attributes in self._attributes for value in attributes.values()]
        self._containers = [(value, copy.copy(value)) for value in values if isinstance(value, dict | list)]
        tensors = {id(tensor): tensor for value in values for tensor in tensors_in(value)}
        self._tensors = [_SavedTensor.of(tensor) for tensor in tensors.values()]

    def restore(self) -> None:
        """Restore all of it."""
        for held, attributes in self._attributes:
            held.clear()
            held.update(attributes)
        for container, contents in self._containers:
            if isinstance(container, dict):
                container.clear()
                container.update(contents)
            else:
                container[:] = contents
        for saved in self._tensors:
            saved.restore()


class SavedOptimizers:
    """The state of the optimisers and schedules of a training step, as far as they can be found.

    Parameters
    ----------
    step : callable or None
        Searched are its closure, the object it is bound to, its partial arguments, and the globals it names.
    """

    def __init__(self, step: Callable[..., Any] | None) -> None:
        self._states = [(one, copy.deepcopy(one.state_dict())) for one in _held_by(step)]

    def restore(self) -> None:
        """Restore them."""
        for one, state in self._states:
            one.load_state_dict(copy.deepcopy(state))


def _held_by(step: Any) -> list[Any]:
    """Return the optimisers and schedules that a function can reach."""
    values: list[Any] = []
    if isinstance(step, partial):
        values += [*step.args, *step.keywords.values()]
        step = step.func
    for owner in (step, getattr(step, "__self__", None)):
        values += list(getattr(owner, "__dict__", {}).values())
    function = getattr(step, "__func__", step)
    if isinstance(function, FunctionType):
        reach = inspect.getclosurevars(function)
        values += [*reach.nonlocals.values(), *reach.globals.values()]
    kinds = (torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler)
    return list({id(value): value for value in values if isinstance(value, kinds)}.values())


def seed_torch(seed: int) -> None:
    """Seed the generators of torch that are in use."""
    if torch.cuda.is_initialized() or torch.backends.mps.is_available():
        torch.manual_seed(seed)
    else:
        # torch.manual_seed takes a millisecond, and would also seed a GPU that is first used later.
        torch.default_generator.manual_seed(seed)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed the generators of torch, NumPy and Python, and restore them afterwards."""
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()
    on_gpu = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    seed_torch(seed)
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(before[0])
        random.setstate(before[1])
        np.random.set_state(before[2])
        if on_gpu is not None:
            torch.cuda.set_rng_state_all(on_gpu)
