"""Checks leave a model, its loss, its batch and the generators unchanged."""

import copy
import random
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from backproof import check_model
from backproof.model_checks.pytree import tensors_in
from tests.model_checks.faulty_models import FAULTY_MODELS
from tests.model_checks.right_models import RIGHT_MODELS

BUILDERS = {**RIGHT_MODELS, **{name: fault.build for name, fault in FAULTY_MODELS.items()}}


@pytest.mark.parametrize("name", BUILDERS)
def test_nothing_is_left_changed(name, monkeypatch):
    """Objects, storages, the numbers bit by bit, gradients, modes, hooks, attributes, generators."""
    # Restoring does not depend on the length of the training.
    monkeypatch.setattr("backproof.model_checks.training.MOST_STEPS", 20)
    torch.manual_seed(0)
    case = BUILDERS[name]()
    parts = [case.model, *([case.loss_fn] if isinstance(case.loss_fn, nn.Module) else [])]
    for place, parameter in enumerate(case.model.parameters()):
        if place % 2 and parameter.requires_grad and not isinstance(parameter, nn.UninitializedParameter):
            parameter.grad = torch.full_like(parameter, 0.5)
    for place, module in enumerate(case.model.modules()):
        module.training = place % 3 != 1
    case.model.register_forward_hook(lambda *_: None)
    if any(isinstance(parameter, nn.UninitializedParameter) for parameter in case.model.parameters()):
        case.model(case.batch[0])  # lazy layers get their shapes: only that changes by a first call
    before, batch, generators = state(*parts), tensor_state(case.batch), generator_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_model(case.model, case.loss_fn, case.batch, **case.options)
    assert generator_state() == generators
    assert tensor_state(case.batch) == batch
    assert state(*parts) == before
    assert torch.is_grad_enabled()


def state(*parts):
    """Return all of the state of some modules that can be compared."""
    found = []
    for part in parts:
        for name, module in part.named_modules(remove_duplicate=False):
            hooks = {key: list(value) for key, value in vars(module).items() if key.endswith("hooks")}
            found.append((name, id(module), module.training, sorted(vars(module)), hooks))
        tensors = [*part.named_parameters(remove_duplicate=False), *part.named_buffers(remove_duplicate=False)]
        for name, tensor in tensors:
            grad = None if tensor.grad is None else (id(tensor.grad), tensor_state(tensor.grad))
            found.append((name, id(tensor), type(tensor), tensor.requires_grad, tensor_state(tensor), grad))
    return found


def tensor_state(value):
    """Return the storage and the numbers of each tensor."""
    plain = (tensor.detach().to_dense() for tensor in tensors_in(value))
    return [(tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.numpy().tobytes()) for tensor in plain]


def generator_state():
    """Return the states of torch's, Python's and NumPy's generators."""
    name, keys, *rest = np.random.get_state()
    return torch.get_rng_state().numpy().tobytes(), random.getstate(), name, keys.tobytes(), rest


def test_the_optimiser_of_the_users_step_is_restored():
    """Momentum and step counts are as before; nonsense that a check leaves in the gradients has no effect."""
    torch.manual_seed(0)
    case = RIGHT_MODELS["adam_step"]()
    optimizer = next(
        cell.cell_contents
        for cell in case.options["train_step"].__closure__
        if isinstance(cell.cell_contents, torch.optim.Optimizer)
    )
    case.options["train_step"](case.model, case.batch)
    before = copy.deepcopy(optimizer.state_dict())
    check_model(case.model, case.loss_fn, case.batch, **case.options)
    after = optimizer.state_dict()
    assert before["param_groups"] == after["param_groups"]
    for number, state in before["state"].items():
        assert all(torch.equal(state[name], after["state"][number][name]) for name in state)
