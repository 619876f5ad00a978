"""Checks of the loss: output, target and loss fit together."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from backproof.model_checks.findings import Finding, Skipped, error, warning
from backproof.model_checks.pytree import permuted
from backproof.model_checks.registry import model_check
from backproof.model_checks.subject import Subject
from backproof.model_checks.watch import watched

# A probability that is off by rounding: float32 sums of a few thousand classes.
ROUNDING = 1e-4
# The shift of all logits that is tried.
SHIFT = 3.0
# Logits of variance s² cost s²/2 beyond log C. Legal initialisations go up to He's s² = 2; this is twice that.
MOST_EXCESS = 2.0
# The share of exact zeros among the logits: a few may be chance, a rectifier makes about half.
MOST_ZEROS = 0.1
# A doubled batch has the same mean: float32 in another order of summation.
SAME_LOSS = 1e-3


class _Probe:
    """Finds out by trial which outputs a loss expects; raises Skipped if it cannot be tried."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.output, self.target = subject.output_and_target()
        if not self.output.is_floating_point():
            raise Skipped("the output has no floating-point numbers")
        self.is_classification = not self.target.is_floating_point()

    def loss(self, output: Tensor, target: Tensor | None = None) -> float:
        with torch.no_grad():
            try:
                return float(self.subject.loss_fn(output, self.target if target is None else target))
            except (RuntimeError, ValueError, IndexError) as raised:
                raise Skipped(f"the loss refuses other outputs: {str(raised).splitlines()[0]}") from raised

    def _takes_only_probabilities(self) -> bool:
        self.loss(torch.full_like(self.output, 0.5))
        try:
            self.loss(torch.full_like(self.output, 2.0))
        except Skipped as refusal:
            return "between 0 and 1" in str(refusal)
        return False

    def class_axis(self) -> int:
        """Return the axis of the classes."""
        output, target = self.output.shape, self.target.shape
        if output[:1] + output[2:] == target:
            return 1
        if output[:-1] == target:
            return -1
        raise Skipped(f"output {tuple(output)} and target {tuple(target)} do not show which axis has the classes")

    @property
    def expected(self) -> str:
        """``logits`` or ``log-probabilities`` of classes, ``binary logits``, ``probabilities``, or empty if unknown."""
        if not self.is_classification and self._takes_only_probabilities():
            return "probabilities"
        # Of moderate size: rounding hides a shift of three in a loss of thousands.
        bounded = self.output / max(1.0, float(self.output.abs().max()))
        base, shifted = self.loss(bounded), self.loss(bounded + SHIFT)
        room = SAME_LOSS * (abs(base) + 1)
        if self.is_classification:
            if abs(shifted - base) < room and abs(self.loss(bounded + _waves(bounded)) - base) > room:
                return "logits"
            if abs(abs(shifted - base) - SHIFT) < room * SHIFT:
                return "log-probabilities"
        elif self.target.shape == self.output.shape and bool(((self.target >= 0) & (self.target <= 1)).all()):
            at_zero = self.loss(torch.zeros_like(self.output))
            if abs(at_zero - math.log(2)) < ROUNDING * 10:
                return "binary logits"
        return ""


def _waves(output: Tensor) -> Tensor:
    """Return numbers in a pattern that no output has."""
    places = torch.arange(output.numel(), dtype=output.dtype, device=output.device)
    return SHIFT * torch.cos(places).reshape(output.shape)


@model_check
def logits(subject: Subject) -> Iterator[Finding]:
    """The output is what the loss wants: logits, and not probabilities, where it applies the softmax itself.

    What the loss wants is found by trial: a cross-entropy on logits stays the same when 3 is added to all of them, one
    on log-probabilities falls by 3. Sums of probabilities may be off by 0.0001, the rounding of thousands of classes in
    float32. Logits of which a tenth are exactly 0 and none is negative come from a rectifier: it makes half.
    """
    probe = _Probe(subject)
    expected, output = probe.expected, probe.output
    if not expected:
        raise Skipped("the loss is none of cross-entropy on logits, on log-probabilities, or binary on logits")
    if expected == "log-probabilities":
        total = float(torch.logsumexp(output, probe.class_axis()).abs().max())
        if total > ROUNDING * 10:
            advice = "end with log_softmax, or take the cross-entropy, which does that itself"
            message = f"the loss wants log-probabilities, and the probabilities of a sample sum to exp({total:.3g})"
            yield error("", message, advice)
        return
    name = _last_layer(subject)
    if expected == "probabilities":
        if not _stays_between_0_and_1(subject):
            message = "the loss wants probabilities, and the outputs are not held between 0 and 1"
            yield error(name, message, "end with a sigmoid, or take the loss with logits, which does that itself")
        return
    low, high = float(output.min()), float(output.max())
    if expected == "logits" and low >= 0:
        sums = output.sum(probe.class_axis())
        if float((sums - 1).abs().max()) < ROUNDING:
            message = "the outputs are probabilities (a softmax), and the loss applies a softmax to them once more"
            yield error(name, message, "return the logits; apply the softmax only where probabilities are shown")
            return
    if expected == "binary logits" and low >= 0 and high <= 1 and _stays_between_0_and_1(subject):
        message = "the outputs are probabilities (a sigmoid), and the loss applies a sigmoid to them once more"
        yield error(name, message, "return the logits; apply the sigmoid only where probabilities are shown")
        return
    if low == 0 < high and float((output == 0).to(torch.float64).mean()) > MOST_ZEROS:
        message = f"the logits are never negative, and {float((output == 0).double().mean()):.0%} of them are 0"
        yield error(name, message, "leave out the activation after the last layer")


def _last_layer(subject: Subject) -> str:
    with subject.trial(training=False), watched(subject.model) as record:
        subject.outputs()
    return next((layer.name for layer in reversed(record.layers) if layer.name), "")


def _stays_between_0_and_1(subject: Subject) -> bool:
    """Return whether inputs a hundred times as large keep the outputs between 0 and 1, as a sigmoid does."""
    with subject.trial(training=False):
        call = subject.first_call().changed(lambda t: t * 100 if t.is_floating_point() else t)
        output = subject.outputs(call)
    return bool(((output >= 0) & (output <= 1)).all()) and float(output.max() - output.min()) > ROUNDING


@model_check
def initial_loss(subject: Subject) -> Iterator[Finding]:
    """An untrained classifier is undecided: its loss is about log C, that of equal probabilities.

    Logits of variance s² cost s²/2 more. Legal initialisations go up to s² = 2 (He's, at the last layer), so that an
    excess of 2, s² = 4, is twice that of any; a band around log C alone fails right models.
    """
    probe = _Probe(subject)
    if not probe.is_classification:
        raise Skipped("only a classifier's first loss is known beforehand")
    axis = probe.class_axis()
    classes = subject.options.num_classes or probe.output.shape[axis]
    undecided = torch.zeros_like(probe.output)
    if probe.expected == "log-probabilities":
        undecided -= math.log(classes)
    expected, chance = math.log(classes), probe.loss(undecided)
    if chance < 0:
        message = f"the loss of equal probabilities is negative: {chance:.4g} instead of log {classes} = {expected:.4g}"
        yield error("", message, "a cross-entropy is minus the logarithm: mind the sign")
        return
    if abs(chance - expected) > 0.01 * expected and abs(chance - len(probe.target) * expected) > 0.01 * chance:
        message = f"equal probabilities have the loss {chance:.4g}; for {classes} classes it is log C = {expected:.4g}"
        yield warning("", message, "natural logarithm, mean over samples, no mean over the classes")
        return
    with subject.trial(training=True):
        first = float(subject.loss().detach())
    if first - chance > MOST_EXCESS * max(1.0, chance / expected):
        message = f"the first loss is {first:.4g}; equal probabilities have {chance:.4g} (log C = {expected:.4g})"
        yield warning(_last_layer(subject), message, "start the last layer smaller, and its biases at 0")


@model_check
def loss_reduction(subject: Subject) -> Iterator[Finding]:
    """The loss is a mean over the samples: a batch twice over costs the same.

    Only a factor of 2 up to a thousandth, float32 in another order of summation, is reported; losses that compare the
    samples of a batch change by another factor.
    """
    length = subject.num_samples
    twice = [*range(length), *range(length)]
    with subject.trial(training=False), torch.no_grad():
        if subject.takes_model:
            once = float(subject.loss())
            doubled = float(subject.loss(permuted(subject.batch, twice, 0, length)))
        else:
            output = subject.outputs()
            once = float(subject.loss_fn(output, subject.batch[1]))
            target = permuted(subject.batch[1], twice, 0, length)
            doubled = float(subject.loss_fn(permuted(output, twice, 0, length), target))
    if once and abs(doubled / once - 2) < SAME_LOSS:
        message = f"the batch twice over costs twice as much ({once:.4g}, {doubled:.4g}): a sum, or a fixed batch size"
        yield warning("", message, "take the mean over the samples, or the learning rate must follow the batch size")


@model_check
def targets(subject: Subject) -> Iterator[Finding]:
    """Each sample's output is compared with that sample's target.

    Each target is changed in turn. If for more than half of them another sample's gradient moves more than half as much
    as the sample's own, they are not paired: class weights move the others too, by one share in the batch.
    """
    output, target = subject.output_and_target()
    length = subject.num_samples
    if output.ndim == 0 or output.shape[0] != length or target.ndim == 0 or target.shape[0] != length or length < 2:
        raise Skipped("output and target do not both have a row for each of several samples")
    if target.numel() == output.numel() and target.shape != output.shape and target.is_floating_point():
        gap = f"output has the shape {tuple(output.shape)}, target {tuple(target.shape)}"
        if _is_broadcast(output, target):
            yield error("", f"{gap}: each output is compared with every target", "reshape one of them")
            return
    base = _output_gradient(subject, output, target)
    moved, ignored = 0, []
    for sample in range(length):
        other = _other_target(target, sample)
        if other is None:
            continue
        changed = (_output_gradient(subject, output, other) - base).reshape(length, -1).norm(dim=1)
        own = float(changed[sample])
        changed[sample] = 0.0
        if own == float(changed.max()) == 0.0:
            # Far from the target the slope of Huber's loss is constant: compare the loss itself.
            ignored += [sample] if _loss_of(subject, output, other) == _loss_of(subject, output, target) else []
        elif float(changed.max()) > own / 2:
            # With class weights a change of one sample moves all others too, but only by a share of it.
            moved += 1
    if ignored:
        message = f"the targets of {len(ignored)} of {length} samples make no difference to the loss"
        yield error("", message, "compare whole tensors, not one row")
    elif moved > length // 2:
        message = f"for {moved} of {length} samples the target moves another sample's gradient more than the own one's"
        yield error("", message, "flatten, shift and shuffle output and target alike")


def _loss_of(subject: Subject, output: Tensor, target: Tensor) -> float:
    with torch.no_grad():
        return float(subject.loss_fn(output, target))


def _is_broadcast(output: Tensor, target: Tensor) -> bool:
    try:
        return torch.broadcast_shapes(output.shape, target.shape) not in (output.shape, target.shape)
    except RuntimeError:
        return False


def _output_gradient(subject: Subject, output: Tensor, target: Tensor) -> Tensor:
    with torch.enable_grad():
        leaf = output.detach().clone().requires_grad_()
        loss = subject.loss_fn(leaf, target)
        if not loss.requires_grad:
            raise Skipped("the loss has no gradient: see gradients_arrive")
        (gradient,) = torch.autograd.grad(loss, leaf, allow_unused=True)
    return torch.zeros_like(leaf) if gradient is None else gradient


def _other_target(target: Tensor, sample: int) -> Tensor | None:
    """Return the targets with that of one sample replaced by another sample's; None if there is no other."""
    for step in range(1, len(target)):
        source = target[(sample + step) % len(target)]
        usable = (source >= 0).all() and (target[sample] >= 0).all() if not target.is_floating_point() else True
        if usable and not torch.equal(source, target[sample]):
            other = target.clone()
            other[sample] = source
            return other
    return None
