"""Mistakes in gradient_growth."""

import numpy as np
from landscape import gradient_growth

from backproof.misconceptions import misconception


@misconception(
    imitates="gradient_growth",
    says="the spectral radius is raised to powers: wrong where eigenvectors are not orthogonal",
    hint="A power can grow for a while though all eigenvalues are below 1: take its singular value.",
)
def gradient_growth_spectral_radius(weight, steps):
    gradient_growth(weight, steps)
    radius = np.abs(np.linalg.eigvals(weight)).max()
    return (radius ** np.arange(1, steps + 1)).astype(weight.dtype)


@misconception(
    imitates="gradient_growth",
    says="the largest singular value is raised to powers",
    hint="The norm of a power is at most the power of the norm, and often far below.",
)
def gradient_growth_powers_of_norm(weight, steps):
    gradient_growth(weight, steps)
    return (np.linalg.norm(weight, ord=2) ** np.arange(1, steps + 1)).astype(weight.dtype)


@misconception(
    imitates="gradient_growth",
    says="the powers begin at k = 0, with the identity",
    hint="The first entry belongs to weight itself.",
)
def gradient_growth_from_zero(weight, steps):
    gradient_growth(weight, steps)
    return np.concatenate([np.ones(1, dtype=weight.dtype), gradient_growth(weight, max(steps, 1) - 1)])


@misconception(
    imitates="gradient_growth",
    says="weight**k raises each entry to a power",
    hint="np.linalg.matrix_power, or @ once more each time.",
)
def gradient_growth_elementwise(weight, steps):
    gradient_growth(weight, steps)
    growth = [np.linalg.norm(weight**k, ord=2) for k in range(1, steps + 1)]
    return np.array(growth, dtype=weight.dtype)


@misconception(
    imitates="gradient_growth",
    says="the Frobenius norm is taken, which adds up all singular values",
    hint="np.linalg.norm(power, ord=2).",
)
def gradient_growth_frobenius(weight, steps):
    gradient_growth(weight, steps)
    growth = [np.linalg.norm(np.linalg.matrix_power(weight, k)) for k in range(1, steps + 1)]
    return np.array(growth, dtype=weight.dtype)
