"""The model under test, with its loss, a batch and options."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from backproof.model_checks.findings import Skipped
from backproof.model_checks.pytree import detached, permuted, tensors_in, with_tensors
from backproof.model_checks.state import SavedOptimizers, SavedState, seeded

# Experiments change one sample at a time: more samples would only take longer.
MOST_SAMPLES = 16
# With few samples the threads of smaller models wait for each other longer than they compute: on two busy cores a
# network of a million parameters took 11 seconds with two threads, 1.7 with one.
FEW_PARAMETERS = 10_000_000


@dataclass(frozen=True)
class Options:
    """Facts that cannot be derived from a model: the parameters of ``check_model`` with these names."""

    causal: int | None = None
    ordered: int | None = None
    frozen: tuple[str, ...] = ()
    train_step: Callable[[nn.Module, Any], Any] | None = None
    num_classes: int | None = None


@dataclass
class Call:
    """The arguments of a call of the model."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def changed(self, change: Callable[[Tensor], Any]) -> "Call":
        """Return the call with each tensor changed."""
        return Call(with_tensors(self.args, change), with_tensors(dict(self.kwargs), change))

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors among the arguments."""
        return list(tensors_in([list(self.args), dict(self.kwargs)]))


class Subject:
    """A model, its loss and a batch, for experiments that restore all of them.

    Parameters
    ----------
    model : nn.Module
    loss_fn : callable
        As ``check_model`` takes it.
    batch : object
        Samples along the first axis of each tensor.
    options : Options
    seconds : float
        The time that all trainings together may take, approximately.
    """

    def __init__(
        self, model: nn.Module, loss_fn: Callable[..., Tensor], batch: Any, options: Options, seconds: float
    ) -> None:
        self.model = model
        # A copy, so that the user's own stays unchanged; few samples overfit faster.
        self.batch = _first_samples(batch)
        self.options = options
        self.loss_fn = loss_fn
        self.takes_model = _takes_model(loss_fn)
        self.seconds = seconds
        lazy = UninitializedParameter | UninitializedBuffer
        if any(isinstance(tensor, lazy) for tensor in (*model.parameters(), *model.buffers())):
            # Lazy layers have no shape, and so no state, before their first call.
            with seeded(0), torch.no_grad():
                self.loss()
        self._saved = SavedState(model, *([loss_fn] if isinstance(loss_fn, nn.Module) else []))
        self._saved_optimizers = SavedOptimizers(options.train_step)
        self._batch_numbers = detached(self.batch)
        self._is_small = sum(parameter.numel() for parameter in model.parameters()) < FEW_PARAMETERS
        self._first_call: Call | None = None

    @property
    def trained(self) -> dict[str, nn.Parameter]:
        """The parameters to be trained, by name."""
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}

    @property
    def num_samples(self) -> int:
        """The length of the batch."""
        tensors = [tensor for tensor in tensors_in(self.batch) if tensor.ndim]
        if not tensors:
            raise Skipped("there is no tensor in the batch")
        return tensors[0].shape[0]

    @contextmanager
    def trial(self, *, training: bool, seed: int = 0) -> Iterator[None]:
        """Run an experiment: afterwards the model, the batch and the generators are as before."""
        with seeded(seed), torch.enable_grad():
            self.model.train(training)
            self.model.zero_grad()
            try:
                yield
            finally:
                self.restore()

    @contextmanager
    def few_threads(self) -> Iterator[None]:
        """Use one thread for a small model, whose threads would wait for each other."""
        before = torch.get_num_threads()
        torch.set_num_threads(1 if self._is_small else before)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def restore(self) -> None:
        """Restore the model, the batch and the optimisers to their first state."""
        self._saved.restore()
        self._saved_optimizers.restore()
        for tensor, numbers in zip(tensors_in(self.batch), tensors_in(self._batch_numbers), strict=True):
            tensor.detach().copy_(numbers)

    def loss(self, batch: Any = None) -> Tensor:
        """Return the loss of a batch, by default the subject's."""
        batch = self.batch if batch is None else batch
        if self.takes_model:
            return self.loss_fn(self.model, batch)
        x, target = batch
        return self.loss_fn(self.model(x), target)

    def outputs(self, call: Call | None = None) -> Any:
        """Return the model's output for a call, by default the first one of the loss."""
        call = call or self.first_call()
        return self.model(*call.args, **call.kwargs)

    def first_call(self) -> Call:
        """Return the first call of the model by the loss; raise Skipped if it calls only parts of the model."""
        if self._first_call is None:
            calls: list[Call] = []
            with self.trial(training=False):
                handle = self.model.register_forward_pre_hook(
                    lambda _, args, kwargs: calls.append(Call(detached(args), detached(kwargs))), with_kwargs=True
                )
                self.loss()
                handle.remove()
            if not calls:
                raise Skipped("the loss never calls the model itself, only parts of it")
            self._first_call = calls[0]
        return self._first_call

    def output_and_target(self) -> tuple[Tensor, Tensor]:
        """Return output, in evaluation mode, and target; raise Skipped if the loss takes anything but two tensors."""
        if self.takes_model:
            raise Skipped("loss_fn(model, batch) does not separate output and target; give loss_fn(output, target)")
        target = self.batch[1]
        with self.trial(training=False):
            output = detached(self.outputs())
        if not (isinstance(output, Tensor) and isinstance(target, Tensor)):
            raise Skipped("output and target are not one tensor each")
        return output, target.detach().clone()

    def reordered(self, order: list[int]) -> Call:
        """Return the call with the samples in another order."""
        call = self.first_call()
        length = self.num_samples
        return Call(permuted(call.args, order, 0, length), permuted(dict(call.kwargs), order, 0, length))


def _first_samples(batch: Any) -> Any:
    length = next((tensor.shape[0] for tensor in tensors_in(batch) if tensor.ndim), 0)
    return permuted(detached(batch), list(range(min(length, MOST_SAMPLES))), 0, length)


def _takes_model(loss_fn: Callable[..., Any]) -> bool:
    if isinstance(loss_fn, nn.Module):
        return False
    try:
        names = list(inspect.signature(loss_fn).parameters)
    except (TypeError, ValueError):
        return False
    return bool(names) and names[0] == "model"
