"""The time and memory of one training step."""

import time
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

from backproof.model_checks.findings import Skipped
from backproof.model_checks.pytree import tensors_in
from backproof.model_checks.subject import Subject

# The first step also allocates and chooses kernels: it is not counted. The median of three tolerates one interruption.
TIMED_STEPS = 3


@dataclass(frozen=True)
class StepCost:
    """The cost of one step of Adam on the batch.

    Attributes
    ----------
    seconds : float
        The median of some steps.
    parameter_bytes, gradient_bytes : int
        Adam stores twice the gradients in addition.
    activation_bytes : int
        Saved in the forward pass for the backward pass, without parameters and batch.
    cuda_peak_bytes : int or None
        The peak of the allocator in a step, beyond its level before; None without CUDA.
    """

    seconds: float
    parameter_bytes: int
    gradient_bytes: int
    activation_bytes: int
    cuda_peak_bytes: int | None


def step_cost(subject: Subject) -> StepCost:
    """Measure some steps; raise Skipped if the loss has no gradient."""
    device = next((p.device for p in subject.model.parameters() if p.is_cuda), None)
    with subject.trial(training=True):
        optimizer = torch.optim.Adam(subject.trained.values(), lr=1e-3)
        activation_bytes = _saved_bytes(subject, optimizer)
        if device is not None:
            torch.cuda.reset_peak_memory_stats(device)
            before = torch.cuda.memory_allocated(device)
        seconds = median(_seconds(subject, optimizer, device) for _ in range(TIMED_STEPS))
        peak = None if device is None else torch.cuda.max_memory_allocated(device) - before
        gradients = [p.grad for p in subject.trained.values() if p.grad is not None]
    return StepCost(
        seconds=seconds,
        parameter_bytes=sum(map(_bytes, subject.model.parameters())),
        gradient_bytes=sum(map(_bytes, gradients)),
        activation_bytes=activation_bytes,
        cuda_peak_bytes=peak,
    )


def _seconds(subject: Subject, optimizer: torch.optim.Optimizer, device: torch.device | None) -> float:
    begin = time.perf_counter()
    optimizer.zero_grad()
    subject.loss().backward()
    optimizer.step()
    if device is not None:
        torch.cuda.synchronize(device)
    return time.perf_counter() - begin


def _saved_bytes(subject: Subject, optimizer: torch.optim.Optimizer) -> int:
    """Take one step; return the size of the tensors that autograd saved. Views of one storage count once."""
    sizes: dict[int, int] = {}

    def record(tensor: Tensor) -> Tensor:
        if tensor.layout == torch.strided:
            storage = tensor.untyped_storage()
            sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(record, lambda tensor: tensor):
        loss = subject.loss()
        if not loss.requires_grad:
            raise Skipped("the loss has no gradient: see gradients_arrive")
        loss.backward()
    optimizer.step()
    known = [*subject.model.parameters(), *subject.model.buffers(), *tensors_in(subject.batch)]
    for tensor in known:
        sizes.pop(tensor.untyped_storage().data_ptr(), None)
    return sum(sizes.values())


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()
