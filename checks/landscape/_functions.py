"""Losses with known derivatives: quadratics and sums of waves."""

from dataclasses import dataclass

import numpy as np

from backproof.testing import normal

from ._hessians import any_hessian


def point(rng):
    """A sum of squares and a place that is not its minimum."""
    return {"f": lambda w: float(np.sum(w**2)), "theta": normal(rng, 2)}


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


@dataclass(frozen=True)
class Waves:
    """A loss Σₖ aₖ sin(vₖᵀθ + pₖ), and its derivatives; no partial derivative of an order is beyond its ``bound``."""

    heights: np.ndarray
    frequencies: np.ndarray
    phases: np.ndarray

    def __call__(self, theta):
        return float(self.heights @ np.sin(self.frequencies @ theta + self.phases))

    def gradient(self, theta):
        return self.heights * np.cos(self.frequencies @ theta + self.phases) @ self.frequencies

    def hessian(self, theta):
        curvatures = -self.heights * np.sin(self.frequencies @ theta + self.phases)
        return (self.frequencies.T * curvatures) @ self.frequencies

    def bound(self, order):
        return float(np.abs(self.heights) @ np.abs(self.frequencies).max(axis=1) ** order)

    def size(self, theta):
        arguments = np.abs(self.frequencies) @ (np.abs(theta) + 1) + np.abs(self.phases)
        return float(np.abs(self.heights) @ (1 + arguments))


def quadratic(rng):
    """Return a random quadratic with curvatures of both signs."""
    return Quadratic(1.5, normal(rng, 4), any_hessian(rng))


def waves(rng):
    """Return a random smooth loss of three parameters."""
    return Waves(normal(rng, 5), normal(rng, (5, 3)), normal(rng, 5))
