"""Mistakes in classify_critical_point, minimum_ratio, escape_direction and probability_not_minimum."""

import numpy as np
from landscape import classify_critical_point, escape_direction, minimum_ratio, probability_not_minimum

from backproof.misconceptions import misconception


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
