"""Which mistake is it? A failed check's calls, replayed on the known mistakes of the function that it tests."""

from backproof.diagnosis.diagnostician import Diagnostician

__all__ = ["Diagnostician"]
