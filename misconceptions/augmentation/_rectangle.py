"""The rectangle that cutmix pastes, also into the images of a mistaken cowmix."""

import numpy as np


def pasted(images, labels, rows, columns, partner, share=None):
    """Paste one rectangle into all images, and mix the labels by its area or by another share that stays."""
    mixed = images.copy()
    mixed[:, rows, columns] = images[partner][:, rows, columns]
    if share is None:
        share = 1 - np.zeros(images.shape[1:3])[rows, columns].size / images[0, :, :, 0].size
    return mixed, (share * labels + (1 - share) * labels[partner]).astype(labels.dtype)
