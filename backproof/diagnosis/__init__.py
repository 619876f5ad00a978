"""Diagnose a mistake: replay a failed check's calls on the known mistakes of the function that it checks."""

from backproof.diagnosis.diagnostician import Diagnostician

__all__ = ["Diagnostician"]
