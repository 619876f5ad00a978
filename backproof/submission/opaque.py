"""Values that pass through a check unseen: caches and optimiser states."""

from typing import Any


class Opaque:
    """Holds something of the submission's that only the submission may look into."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value
