"""A module that runs in another process: what a check cannot see by looking at it, it tells."""

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from backproof.model_checks.layers import Watch


class RemoteModule(nn.Module):
    """A stand-in with the parameters and parts of a module that is not here.

    Attributes
    ----------
    watchers : list of Watch
        What its calls tell the layers' outputs to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.watchers: list[Watch] = []

    def unregistered(self) -> list[tuple[str, str]]:
        """Return places of parameters that no list of parameters has, and what is there."""
        raise NotImplementedError
