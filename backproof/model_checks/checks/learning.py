"""Checks of learning: the loss falls, the input is used, runs repeat."""

from collections.abc import Iterator

import torch

from backproof.model_checks.checks.signals import vanishing_or_exploding
from backproof.model_checks.findings import Finding, Skipped, error, warning
from backproof.model_checks.layers import description, first_that_differs, relative_difference
from backproof.model_checks.pytree import largest_difference
from backproof.model_checks.range_test import descend, gradients_of
from backproof.model_checks.registry import model_check
from backproof.model_checks.state import seed_torch
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import HALF, after_training, trained
from backproof.model_checks.watch import watched

# Learning rates of plain gradient descent; at the lowest hardly anything moves.
RATES = (1e-4, 1e-3, 1e-2, 1e-1)
# A user's single training step may be noisy; so many together are not.
MOST_STEPS = 30
# Less than half a percent in thirty steps counts as no progress.
LEAST_FALL = 0.005
REPEATED_STEPS = 3


@model_check
def overfits_a_tiny_batch(subject: Subject) -> Iterator[Finding]:
    """A few samples can be learnt by heart: the loss falls below half of its first value.

    In 200 steps of Adam at 0.001, or else at 0.01. Half, since label smoothing alone keeps a third of the loss, and
    contrasted views nearly half: a smaller fall is unusual, not wrong.
    """
    run = trained(subject)
    if run.is_cut and run.remaining() >= HALF:
        raise Skipped(f"{subject.seconds / 3:.3g} seconds were over after {len(run.losses)} steps; seconds= gives more")
    if not run.is_finite:
        what = f"raises {run.failure}" if run.failure else "is no number"
        message = f"the loss {what} after {len(run.losses)} steps of Adam at {run.learning_rate:g}"
        yield error("", message, "look for logarithms, roots and divisions that meet 0 as the weights move")
    elif run.remaining() >= HALF:
        if vanishing_or_exploding(subject) is not None:
            raise Skipped("the signal does not get through: see activation_scale")
        message = f"{len(run.losses)} steps of Adam on {subject.num_samples} samples took the loss from "
        message += f"{run.losses[0]:.4g} to {min(run.losses):.4g}, at {run.learning_rate:g}"
        yield warning("", message, "compare targets and outputs of single samples; look at what the loss compares")


@model_check
def uses_its_input(subject: Subject) -> Iterator[Finding]:
    """The output depends on the input, and training uses that."""
    call = subject.first_call()
    with after_training(subject), torch.no_grad():
        base = subject.outputs(call)
        samples = subject.num_samples
        others = subject.reordered([(row + 1) % samples for row in range(samples)])
        scaled = call.changed(lambda t: -2 * t if t.is_floating_point() else t)
        gaps = [largest_difference(base, subject.outputs(other)) for other in (others, scaled)]
    if samples < 2 and not any(t.is_floating_point() for t in call.tensors):
        raise Skipped("the batch has one sample, and no numbers to change")
    if max(gaps) == 0:
        message = "other inputs give exactly the same output: the input is ignored"
        yield error("", message, "look whether forward uses its argument, and what is done to it first")


@model_check
def loss_falls(subject: Subject) -> Iterator[Finding]:
    """The training step lowers the loss; without one, gradient descent does at some sane learning rate.

    Thirty steps must lower it by half a percent: a single step may be noisy, thirty together are not.
    """
    step = subject.options.train_step
    if step is None:
        yield from _descent(subject)
        return
    with subject.trial(training=True):
        before = _evaluated(subject)
        for _ in range(MOST_STEPS):
            subject.model.train()
            step(subject.model, subject.batch)
        after = _evaluated(subject)
    if not after < before - LEAST_FALL * abs(before):
        message = f"{MOST_STEPS} of your steps on one batch took the loss from {before:.4g} to {after:.4g}"
        yield error("", message, "mind the order zero_grad, loss, backward, step, the sign, and the learning rate")


def _evaluated(subject: Subject) -> float:
    subject.model.eval()
    with torch.no_grad():
        return float(subject.loss())


def _descent(subject: Subject) -> Iterator[Finding]:
    falls = []
    for rate in RATES:
        with subject.trial(training=True):
            loss = subject.loss()
            if not loss.requires_grad:
                raise Skipped("the loss has no gradient: see gradients_arrive")
            loss.backward()
            descend(subject, rate, gradients_of(subject))
            # The same seed, so that dropout changes nothing.
            seed_torch(0)
            falls.append(float(loss.detach()) - float(subject.loss().detach()))
    if max(falls) <= 0:
        message = f"one step of gradient descent lowers the loss at none of the rates {RATES[0]:g} to {RATES[-1]:g}"
        yield warning("", message, "the gradient may be wrong: see gradients_are_right")


@model_check
def runs_repeat(subject: Subject) -> Iterator[Finding]:
    """With the same seeds two trainings are the same."""
    runs = []
    for _ in range(2):
        with subject.trial(training=True), watched(subject.model) as record:
            optimizer = torch.optim.SGD(subject.trained.values(), lr=1e-3)
            for _ in range(REPEATED_STEPS):
                optimizer.zero_grad()
                loss = subject.loss()
                if loss.requires_grad:
                    loss.backward()
                    optimizer.step()
        runs.append(record.layers)
    where = first_that_differs(runs[0], runs[1], relative_difference)
    if where is not None:
        message = f"two runs with the same seeds differ; the first layer to show it is {description(where.name)}"
        yield warning(where.name, message, "draw from torch's, NumPy's or Python's own generator, not from the clock")
