"""The slope and the inputs that checks of several activations use."""

import numpy as np

SLOPE = np.array(0.3)
# From far below to far above, with the places at which the functions bend.
GRID = np.concatenate([[-1e4, -700.0, -50.0], np.linspace(-12, 12, 97), [50.0, 700.0, 1e4]])
