"""Checks of parameters: all are registered, and those that should be trained are."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from backproof.model_checks.findings import Finding, Skipped, error, listed, warning
from backproof.model_checks.registry import model_check
from backproof.model_checks.remote_module import RemoteModule
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import after_training, trained

# Lists in lists: layers are hidden no deeper.
DEEPEST = 3
# The share by which weights shrink to see whether the loss changes.
SHRINKAGE = 0.1
TRAINING_SENSITIVE = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._NormBase)


@model_check
def registered(subject: Subject) -> Iterator[Finding]:
    """Layers and parameters are registered, and stay the same objects: none hides in a plain list or is made anew."""
    model = subject.model
    with subject.trial(training=True):
        subject.loss()
        hidden = model.unregistered() if isinstance(model, RemoteModule) else unregistered(model)
        later = dict(model.named_parameters())
    for place, what in hidden:
        message = f"{what}: no optimiser, no .to(device) and no state_dict finds it"
        yield error(place, message, "use nn.ModuleList, nn.ModuleDict, nn.ParameterList or nn.Parameter")
    for name, parameter in model.named_parameters():
        if later.get(name) is not parameter:
            message = f"{name} is another object after a forward pass: an optimiser trains the old one"
            yield error(name, message, "make parameters in __init__, and change their numbers only")


def unregistered(model: nn.Module) -> list[tuple[str, str]]:
    """Return the places of layers and parameters that are not registered, and what is there."""
    known = {id(part) for part in model.modules()} | {id(tensor) for tensor in model.parameters()}
    found = []
    for name, module in model.named_modules():
        for attribute, value in vars(module).items():
            if attribute not in ("_modules", "_parameters", "_buffers"):
                hidden = [item for item in _within(value, 0) if id(item) not in known and _is_trainable(item)]
                kinds = f"{len(hidden)} {type(hidden[0]).__name__} in a plain {type(value).__name__}" if hidden else ""
                found += [(f"{name}.{attribute}".lstrip("."), kinds)] if hidden else []
    return found


def _within(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, nn.Module | Tensor):
        yield value
    elif isinstance(value, dict | list | tuple) and depth < DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _within(item, depth + 1)


def _is_trainable(item: nn.Module | Tensor) -> bool:
    """Return whether an item must be registered: activation functions may be anywhere."""
    if isinstance(item, Tensor):
        return item.requires_grad and item.is_leaf
    return any(
        isinstance(part, TRAINING_SENSITIVE) or next(part.parameters(recurse=False), None) is not None
        for part in item.modules()
    )


@model_check
def frozen(subject: Subject) -> Iterator[Finding]:
    """Parameters are frozen exactly where that is declared."""
    declared = subject.options.frozen
    undeclared = []
    for name, parameter in subject.model.named_parameters():
        is_declared = any(name == part or name.startswith(f"{part}.") for part in declared)
        if is_declared and parameter.requires_grad:
            yield error(name, f"{name} is declared frozen, and is trained", "requires_grad_(False)")
        elif not is_declared and not parameter.requires_grad:
            undeclared.append(name)
    if undeclared:
        message = f"{listed(undeclared, 3)} will not be trained (requires_grad is False)"
        yield warning(undeclared[0], message, "if that is meant, give frozen=[...]; else requires_grad_(True)")


@model_check
def symmetry(subject: Subject) -> Iterator[Finding]:
    """The units of a layer are not copies of each other, or do not stay so.

    Rows that agree up to 0.00001, the rounding of two hundred equal updates in float32, before and after training.
    """
    copies = [name for name, p in subject.trained.items() if _is_of_copies(p)]
    if not copies:
        return
    with after_training(subject):
        # Zeros in the last layer, or in the last of a residual block, differ after the first step.
        still = [name for name in copies if _is_of_copies(subject.trained[name])]
    if still:
        message = f"all units of {listed(still, 3)} are equal, and stay equal however long they are trained"
        yield error(still[0], message, "draw the weights at random")


def _is_of_copies(parameter: Tensor) -> bool:
    if parameter.ndim < 2 or parameter.shape[0] < 2 or not parameter.numel():
        return False
    rows = parameter.detach().flatten(1)
    # Two rows with equal updates differ by rounding at most.
    return bool(torch.allclose(rows, rows[:1].expand_as(rows), rtol=1e-5, atol=0.0))


@model_check
def weight_decay(subject: Subject) -> Iterator[Finding]:
    """Weight decay has an effect: the loss changes when all weights shrink, and the penalty is above 0."""
    run = trained(subject)
    if not run.is_finite:
        raise Skipped("training diverges")
    with after_training(subject), torch.no_grad():
        before = float(subject.loss())
        weights = [p for p in subject.trained.values() if p.ndim > 1]
        penalty = sum(float(weight.pow(2).sum()) for weight in weights)
        for weight in weights:
            weight.mul_(1 - SHRINKAGE)
        after = float(subject.loss())
    if not weights:
        raise Skipped("there is no weight of two or more dimensions that is trained")
    if penalty == 0 or after == before:
        message = f"the loss stays {before:.4g} when all weights shrink by {SHRINKAGE:.0%} (squares: {penalty:.3g})"
        yield warning("", message, "look whether the output depends on the parameters that the optimiser gets")


def unknown_names(model: nn.Module, names: tuple[str, ...]) -> list[str]:
    """Return the names that match no parameter."""
    own = [name for name, _ in model.named_parameters()]
    return [name for name in names if not any(one == name or one.startswith(f"{name}.") for one in own)]
