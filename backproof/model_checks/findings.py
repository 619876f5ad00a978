"""What a model check finds, and how sure it is."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or unusual.

    Attributes
    ----------
    check : str
        The name of the check.
    severity : str
        ``error``: the model or its training step is provably wrong. ``warning``: unusual, and often a mistake.
    layer : str
        The qualified name of the layer, parameter or part of the batch at fault; empty for the whole.
    message : str
        What was observed, with the figure.
    advice : str
        What to try.
    """

    check: str
    severity: Severity
    layer: str
    message: str
    advice: str


class Skipped(Exception):
    """A check cannot judge this model: the message is the reason, or the option that it needs."""


def error(layer: str, message: str, advice: str) -> Finding:
    """Return a finding that is provably wrong; ``run_check`` adds the name of the check."""
    return Finding("", "error", layer, message, advice)


def warning(layer: str, message: str, advice: str) -> Finding:
    """Return a finding that is unusual; ``run_check`` adds the name of the check."""
    return Finding("", "warning", layer, message, advice)


def finding_text(finding: Finding) -> str:
    """Return a finding in words: what, where, what was observed, what to try."""
    where = f", {finding.layer}" if finding.layer else ""
    return f"{finding.severity}: {finding.check}{where}\n    {finding.message}\n    try: {finding.advice}"


def listed(names: list[str], most: int = 4) -> str:
    """Return the first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
