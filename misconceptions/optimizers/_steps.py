"""Parts of a step that several optimizers share."""

import numpy as np


def state_or_zeros(state, param):
    """Return the state, or zeros on the first call."""
    return np.zeros_like(param) if state is None else state


def divided(numerator, squares, eps):
    """Return numerator / sqrt(squares + eps), and 0 where both are 0."""
    root = np.sqrt(squares + eps)
    return numerator / np.where(root > 0, root, np.ones_like(root))
