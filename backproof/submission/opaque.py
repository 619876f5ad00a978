"""Values that a check passes on without inspecting them: caches, optimiser states and models."""

from typing import Any


class Opaque:
    """A value that only the submission may inspect.

    Attributes
    ----------
    value : object
    maker : object or None
        The record of the call that returned it.
    """

    __slots__ = ("maker", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.maker: Any = None
