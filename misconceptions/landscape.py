"""Mistakes in landscape.py."""

import math

import numpy as np
from landscape import (
    classify_critical_point,
    condition_number,
    count_equivalent_minima,
    escape_direction,
    filter_normalize,
    gradient_growth,
    is_ill_conditioned,
    loss_slice,
    minimum_ratio,
    newton_step,
    numerical_gradient,
    numerical_hessian,
    permute_hidden_units,
    predicted_loss_change,
    probability_not_minimum,
    second_order_taylor,
)

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


@misconception(
    imitates="classify_critical_point",
    says="a positive determinant is taken for a minimum, a negative one for a saddle",
    hint="diag(-1, -1) has a positive determinant and is a maximum; look at every eigenvalue.",
)
def classify_by_determinant(hessian, *, tol=1e-8):
    classify_critical_point(hessian, tol=tol)
    determinant = np.linalg.det(hessian)
    if abs(determinant) <= tol:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"


@misconception(
    imitates="classify_critical_point",
    says="the trace decides: diag(3, -1) is called a minimum",
    hint="The trace is the sum of the eigenvalues; look at each.",
)
def classify_by_trace(hessian, *, tol=1e-8):
    kind = classify_critical_point(hessian, tol=tol)
    if kind == "degenerate":
        return kind
    trace = np.trace(hessian)
    return "minimum" if trace > tol else "maximum" if trace < -tol else "saddle"


@misconception(
    imitates="classify_critical_point",
    says="the diagonal is taken for the eigenvalues",
    hint="np.linalg.eigvalsh: the mixed derivatives count.",
)
def classify_by_diagonal(hessian, *, tol=1e-8):
    classify_critical_point(hessian, tol=tol)
    return classify_critical_point(np.diag(np.diag(hessian)), tol=tol)


@misconception(
    imitates="classify_critical_point",
    says="an eigenvalue of 0 is taken for a positive one: x² in two dimensions is called a minimum",
    hint="A curvature of 0 tells nothing: degenerate.",
)
def classify_zero_as_minimum(hessian, *, tol=1e-8):
    kind = classify_critical_point(hessian, tol=tol)
    is_semidefinite = np.linalg.eigvalsh(hessian)[0] >= -tol
    return "minimum" if kind == "degenerate" and is_semidefinite else kind


@misconception(
    imitates="classify_critical_point",
    says="any eigenvalue of 0 makes it degenerate, though both signs occur beside it",
    hint="Both signs are a saddle, whatever the other eigenvalues are: ask for that first.",
)
def classify_degenerate_first(hessian, *, tol=1e-8):
    kind = classify_critical_point(hessian, tol=tol)
    return "degenerate" if (np.abs(np.linalg.eigvalsh(hessian)) <= tol).any() else kind


@misconception(
    imitates="classify_critical_point",
    says="tol is ignored: a rounding beside 0 counts as a curvature",
    hint="Compare with tol, not with 0.",
)
def classify_without_tolerance(hessian, *, tol=1e-8):
    classify_critical_point(hessian, tol=tol)
    return classify_critical_point(hessian, tol=0.0)


@misconception(
    imitates="classify_critical_point",
    says="minimum and maximum are swapped",
    hint="Where the loss curves up in every direction there is a minimum.",
)
def classify_upside_down(hessian, *, tol=1e-8):
    return classify_critical_point(-hessian, tol=tol)


@misconception(
    imitates="minimum_ratio",
    says="the share of negative eigenvalues is returned",
    hint="Positive ones make a minimum.",
)
def minimum_ratio_of_negative(hessian):
    return minimum_ratio(-hessian)


@misconception(
    imitates="minimum_ratio",
    says="the positive eigenvalues are counted, but not divided by the dimension",
    hint="A share lies between 0 and 1.",
)
def minimum_ratio_counts(hessian):
    return minimum_ratio(hessian) * len(hessian)


@misconception(
    imitates="minimum_ratio",
    says="an eigenvalue of 0 counts as positive",
    hint="Above 0, not at or above.",
)
def minimum_ratio_counts_zero(hessian):
    minimum_ratio(hessian)
    return (np.linalg.eigvalsh(hessian) >= 0).mean()


@misconception(
    imitates="minimum_ratio",
    says="positive entries of the diagonal are counted, not eigenvalues",
    hint="np.linalg.eigvalsh.",
)
def minimum_ratio_of_diagonal(hessian):
    minimum_ratio(hessian)
    return (np.diag(hessian) > 0).mean()


@misconception(
    imitates="escape_direction",
    says="the eigenvector of the largest absolute eigenvalue is returned, as power iteration does",
    hint="The most negative eigenvalue, with its sign.",
)
def escape_direction_largest(hessian):
    escape_direction(hessian)
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    return eigenvectors[:, np.abs(eigenvalues).argmax()]


@misconception(
    imitates="escape_direction",
    says="a row of the matrix of eigenvectors is returned; they are its columns",
    hint="eigenvectors[:, k] belongs to eigenvalues[k].",
)
def escape_direction_row(hessian):
    escape_direction(hessian)
    return np.linalg.eigh(hessian)[1][0].copy()


@misconception(
    imitates="escape_direction",
    says="the least negative eigenvalue is chosen",
    hint="The most negative one is the steepest way down: eigenvalues ascend.",
)
def escape_direction_least_negative(hessian):
    escape_direction(hessian)
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    return eigenvectors[:, np.flatnonzero(eigenvalues < 0)[-1]]


@misconception(
    imitates="escape_direction",
    says="the direction is as long as the eigenvalue is large",
    hint="Return a vector of length 1.",
)
def escape_direction_scaled(hessian):
    return escape_direction(hessian) * np.abs(np.linalg.eigvalsh(hessian)[0])


@misconception(
    imitates="escape_direction",
    says="a direction is returned although no eigenvalue is negative",
    hint="raise ValueError at a minimum: there is no way down.",
)
def escape_direction_from_a_minimum(hessian):
    if hessian.shape[0] != hessian.shape[1]:
        raise ValueError("hessian must be square")
    return np.linalg.eigh(hessian)[1][:, 0]


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


@misconception(
    imitates="permute_hidden_units",
    says="the outgoing weights stay in the old order, and the network computes something else",
    hint="Rows of weight2 go with their units.",
)
def permute_hidden_units_keeps_weight2(weight1, bias1, weight2, permutation):
    weight1, bias1, _ = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2


@misconception(
    imitates="permute_hidden_units",
    says="the biases stay in the old order",
    hint="A bias goes with its unit.",
)
def permute_hidden_units_keeps_bias(weight1, bias1, weight2, permutation):
    weight1, _, weight2 = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2


@misconception(
    imitates="permute_hidden_units",
    says="the outgoing weights are put in the inverse order",
    hint="Index all three with the same permutation.",
)
def permute_hidden_units_mixes_directions(weight1, bias1, weight2, permutation):
    weight1, bias1, _ = permute_hidden_units(weight1, bias1, weight2, permutation)
    return weight1, bias1, weight2[np.argsort(permutation)]


@misconception(
    imitates="permute_hidden_units",
    says="everything is returned as it was",
    hint="The function stays the same, the arrays do not.",
)
def permute_hidden_units_does_nothing(weight1, bias1, weight2, permutation):
    return permute_hidden_units(weight1, bias1, weight2, np.sort(permutation))


@misconception(
    imitates="count_equivalent_minima",
    says="the orders of the layers are added, not multiplied",
    hint="Each order of one layer goes with each order of the others: (n!)ᵐ.",
)
def count_equivalent_minima_adds(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    return math.factorial(hidden_units) * hidden_layers


@misconception(
    imitates="count_equivalent_minima",
    says="all units are permuted together, as if they could change layers",
    hint="A unit stays in its layer: (n!)ᵐ, not (nm)!.",
)
def count_equivalent_minima_all_units(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    return math.factorial(hidden_units * hidden_layers)


@misconception(
    imitates="count_equivalent_minima",
    says="the count is a float, which has 16 digits",
    hint="Python's integers are exact at any size: math.factorial.",
)
def count_equivalent_minima_float(hidden_units, hidden_layers):
    return float(count_equivalent_minima(hidden_units, hidden_layers))


@misconception(
    imitates="count_equivalent_minima",
    says="the product overflows: NumPy's integers have 64 bits",
    hint="math.factorial, or a loop over Python's integers.",
)
def count_equivalent_minima_overflows(hidden_units, hidden_layers):
    count_equivalent_minima(hidden_units, hidden_layers)
    with np.errstate(over="ignore"):
        return np.prod(np.arange(1, hidden_units + 1), dtype=np.int64) ** np.int64(hidden_layers)


@misconception(
    imitates="probability_not_minimum",
    says="this is the chance of a minimum",
    hint="1 minus it.",
)
def probability_not_minimum_of_minimum(dimension):
    return 1 - probability_not_minimum(dimension)


@misconception(
    imitates="probability_not_minimum",
    says="this is the chance of a saddle: maxima are left out, and they are no minima either",
    hint="Only one of 2ⁿ combinations of signs is a minimum.",
)
def probability_not_minimum_of_saddle(dimension):
    return max(2 * probability_not_minimum(dimension) - 1, 0.0)


@misconception(
    imitates="probability_not_minimum",
    says="the chances are multiplied by the dimension, not raised to its power",
    hint="Independent events: 0.5**dimension.",
)
def probability_not_minimum_linear(dimension):
    probability_not_minimum(dimension)
    return 1 - 0.5 / max(dimension, 1)


@misconception(
    imitates="filter_normalize",
    says="rows are normalised, not columns",
    hint="With weight (fan_in, fan_out) a unit's weights are a column: axis=0.",
)
def filter_normalize_rows(direction, weight):
    if direction.shape != weight.shape:
        raise ValueError("direction and weight differ in shape")
    return np.ascontiguousarray(filter_normalize(direction.T, weight.T).T)


@misconception(
    imitates="filter_normalize",
    says="the whole direction gets the norm of the whole weight",
    hint="Column by column.",
)
def filter_normalize_whole(direction, weight):
    filter_normalize(direction, weight)
    return direction * (np.linalg.norm(weight) / np.linalg.norm(direction))


@misconception(
    imitates="filter_normalize",
    says="columns have length 1: the norms of the weights are left out",
    hint="Multiply by the norm of the weight's column.",
)
def filter_normalize_unit(direction, weight):
    filter_normalize(direction, weight)
    return filter_normalize(direction, np.ones_like(weight) / np.sqrt(np.asarray(len(weight), dtype=weight.dtype)))


@misconception(
    imitates="filter_normalize",
    says="columns are multiplied by the weight's norm, but their own length is left in",
    hint="Divide by the norm of the direction's column first.",
)
def filter_normalize_keeps_length(direction, weight):
    filter_normalize(direction, weight)
    return direction * np.linalg.norm(weight, axis=0)


@misconception(
    imitates="filter_normalize",
    says="a column of zeros becomes NaN: 0 / 0",
    hint="Leave a column without length as it is.",
)
def filter_normalize_divides_by_zero(direction, weight):
    filter_normalize(direction, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return direction / np.linalg.norm(direction, axis=0) * np.linalg.norm(weight, axis=0)


@misconception(
    imitates="loss_slice",
    says="the direction is brought to length 1 first",
    hint="Steps are multiples of the direction as it is.",
)
def loss_slice_normalizes(f, theta, direction, steps):
    loss_slice(f, theta, direction, steps)
    return loss_slice(f, theta, direction / np.linalg.norm(direction), steps)


@misconception(
    imitates="loss_slice",
    says="each step starts where the last one ended",
    hint="From theta each time.",
)
def loss_slice_walks(f, theta, direction, steps):
    return loss_slice(f, theta, direction, np.cumsum(steps))


@misconception(
    imitates="loss_slice",
    says="the line is followed backwards",
    hint="theta + t * direction.",
)
def loss_slice_backwards(f, theta, direction, steps):
    return loss_slice(f, theta, -direction, steps)


@misconception(
    imitates="loss_slice",
    says="the loss at theta is subtracted",
    hint="Return the losses themselves.",
)
def loss_slice_relative(f, theta, direction, steps):
    return loss_slice(f, theta, direction, steps) - np.asarray(f(theta), dtype=theta.dtype)
