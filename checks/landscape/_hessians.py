"""Hessians with known eigenvalues, and matrices that are none."""

import numpy as np

from backproof.testing import normal

# Curvatures of every kind of critical point, far from 0 and from each other.
KINDS = {"minimum": (0.5, 1.0, 2.0, 4.0), "maximum": (-4.0, -2.0, -1.0, -0.5), "saddle": (-2.0, -0.5, 1.0, 4.0)}
# The largest of them over the smallest: solving for a step loses this many roundings more.
CONDITION = 8.0
NOT_SQUARE = (np.ones((2, 3)), np.ones((3, 2)))
HESSIAN = np.array([[2.0, 0.5], [0.5, -1.0]])


def slope_and_curvature(rng):
    """A gradient and a Hessian with curvatures of both signs."""
    return {"gradient": normal(rng, 2), "hessian": HESSIAN}


def with_eigenvalues(rng, eigenvalues):
    """Return a symmetric matrix with these eigenvalues along random axes."""
    axes, _ = np.linalg.qr(rng.standard_normal((len(eigenvalues), len(eigenvalues))))
    matrix = (axes * np.asarray(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2


def any_hessian(rng):
    """Return a Hessian with curvatures of both signs along random axes."""
    return with_eigenvalues(rng, KINDS["saddle"])
