"""The base class of a module that runs in another process."""

from torch import nn

from backproof.model_checks.layers import LayerRecord


class RemoteModule(nn.Module):
    """A stand-in with the parameters and parts of a module in another process.

    Attributes
    ----------
    watchers : list of LayerRecord
        Its calls add the outputs of layers to these.
    """

    def __init__(self) -> None:
        super().__init__()
        self.watchers: list[LayerRecord] = []

    def unregistered(self) -> list[tuple[str, str]]:
        """Return the places of layers and parameters that are not registered, and what is there."""
        raise NotImplementedError
