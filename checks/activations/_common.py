"""What several checks of activations.py share."""

import numpy as np

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning"
STABILITY = f"{DEEP_LEARNING}, section 4.1"
SLOPE = np.array(0.3)
# From far below to far above, with the places at which the functions bend.
GRID = np.concatenate([[-1e4, -700.0, -50.0], np.linspace(-12, 12, 97), [50.0, 700.0, 1e4]])
