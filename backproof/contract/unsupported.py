"""What a submission returned and no contract can name."""


class UnsupportedValue:
    """Stands for a value that did not cross from the confined process: only its kind did.

    Parameters
    ----------
    description : str
        ``a DataFrame``, ``an array of dtype object``.
    """

    # No dataclass: msgspec would send one as a dict.
    def __init__(self, description: str) -> None:
        self.description = description
