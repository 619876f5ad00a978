"""The model checks, a module for each topic."""

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
