"""The model checks, a module for each question."""

from backproof.model_checks.checks import (
    gradients,
    learning,
    losses,
    modes,
    numbers,
    parameters,
    samples,
    signals,
    steps,
)

__all__ = ["gradients", "learning", "losses", "modes", "numbers", "parameters", "samples", "signals", "steps"]
