"""Conversion between the NumPy arrays of the checks and the kind of array of the submission."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from backproof.problems import ContractBroken
from backproof.submission.opaque import Opaque
from backproof.submission.source import ArrayKind

# Most values that are no arrays. They are passed on unchanged, without a search for their type.
_PLAIN = frozenset((float, int, bool, str, type(None)))


class ArrayBridge(Protocol):
    """Converts leaves; :func:`outgoing` and :func:`incoming` walk the containers."""

    def array_to_submission(self, array: np.ndarray) -> Any:
        """Return a copy, of the submission's kind."""

    def generator_to_submission(self, rng: np.random.Generator) -> Any:
        """Return the submission's generator for this one, the same for each call."""

    def array_from_submission(self, value: Any) -> np.ndarray | None:
        """Return a NumPy copy, or None if ``value`` is not an array of the submission's kind."""


class NumpyBridge:
    """Bridge to submissions in NumPy."""

    def array_to_submission(self, array: np.ndarray) -> np.ndarray:
        return array.copy()

    def generator_to_submission(self, rng: np.random.Generator) -> np.random.Generator:
        return rng

    def array_from_submission(self, value: Any) -> np.ndarray | None:
        return np.array(value) if isinstance(value, np.ndarray) else None


class TorchBridge:
    """Bridge to submissions in PyTorch: tensors on the CPU, a ``torch.Generator`` for each ``numpy`` one."""

    def __init__(self) -> None:
        import torch

        self._torch = torch
        # The arrays of checks are small: on a busy machine a second thread waits far longer than it works.
        torch.set_num_threads(1)
        # A reference to each NumPy generator is stored, so that its id is not reused.
        self._generators: dict[int, tuple[np.random.Generator, Any]] = {}

    def array_to_submission(self, array: np.ndarray) -> Any:
        return self._torch.from_numpy(np.array(array, order="C"))

    def generator_to_submission(self, rng: np.random.Generator) -> Any:
        if id(rng) not in self._generators:
            generator = self._torch.Generator().manual_seed(torch_seed(rng.bit_generator.state))
            self._generators[id(rng)] = (rng, generator)
        return self._generators[id(rng)][1]

    def array_from_submission(self, value: Any) -> np.ndarray | None:
        if not isinstance(value, self._torch.Tensor):
            return None
        try:
            return np.array(value.detach().cpu().numpy())
        except (TypeError, RuntimeError) as error:
            raise ContractBroken(f"a tensor of {value.dtype} cannot be compared: {error}") from error


def bridge_for(kind: ArrayKind) -> ArrayBridge:
    """Return the bridge for a kind of array; torch is imported only if it is needed."""
    return TorchBridge() if kind == "torch" else NumpyBridge()


def outgoing(bridge: ArrayBridge, value: Any) -> Any:
    """Convert an argument: arrays, also in containers, become copies of the submission's kind."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, np.ndarray):
        return bridge.array_to_submission(value)
    if isinstance(value, np.random.Generator):
        return bridge.generator_to_submission(value)
    if isinstance(value, Opaque):
        return value.value
    if callable(value):
        return _outgoing_callable(bridge, value)
    return _in_containers(value, lambda item: outgoing(bridge, item))


def incoming(bridge: ArrayBridge, value: Any) -> Any:
    """Convert a result: arrays, also in containers, become NumPy arrays; other objects stay unchanged."""
    if type(value) in _PLAIN:
        return value
    array = bridge.array_from_submission(value)
    if array is not None:
        return array
    return _in_containers(value, lambda item: incoming(bridge, item))


def with_copied_arrays(value: Any) -> Any:
    """Copy the arrays in a value of the submission's kind, for code that changes its arguments in place."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value).__module__ == "torch" and hasattr(value, "requires_grad"):
        return value if value.requires_grad else value.clone()
    return _in_containers(value, with_copied_arrays)


def _outgoing_callable(bridge: ArrayBridge, function: Callable[..., Any]) -> Callable[..., Any]:
    def called_by_submission(*args: Any) -> Any:
        return outgoing(bridge, function(*(incoming(bridge, arg) for arg in args)))

    return called_by_submission


def _in_containers(value: Any, convert: Callable[[Any], Any]) -> Any:
    if type(value) is dict:
        return {key: convert(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(convert(item) for item in value)
    return value


def torch_seed(state: Mapping[str, Any]) -> int:
    """Return the seed of the ``torch.Generator`` for a NumPy generator in this state."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return int(rng.integers(2**63))
