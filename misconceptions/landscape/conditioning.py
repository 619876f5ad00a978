"""Mistakes in condition_number, predicted_loss_change, is_ill_conditioned and newton_step."""

import math

import numpy as np
from landscape import condition_number, is_ill_conditioned, newton_step, predicted_loss_change

from backproof.misconceptions import misconception


@misconception(
    imitates="condition_number",
    says="the signs are kept: largest over smallest eigenvalue, negative at a saddle",
    hint="Take absolute values first.",
)
def condition_number_signed(hessian):
    condition_number(hessian)
    eigenvalues = np.linalg.eigvalsh(hessian)
    return eigenvalues[-1] / eigenvalues[0] if eigenvalues[0] != 0 else math.inf


@misconception(
    imitates="condition_number",
    says="the condition number of HᵀH is returned: the square",
    hint="The eigenvalues of HᵀH are squares.",
)
def condition_number_squared(hessian):
    return condition_number(hessian) ** 2


@misconception(
    imitates="condition_number",
    says="smallest over largest: the reciprocal",
    hint="It is at least 1.",
)
def condition_number_reciprocal(hessian):
    return 1 / condition_number(hessian)


@misconception(
    imitates="condition_number",
    says="eigenvalues of 0 are left out, so that a singular matrix looks harmless",
    hint="Where the smallest is 0 the answer is inf.",
)
def condition_number_skips_zeros(hessian):
    condition_number(hessian)
    sizes = np.abs(np.linalg.eigvalsh(hessian))
    sizes = sizes[sizes > 1e-6 * sizes.max()]
    return sizes.max() / sizes.min() if len(sizes) else 1.0


@misconception(
    imitates="predicted_loss_change",
    says="the factor ½ of the second order is missing",
    hint="½ α² gᵀHg.",
)
def predicted_loss_change_without_half(gradient, hessian, learning_rate):
    predicted_loss_change(gradient, hessian, learning_rate)
    return predicted_loss_change(gradient, 2 * hessian, learning_rate)


@misconception(
    imitates="predicted_loss_change",
    says="the learning rate is not squared in the second order",
    hint="The step is αg: it comes in twice.",
)
def predicted_loss_change_rate_not_squared(gradient, hessian, learning_rate):
    predicted_loss_change(gradient, hessian, learning_rate)
    return -learning_rate * (gradient @ gradient) + 0.5 * learning_rate * (gradient @ hessian @ gradient)


@misconception(
    imitates="predicted_loss_change",
    says="the step goes uphill: the first order has the wrong sign",
    hint="Gradient descent steps along -g.",
)
def predicted_loss_change_uphill(gradient, hessian, learning_rate):
    return -predicted_loss_change(gradient, -hessian, learning_rate)


@misconception(
    imitates="predicted_loss_change",
    says="the curvature is left out",
    hint="Add ½ α² gᵀHg.",
)
def predicted_loss_change_first_order(gradient, hessian, learning_rate):
    return predicted_loss_change(gradient, 0 * hessian, learning_rate)


@misconception(
    imitates="is_ill_conditioned",
    says="the factor ½ is missing: steps that lower the loss are called bad",
    hint="½ α gᵀHg > gᵀg.",
)
def is_ill_conditioned_without_half(gradient, hessian, learning_rate):
    return is_ill_conditioned(gradient, 2 * hessian, learning_rate)


@misconception(
    imitates="is_ill_conditioned",
    says="the answer is the wrong way round",
    hint="True where the second order outweighs the first.",
)
def is_ill_conditioned_reversed(gradient, hessian, learning_rate):
    return not is_ill_conditioned(gradient, hessian, learning_rate)


@misconception(
    imitates="is_ill_conditioned",
    says="the condition number is asked for, and neither the gradient nor the learning rate",
    hint="Whether this step raises the loss depends on all three.",
)
def is_ill_conditioned_by_condition_number(gradient, hessian, learning_rate):
    is_ill_conditioned(gradient, hessian, learning_rate)
    return bool(condition_number(hessian) > 100)


@misconception(
    imitates="is_ill_conditioned",
    says="the learning rate is forgotten",
    hint="½ α gᵀHg > gᵀg.",
)
def is_ill_conditioned_at_any_rate(gradient, hessian, learning_rate):
    is_ill_conditioned(gradient, hessian, learning_rate)
    return is_ill_conditioned(gradient, hessian, 1.0)


@misconception(
    imitates="is_ill_conditioned",
    says="the learning rate is squared on one side and left out on the other",
    hint="½ α² gᵀHg > α gᵀg, and one α cancels.",
)
def is_ill_conditioned_rate_squared(gradient, hessian, learning_rate):
    is_ill_conditioned(gradient, hessian, learning_rate)
    return is_ill_conditioned(gradient, hessian, learning_rate**2)


@misconception(
    imitates="newton_step",
    says="the sign is missing: the step leads away from the critical point",
    hint="-H⁻¹g.",
)
def newton_step_without_minus(gradient, hessian):
    return -newton_step(gradient, hessian)


@misconception(
    imitates="newton_step",
    says="eigenvalues are replaced by their absolute values: this is a saddle-free step, not Newton's",
    hint="Newton's method goes to the critical point, also where that is a saddle.",
)
def newton_step_saddle_free(gradient, hessian):
    newton_step(gradient, hessian)
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    return -eigenvectors @ (eigenvectors.T @ gradient / np.abs(eigenvalues))


@misconception(
    imitates="newton_step",
    says="the gradient is multiplied by the Hessian, not by its inverse",
    hint="Solve Hd = -g.",
)
def newton_step_multiplies(gradient, hessian):
    newton_step(gradient, hessian)
    return -hessian @ gradient


@misconception(
    imitates="newton_step",
    says="a singular Hessian is inverted as far as it goes, without a word",
    hint="raise ValueError: the critical point is not unique, or there is none.",
)
def newton_step_pseudo_inverse(gradient, hessian):
    if hessian.shape != gradient.shape * 2:
        raise ValueError("gradient does not fit hessian")
    return -np.linalg.pinv(hessian) @ gradient


@misconception(
    imitates="newton_step",
    says="a small determinant is taken for a singular matrix, so that small Hessians are refused",
    hint="The determinant scales with the matrix: look at the rank, or the condition number.",
)
def newton_step_refuses_small_determinants(gradient, hessian):
    step = newton_step(gradient, hessian)
    if abs(np.linalg.det(hessian)) < 1e-10:
        raise ValueError("hessian is singular")
    return step


@misconception(
    imitates="newton_step",
    says="a number is added to the diagonal, so that the step ends beside the critical point",
    hint="Damping is another method; solve with the Hessian as it is.",
)
def newton_step_damped(gradient, hessian):
    newton_step(gradient, hessian)
    return newton_step(gradient, hessian + 1e-3 * np.eye(len(hessian), dtype=hessian.dtype))
