"""Returned values that no contract supports."""


class UnsupportedValue:
    """Replaces a value that the confined process cannot send: only a description of it is sent.

    Parameters
    ----------
    description : str
        ``a DataFrame``, ``an array of dtype object``.
    """

    # Not a dataclass: msgspec would send one as a dict.
    def __init__(self, description: str) -> None:
        self.description = description
