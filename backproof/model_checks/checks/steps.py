"""Checks of the user's own training step."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from backproof.model_checks.findings import Finding, Skipped, error
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import trained

# More than one: schedules may begin with a rate of 0.
STEPS = 3
# The nonsense that is put into the gradients before a step.
LEFT_OVER = 1e3


def _step(subject: Subject) -> Callable[[nn.Module, Any], Any]:
    if subject.options.train_step is None:
        raise Skipped("give train_step=FUNCTION, your own step(model, batch), to have it checked")
    return subject.options.train_step


@model_check
def step_mode(subject: Subject) -> Iterator[Finding]:
    """A training step runs in training mode."""
    step = _step(subject)
    modes: list[bool] = []
    with subject.trial(training=True):
        handle = subject.model.register_forward_pre_hook(lambda module, _: modes.append(module.training))
        for _ in range(STEPS):
            modes.clear()
            step(subject.model, subject.batch)
        handle.remove()
    if modes and not any(modes):
        message = "the step runs the model in evaluation mode: no dropout, and no batch statistics"
        yield error("", message, "model.train() at its begin, since evaluating between epochs leaves eval() behind")


@model_check
def step_zeroes_gradients(subject: Subject) -> Iterator[Finding]:
    """A step starts from gradients of zero."""
    step = _step(subject)
    clean, dirty = (_gradients_after(subject, step, left_over) for left_over in (0.0, LEFT_OVER))
    names = [name for name, size in clean.items() if size and dirty.get(name, 0.0) > LEFT_OVER / 2 > size]
    if names:
        message = f"gradients of the step before are added to the next one's ({', '.join(names[:3])}): no zero_grad"
        yield error(names[0], message, "optimizer.zero_grad() before loss.backward()")


def _gradients_after(subject: Subject, step: Callable[[nn.Module, Any], Any], left_over: float) -> dict[str, float]:
    """Return the largest gradient of each parameter after one step; cleared gradients are missing."""
    with subject.trial(training=True):
        for parameter in subject.trained.values():
            parameter.grad = torch.full_like(parameter, left_over) if left_over else None
        step(subject.model, subject.batch)
        return {n: float(p.grad.abs().max()) for n, p in subject.trained.items() if p.grad is not None and p.numel()}


@model_check
def step_changes_every_parameter(subject: Subject) -> Iterator[Finding]:
    """A few steps change every parameter that gets a gradient, and no other."""
    step = _step(subject)
    gradients = trained(subject).largest_gradients
    with subject.trial(training=True):
        before = {name: p.detach().clone() for name, p in subject.model.named_parameters()}
        for _ in range(STEPS):
            step(subject.model, subject.batch)
        after = {name: p.detach().clone() for name, p in subject.model.named_parameters()}
        trained_names = set(subject.trained)
    same = [n for n in trained_names if gradients.get(n, 0.0) > 0 and torch.equal(before[n], after[n])]
    moved = [n for n in before if n not in trained_names and not torch.equal(before[n], after[n])]
    if same and len(same) == sum(gradients.get(name, 0.0) > 0 for name in trained_names):
        message = f"{STEPS} steps change nothing: no step is made, or without gradients, or of other parameters"
        yield error("", message, "mind the order zero_grad, loss, backward, step")
    elif same:
        names = ", ".join(sorted(same)[:4])
        message = f"{STEPS} steps do not change {names}: the optimiser does not have it"
        yield error(names, message, "make the optimiser from model.parameters(), after the model is complete")
    if moved:
        message = f"the step changes {moved[0]}, which is frozen"
        yield error(moved[0], message, "give the optimiser only what is to be trained")
