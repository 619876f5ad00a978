"""The shares of the units of an activation function that are dead, or saturated."""

from torch import Tensor

from backproof.model_checks.layers import LayerOutput

# Beyond these the slope of tanh is below 0.02, that of the sigmoid below 0.01.
SATURATED = {"tanh": (-0.99, 0.99), "sigmoid": (0.01, 0.99)}


def by_unit(tensor: Tensor) -> Tensor:
    """Arrange outputs as (places, units): channels are axis 1 in images, the last axis otherwise."""
    if tensor.ndim >= 4:
        tensor = tensor.movedim(1, -1)
    return tensor.reshape(-1, tensor.shape[-1]) if tensor.ndim else tensor.reshape(1, 1)


def dead_share(one: LayerOutput) -> float:
    """Return the share of rectified units that are off at every place."""
    return float((by_unit(one.value) <= 0).all(dim=0).double().mean())


def saturated_share(one: LayerOutput) -> float:
    """Return the share of the outputs of a tanh or sigmoid at which its slope is nearly 0."""
    low, high = SATURATED[one.kind]
    value = one.value.double()
    return float(((value < low) | (value > high)).double().mean())
