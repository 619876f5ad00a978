"""Reference slopes, curvatures and critical points."""

import math

import numpy as np


def numerical_gradient(f, theta, *, step=1e-5):
    """(f(θ + he) - f(θ - he)) / 2h for each unit vector e (Nocedal and Wright, section 8.1)."""
    _check_step(step)
    offsets = step * np.eye(len(theta))  # float64, whatever theta is: in float32 a step of 1e-5 has two digits
    gradient = np.array([f(theta + offset) - f(theta - offset) for offset in offsets]) / (2 * step)
    return gradient.astype(theta.dtype)


def numerical_hessian(f, theta, *, step=1e-4):
    """Central differences along e_j of central differences along e_i: four values of f for each pair."""
    _check_step(step)
    offsets = step * np.eye(len(theta))
    differences = [
        [f(theta + a + b) - f(theta + a - b) - f(theta - a + b) + f(theta - a - b) for b in offsets] for a in offsets
    ]
    hessian = np.array(differences) / (4 * step**2)
    return ((hessian + hessian.T) / 2).astype(theta.dtype)


def second_order_taylor(value, gradient, hessian, theta0, theta):
    """L(θ₀) + dᵀg + ½ dᵀHd (Deep Learning, equation 4.8)."""
    _check_hessian(hessian, gradient=gradient, theta0=theta0, theta=theta)
    move = theta - theta0
    return value + move @ gradient + 0.5 * (move @ hessian @ move)


def classify_critical_point(hessian, *, tol=1e-8):
    """By the smallest and the largest eigenvalue, and by those that are no larger than tol."""
    _check_hessian(hessian)
    eigenvalues = np.linalg.eigvalsh(hessian)  # in ascending order
    if eigenvalues[0] < -tol and eigenvalues[-1] > tol:
        return "saddle"
    if (np.abs(eigenvalues) <= tol).any():
        return "degenerate"
    return "minimum" if eigenvalues[0] > 0 else "maximum"


def minimum_ratio(hessian):
    """Count the positive eigenvalues."""
    _check_hessian(hessian)
    return (np.linalg.eigvalsh(hessian) > 0).mean()


def escape_direction(hessian):
    """The first eigenvector: eigenvalues ascend."""
    _check_hessian(hessian)
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    if eigenvalues[0] >= 0:
        raise ValueError("hessian has no negative eigenvalue")
    return eigenvectors[:, 0]


def condition_number(hessian):
    """max |λ| / min |λ|."""
    _check_hessian(hessian)
    sizes = np.abs(np.linalg.eigvalsh(hessian))
    return sizes.max() / sizes.min() if sizes.min() > 0 else math.inf


def predicted_loss_change(gradient, hessian, learning_rate):
    """-α gᵀg + ½ α² gᵀHg (Deep Learning, equation 4.9)."""
    _check_hessian(hessian, gradient=gradient)
    _check_learning_rate(learning_rate)
    return -learning_rate * (gradient @ gradient) + 0.5 * learning_rate**2 * (gradient @ hessian @ gradient)


def is_ill_conditioned(gradient, hessian, learning_rate):
    """½ α gᵀHg > gᵀg: the predicted change is positive."""
    _check_hessian(hessian, gradient=gradient)
    _check_learning_rate(learning_rate)
    return bool(0.5 * learning_rate * (gradient @ hessian @ gradient) > gradient @ gradient)


def newton_step(gradient, hessian):
    """-H⁻¹g, by solving Hd = -g."""
    _check_hessian(hessian, gradient=gradient)
    if np.linalg.matrix_rank(hessian) < len(hessian):
        raise ValueError("hessian is singular: there is no critical point, or more than one")
    return np.linalg.solve(hessian, -gradient)


def gradient_growth(weight, steps):
    """Multiply by weight once more, and take the norm."""
    _check_square("weight", weight)
    if steps < 0:
        raise ValueError(f"steps must not be negative, not {steps}")
    growth, power = [], np.eye(len(weight), dtype=weight.dtype)
    for _ in range(steps):
        power = power @ weight
        growth.append(np.linalg.norm(power, ord=2))
    return np.array(growth, dtype=weight.dtype)


def permute_hidden_units(weight1, bias1, weight2, permutation):
    """A hidden unit is a column of weight1, an entry of bias1 and a row of weight2."""
    if weight1.shape[1:] != bias1.shape or weight2.shape[:1] != bias1.shape:
        raise ValueError(f"weight1, bias1 and weight2 have shapes {weight1.shape}, {bias1.shape} and {weight2.shape}")
    if sorted(permutation) != list(range(len(bias1))):
        raise ValueError(f"permutation must hold each of 0 to {len(bias1) - 1} once")
    return weight1[:, permutation], bias1[permutation], weight2[permutation]


def count_equivalent_minima(hidden_units, hidden_layers):
    """n! orders for each of m layers."""
    for name, value in (("hidden_units", hidden_units), ("hidden_layers", hidden_layers)):
        if value < 0:
            raise ValueError(f"{name} must not be negative, not {value}")
    return math.factorial(hidden_units) ** hidden_layers


def probability_not_minimum(dimension):
    """Not heads every time."""
    if dimension < 0:
        raise ValueError(f"dimension must not be negative, not {dimension}")
    return 1 - 0.5**dimension


def filter_normalize(direction, weight):
    """Scale each column by the ratio of the norms (Li et al. 2018)."""
    if direction.shape != weight.shape:
        raise ValueError(f"direction has shape {direction.shape}, weight has {weight.shape}")
    norms = np.linalg.norm(direction, axis=0)
    return direction * (np.linalg.norm(weight, axis=0) / np.where(norms > 0, norms, np.ones_like(norms)))


def loss_slice(f, theta, direction, steps):
    """f(θ + td) for each t."""
    if direction.shape != theta.shape:
        raise ValueError(f"direction has shape {direction.shape}, theta has {theta.shape}")
    return np.array([f(theta + t * direction) for t in steps], dtype=theta.dtype)


def _check_step(step):
    if not (math.isfinite(step) and step > 0):
        raise ValueError(f"step must be above 0 and finite, not {step}")


def _check_learning_rate(learning_rate):
    if not (math.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"learning_rate must be finite and not negative, not {learning_rate}")


def _check_hessian(hessian, **vectors):
    _check_square("hessian", hessian)
    for name, vector in vectors.items():
        if vector.shape != hessian.shape[:1]:
            raise ValueError(f"{name} has shape {vector.shape}, hessian has {hessian.shape}")


def _check_square(name, matrix):
    if matrix.shape != (len(matrix), len(matrix)):
        raise ValueError(f"{name} must be square, not of shape {matrix.shape}")
