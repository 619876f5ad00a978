"""Mistakes in landscape.py, as learners write them."""

import math

import numpy as np


def numerical_gradient_forward(f, theta, *, step=1e-5):
    gradient = np.zeros_like(theta)
    start = f(theta)
    for i in range(theta.size):
        moved = np.array(theta, dtype=float)
        moved[i] += step
        gradient[i] = (f(moved) - start) / step
    return gradient


def numerical_gradient_divides_by_one_step(f, theta, *, step=1e-5):
    slopes = []
    for i in range(len(theta)):
        up, down = np.array(theta, dtype=float), np.array(theta, dtype=float)
        up[i] += step
        down[i] -= step
        slopes.append((f(up) - f(down)) / step)
    return np.array(slopes, dtype=theta.dtype)


def numerical_hessian_diagonal_only(f, theta, *, step=1e-4):
    # (f(θ + 2h) - 2 f(θ) + f(θ - 2h)) / 4h²: a central difference of central differences.
    n = len(theta)
    start = np.array(theta, dtype=float)
    hessian = np.zeros((n, n), dtype=theta.dtype)
    for i in range(n):
        move = np.zeros(n)
        move[i] = 2 * step
        hessian[i, i] = (f(start + move) - 2 * f(start) + f(start - move)) / (2 * step) ** 2
    return hessian


def second_order_taylor_without_half(value, gradient, hessian, theta0, theta):
    d = theta - theta0
    result = value
    for i in range(len(d)):
        result += gradient[i] * d[i]
        for j in range(len(d)):
            result += d[i] * hessian[i, j] * d[j]
    return result


def second_order_taylor_backwards(value, gradient, hessian, theta0, theta):
    delta = theta0 - theta
    return np.dot(gradient, delta) + np.dot(np.dot(delta, hessian), delta) / 2 + value


def classify_by_determinant(hessian, *, tol=1e-8):
    determinant = math.prod(np.linalg.eigvalsh(hessian))
    if -tol <= determinant <= tol:
        return "degenerate"
    if determinant > 0:
        return "minimum" if hessian[0][0] > 0 else "maximum"
    return "saddle"


def classify_by_diagonal(hessian, *, tol=1e-8):
    curvatures = [hessian[i][i] for i in range(len(hessian))]
    num_up = sum(c > tol for c in curvatures)
    num_down = sum(c < -tol for c in curvatures)
    if num_up and num_down:
        return "saddle"
    if num_up + num_down < len(curvatures):
        return "degenerate"
    return "minimum" if num_up else "maximum"


def minimum_ratio_counts(hessian):
    count = 0
    for eigenvalue in np.linalg.eigvalsh(hessian):
        if eigenvalue > 0:
            count += 1
    return float(count)


def escape_direction_row(hessian):
    values, vectors = np.linalg.eigh(hessian)
    k = int(np.argmin(values))
    if values[k] >= 0:
        raise ValueError("hessian: no way down")
    return vectors[k, :]


def condition_number_signed(hessian):
    spectrum = sorted(np.linalg.eigvalsh(hessian))
    smallest, largest = spectrum[0], spectrum[-1]
    if smallest == 0:
        return float("inf")
    return largest / smallest


def predicted_loss_change_rate_not_squared(gradient, hessian, learning_rate):
    linear = sum(g * g for g in gradient)
    quadratic = gradient.dot(hessian.dot(gradient))
    return learning_rate * (quadratic / 2 - linear)


def is_ill_conditioned_without_half(gradient, hessian, learning_rate):
    g = gradient.reshape(-1, 1)
    first, second = (g.T @ g).item(), (g.T @ hessian @ g).item()
    return second * learning_rate > first


def newton_step_without_minus(gradient, hessian):
    if np.linalg.matrix_rank(hessian) < hessian.shape[0]:
        raise ValueError("hessian has no inverse")
    return np.linalg.inv(hessian) @ gradient


def gradient_growth_powers_of_norm(weight, steps):
    largest = np.linalg.svd(weight, compute_uv=False)[0]
    growth, current = [], 1.0
    for _ in range(steps):
        current = current * largest
        growth.append(current)
    return np.array(growth, dtype=weight.dtype)


def permute_hidden_units_keeps_weight2(weight1, bias1, weight2, permutation):
    new_weight1, new_bias1 = np.empty_like(weight1), np.empty_like(bias1)
    for new, old in enumerate(permutation):
        new_weight1[:, new] = weight1[:, old]
        new_bias1[new] = bias1[old]
    return new_weight1, new_bias1, weight2.copy()


def count_equivalent_minima_adds(hidden_units, hidden_layers):
    total = 0
    for _ in range(hidden_layers):
        orders = 1
        for k in range(2, hidden_units + 1):
            orders *= k
        total += orders
    return total


def filter_normalize_rows(direction, weight):
    result = direction.copy()
    for i in range(len(direction)):
        length = np.sqrt(np.sum(direction[i] ** 2))
        if length > 0:
            result[i] = direction[i] / length * np.sqrt(np.sum(weight[i] ** 2))
    return result


def loss_slice_normalizes(f, theta, direction, steps):
    unit = direction / math.sqrt(np.sum(direction * direction))
    losses = np.zeros(len(steps), dtype=theta.dtype)
    for i, t in enumerate(steps):
        losses[i] = f(theta + float(t) * unit)
    return losses
