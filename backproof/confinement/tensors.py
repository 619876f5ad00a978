"""Convert tensors to the arrays that can be sent, and back."""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def array_of(tensor: Tensor) -> np.ndarray:
    """Return a tensor's numbers, in its own memory if that is on the CPU."""
    return tensor.detach().cpu().numpy()


def tensor_of(array: Any) -> Tensor:
    """Return a tensor with memory of its own.

    Raises
    ------
    TypeError
        If the value is no array.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError("no array where one must be")
    return torch.from_numpy(array.copy())


def with_tensors_for_arrays(value: Any) -> Any:
    """Return a value of the same structure with a tensor for each array."""
    if isinstance(value, np.ndarray):
        return tensor_of(value)
    if isinstance(value, dict):
        return {key: with_tensors_for_arrays(item) for key, item in value.items()}
    return [with_tensors_for_arrays(item) for item in value] if isinstance(value, list) else value
