"""What several checks of landscape.py share."""

from dataclasses import dataclass

import numpy as np

from backproof.testing import normal
from backproof.testing.closeness import ROUNDINGS
from backproof.testing.precision import unit_roundoff

CURVATURE = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1"

# Curvatures of every kind of critical point, far from 0 and from each other.
KINDS = {"minimum": (0.5, 1.0, 2.0, 4.0), "maximum": (-4.0, -2.0, -1.0, -0.5), "saddle": (-2.0, -0.5, 1.0, 4.0)}
NOT_SQUARE = (np.ones((2, 3)), np.ones((3, 2)))
HESSIAN = np.array([[2.0, 0.5], [0.5, -1.0]])


def point(rng):
    """A sum of squares and a place that is not its minimum."""
    return {"f": lambda w: float(np.sum(w**2)), "theta": normal(rng, 2)}


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


def beside_a_norm(got):
    """Return the magnitude that allows for a number of up to 1e-8 beside a norm, against division by zero."""
    return 1e-8 / (ROUNDINGS * unit_roundoff(got))


@dataclass(frozen=True)
class Quadratic:
    """A loss c + bᵀθ + ½ θᵀHθ, and its derivatives; ``size`` is that of the terms of which it is the sum."""

    constant: float
    slope: np.ndarray
    curvature: np.ndarray

    def __call__(self, theta):
        return float(self.constant + self.slope @ theta + 0.5 * (theta @ self.curvature @ theta))

    def gradient(self, theta):
        return self.slope + self.curvature @ theta

    def hessian(self, _theta):
        return self.curvature

    def bound(self, _order):
        return 0.0

    def size(self, theta):
        theta = np.abs(theta) + 1
        return abs(self.constant) + np.abs(self.slope) @ theta + theta @ np.abs(self.curvature) @ theta


def quadratic(rng):
    """Return a random quadratic with curvatures of both signs."""
    return Quadratic(1.5, normal(rng, 4), any_hessian(rng))
