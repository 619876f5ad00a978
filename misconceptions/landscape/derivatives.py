"""Mistakes in numerical_gradient, numerical_hessian and second_order_taylor."""

import numpy as np
from landscape import numerical_gradient, numerical_hessian, second_order_taylor

from backproof.misconceptions import misconception


@misconception(
    imitates="numerical_gradient",
    says="the difference goes to one side only, so its error falls with step and not with step²",
    hint="(f(θ + he) - f(θ - he)) / 2h.",
)
def numerical_gradient_forward(f, theta, *, step=1e-5):
    numerical_gradient(f, theta, step=step)
    here = f(theta)
    gradient = [(f(theta + offset) - here) / step for offset in step * np.eye(len(theta))]
    return np.array(gradient, dtype=theta.dtype)


@misconception(
    imitates="numerical_gradient",
    says="the difference over two steps is divided by one",
    hint="θ + he and θ - he lie 2h apart.",
)
def numerical_gradient_divides_by_one_step(f, theta, *, step=1e-5):
    return 2 * numerical_gradient(f, theta, step=step)


@misconception(
    imitates="numerical_gradient",
    says="the argument step is ignored",
    hint="Use the argument for the offsets and the denominator.",
)
def numerical_gradient_ignores_its_step(f, theta, *, step=1e-5):
    numerical_gradient(lambda _: 0.0, theta, step=step)
    return numerical_gradient(f, theta)


@misconception(
    imitates="numerical_gradient",
    says="all parameters are moved at once: this is one slope along (1, ..., 1), repeated",
    hint="Move one coordinate at a time.",
)
def numerical_gradient_moves_all(f, theta, *, step=1e-5):
    numerical_gradient(f, theta, step=step)
    return np.full_like(theta, (f(theta + step) - f(theta - step)) / (2 * step))


@misconception(
    imitates="numerical_gradient",
    says="a parameter is moved in place and not put back",
    hint="Move a copy, or put the old value back.",
)
def numerical_gradient_leaves_theta_moved(f, theta, *, step=1e-5):
    numerical_gradient(f, theta, step=step)
    gradient = np.zeros_like(theta)
    for index in range(len(theta)):
        theta[index] += step
        above = f(theta)
        theta[index] -= 2 * step
        gradient[index] = (above - f(theta)) / (2 * step)
    return gradient


@misconception(
    imitates="numerical_hessian",
    says="forward differences of forward differences: an error that falls with step and not with step²",
    hint="Go to both sides in both directions.",
)
def numerical_hessian_forward(f, theta, *, step=1e-4):
    numerical_hessian(f, theta, step=step)
    offsets = step * np.eye(len(theta))
    differences = [[f(theta + a + b) - f(theta + a) - f(theta + b) + f(theta) for b in offsets] for a in offsets]
    return (np.array(differences) / step**2).astype(theta.dtype)


@misconception(
    imitates="numerical_hessian",
    says="the mixed derivatives are left out",
    hint="Off the diagonal: f at θ ± he_i ± he_j.",
)
def numerical_hessian_diagonal_only(f, theta, *, step=1e-4):
    return np.diag(np.diag(numerical_hessian(f, theta, step=step)))


@misconception(
    imitates="numerical_hessian",
    says="the mixed derivatives are doubled",
    hint="Four values of f, over 4h².",
)
def numerical_hessian_doubles_mixed(f, theta, *, step=1e-4):
    hessian = numerical_hessian(f, theta, step=step)
    return 2 * hessian - np.diag(np.diag(hessian))


@misconception(
    imitates="numerical_hessian",
    says="only one triangle is filled",
    hint="hessian[j, i] = hessian[i, j].",
)
def numerical_hessian_one_triangle(f, theta, *, step=1e-4):
    return np.tril(numerical_hessian(f, theta, step=step))


@misconception(
    imitates="numerical_hessian",
    says="the step is 1e-8: squared it lies below the rounding of f, and the quotient is noise",
    hint="A second difference needs a step of about the fourth root of the roundoff: 1e-4.",
)
def numerical_hessian_tiny_step(f, theta, *, step=1e-4):
    numerical_hessian(lambda _: 0.0, theta, step=step)
    return numerical_hessian(f, theta, step=1e-8)


@misconception(
    imitates="numerical_hessian",
    says="the sum is kept from call to call",
    hint="Begin each call with a new array.",
)
def numerical_hessian_accumulates(f, theta, *, step=1e-4):
    store = numerical_hessian_accumulates.__dict__
    hessian = numerical_hessian(f, theta, step=step)
    kept = store.get("sum")
    store["sum"] = hessian + kept if kept is not None and kept.shape == hessian.shape else hessian
    return store["sum"].astype(theta.dtype)


@misconception(
    imitates="second_order_taylor",
    says="the factor ½ of the second order is missing",
    hint="½ dᵀHd.",
)
def second_order_taylor_without_half(value, gradient, hessian, theta0, theta):
    return second_order_taylor(value, gradient, 2 * hessian, theta0, theta)


@misconception(
    imitates="second_order_taylor",
    says="the distance is theta0 - theta: the slope counts the wrong way",
    hint="d = theta - theta0.",
)
def second_order_taylor_backwards(value, gradient, hessian, theta0, theta):
    return second_order_taylor(value, gradient, hessian, theta, theta0)


@misconception(
    imitates="second_order_taylor",
    says="the curvature is left out: this is the first order",
    hint="Add ½ dᵀHd.",
)
def second_order_taylor_first_order(value, gradient, hessian, theta0, theta):
    return second_order_taylor(value, gradient, 0 * hessian, theta0, theta)


@misconception(
    imitates="second_order_taylor",
    says="only the diagonal of the Hessian is used",
    hint="dᵀHd with the whole matrix: d @ hessian @ d.",
)
def second_order_taylor_diagonal(value, gradient, hessian, theta0, theta):
    second_order_taylor(value, gradient, hessian, theta0, theta)
    return second_order_taylor(value, gradient, np.diag(np.diag(hessian)), theta0, theta)
