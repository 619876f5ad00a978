"""Checks of the modes: training and evaluation differ where they should, and nowhere else."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from backproof.model_checks.findings import Finding, Skipped, error, warning
from backproof.model_checks.layers import LayerOutput, description, first_that_differs, relative_difference
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Subject
from backproof.model_checks.watch import watched

NORMALISATIONS = nn.modules.batchnorm._NormBase
RANDOM = (nn.modules.dropout._DropoutNd, nn.RReLU)
SWITCHED = (*RANDOM, NORMALISATIONS)
MODE_DEPENDENT = (*SWITCHED, nn.RNNBase, nn.MultiheadAttention)


@model_check
def evaluation_is_deterministic(subject: Subject) -> Iterator[Finding]:
    """In evaluation the same input gives the same output, whatever was computed and drawn in between."""
    first, other_seed = (_forward(subject, training=False, seed=seed) for seed in (0, 1))
    where = first_that_differs(first, other_seed, relative_difference)
    if where is not None:
        message = f"two evaluations of one batch differ; the first layer to show it is {description(where.name)}"
        advice = "draw only if self.training: dropout(x, p, training=self.training); make layers in __init__"
        yield error(where.name, message, advice)
        return
    with subject.trial(training=False), watched(subject.model) as record:
        subject.outputs()
        count = len(record.layers)
        subject.outputs()
        second = record.layers[count:]
    where = first_that_differs(first, second, relative_difference)
    if where is not None:
        message = f"a second evaluation of one batch differs from the first one, from {description(where.name)} on"
        yield error(where.name, message, "something is kept from batch to batch, such as a hidden state: start it anew")


def _forward(subject: Subject, *, training: bool, seed: int = 0) -> list[LayerOutput]:
    with subject.trial(training=training, seed=seed), watched(subject.model) as record:
        subject.outputs()
    return record.layers


@model_check
def modes_agree(subject: Subject) -> Iterator[Finding]:
    """Each layer follows train() and eval(), and only dropout and batch statistics make the two differ."""
    mode_dependent = {name: part for name, part in subject.model.named_modules() if isinstance(part, MODE_DEPENDENT)}
    with subject.trial(training=False):
        stuck = [n for n, p in mode_dependent.items() if p.training and isinstance(p, SWITCHED)]
    if stuck:
        message = f"{', '.join(stuck)} stays in training mode after model.eval()"
        yield error(stuck[0], message, "an own train() must call super().train(mode), and return self")
    with subject.trial(training=True):
        stuck = [n for n, p in mode_dependent.items() if not p.training and isinstance(p, SWITCHED)]
    if stuck:
        message = f"{', '.join(stuck)} stays in evaluation mode after model.train()"
        yield warning(stuck[0], message, "if it is not frozen on purpose, an own train() must call super().train(mode)")
        return
    training, other_seed = (_forward(subject, training=True, seed=seed) for seed in (0, 1))
    evaluation = _forward(subject, training=False)
    where = first_that_differs(training, evaluation, relative_difference)
    random = first_that_differs(training, other_seed, relative_difference)
    if where is None or random is not None:
        return
    if where.name not in mode_dependent and where.name not in _with_statistics(subject):
        message = f"{description(where.name)} puts out something else in training, though it draws and counts nothing"
        yield warning(where.name, message, "look at what it does with self.training")


def _buffers(subject: Subject, *, after_training: bool) -> dict[str, Tensor]:
    with subject.trial(training=True):
        if after_training:
            subject.loss()
        return {name: buffer.detach().clone() for name, buffer in subject.model.named_buffers()}


def _with_statistics(subject: Subject) -> set[str]:
    """Return the layers that change their own buffers in training."""
    before, after = (_buffers(subject, after_training=is_after) for is_after in (False, True))
    moved = [name for name in before if name in after and not torch.equal(before[name], after[name])]
    parts = {name.rpartition(".")[0] for name in moved}
    # A parametrisation's buffers belong to the layer whose weight it computes.
    return parts | {name.partition(".parametrizations")[0] for name in parts}


@model_check
def batch_statistics(subject: Subject) -> Iterator[Finding]:
    """Running statistics follow the batches in training, and are what evaluation uses."""
    running = [name for name, _ in subject.model.named_buffers() if _is_running(name)]
    norms = [(n, p) for n, p in subject.model.named_modules() if isinstance(p, nn.modules.batchnorm._BatchNorm)]
    loose = [name for name, part in norms if part.running_mean is None]
    if not running and not loose:
        raise Skipped("no layer keeps running statistics")
    for name in loose:
        message = f"{name} keeps no running statistics: in evaluation each output depends on the batch"
        yield error(name, message, "track_running_stats=True, or a normalisation within the sample")
    before, after = (_buffers(subject, after_training=is_after) for is_after in (False, True))
    stuck = [name for name in running if torch.equal(before[name], after[name])]
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in stuck))
    moving = {name.rpartition(".")[0] for name in running if name not in stuck}
    for layer in layers:
        part = subject.model.get_submodule(layer)
        if layer in moving or (isinstance(part, NORMALISATIONS) and _is_frozen(subject, part)):
            continue
        message = f"the running statistics of {layer} stay what they are in training: evaluation uses those"
        yield error(layer, message, "momentum above 0, and model.train() before training")


def _is_running(buffer: str) -> bool:
    last = buffer.rpartition(".")[2]
    return ("running" in last or "moving" in last) and last != "num_batches_tracked"


def _is_frozen(subject: Subject, part: nn.Module) -> bool:
    """Return whether a layer is kept in evaluation mode, which modes_agree reports."""
    with subject.trial(training=True):
        return not part.training
