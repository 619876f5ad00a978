"""Values that pass through a check unseen: caches and optimiser states."""

from typing import Any


class Opaque:
    """Holds something of the submission's that only the submission may look into.

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
