"""Checks of critical points: their kind, how probable each kind is, and the way out of a saddle."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_raises, assert_that, check, normal
from backproof.testing.general import *

from ._functions import Quadratic
from ._hessians import HESSIAN, KINDS, NOT_SQUARE, with_eigenvalues
from ._tolerances import beside_a_norm

CURVATURE = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1"
SADDLES = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3"
DAUPHIN = "Dauphin et al., Identifying and attacking the saddle point problem, NeurIPS 2014"
# Its eigenvalues are 3 and -1, and its diagonal shows no negative curvature.
MIXED = np.array([[1.0, 2.0], [2.0, 1.0]])

SAMPLES = {
    **{
        name: Sample(lambda: {"hessian": HESSIAN}, bad={"hessian": NOT_SQUARE})
        for name in ("classify_critical_point", "minimum_ratio", "escape_direction")
    },
    "probability_not_minimum": Sample(lambda: {"dimension": 3}, bad={"dimension": (-1,)}),
}


def assert_kinds(classify_critical_point, cases):
    """Assert what kind of critical point each Hessian belongs to; a case is (Hessian, kind) or (Hessian, kind, tol)."""
    settings = [{"tol": tol[0]} if tol else {} for _, _, *tol in cases]
    calls = [
        {"hessian": np.asarray(case[0], dtype=float), **given} for case, given in zip(cases, settings, strict=True)
    ]
    kinds = classify_critical_point.each(calls)
    for (hessian, expected, *_), given, kind in zip(cases, settings, kinds, strict=True):
        said = "".join(f" with {name}={value}" for name, value in given.items())
        message = f"the eigenvalues {np.linalg.eigvalsh(hessian).round(10).tolist()}{said} were called a {kind}"
        assert_that(kind == expected, message, expected=expected, got=kind)


@check(
    points=2, source=CURVATURE, hint="Look at the signs of all eigenvalues, not at the diagonal, trace or determinant."
)
def test_kind_follows_from_the_signs_of_the_eigenvalues(classify_critical_point, rng):
    """All curvatures positive: a minimum; all negative: a maximum; both: a saddle. Axes and scale do not matter."""
    opposite = {"minimum": "maximum", "maximum": "minimum", "saddle": "saddle"}
    cases = [(MIXED, "saddle"), ([[3.0]], "minimum")]
    for kind, eigenvalues in (*KINDS.items(), ("saddle", (-1.0, -1.0, 1.0)), ("saddle", (3.0, -1.0))):
        for scale in (0.01, 1.0, 100.0):
            hessian = scale * with_eigenvalues(rng, eigenvalues)
            cases += [(hessian, kind), (-hessian, opposite[kind])]
        cases.append((np.diag(eigenvalues), kind))
    assert_kinds(classify_critical_point, cases)


@check(points=1, source=CURVATURE, hint="Ask for a saddle first, then whether any |λ| <= tol.")
def test_flat_directions_are_degenerate_unless_both_signs_occur(classify_critical_point, rng):
    """An eigenvalue of at most tol tells nothing: degenerate, unless others of both signs make it a saddle."""
    cases = []
    for eigenvalues, expected in (
        ((2.0, 0.0), "degenerate"),
        ((0.0, -2.0), "degenerate"),
        ((0.0, 0.0), "degenerate"),
        ((1.0, 1e-10, 2.0), "degenerate"),
        ((1.0, -1e-10, 2.0), "degenerate"),
        ((-1.0, 0.0, 2.0), "saddle"),
    ):
        # The zeros of a matrix along its own axes are exact; turned ones are as large as a rounding.
        cases += [(np.diag(eigenvalues), expected), (with_eigenvalues(rng, eigenvalues), expected, 1e-3)]
    # At most tol, and tol may be 0.
    cases += [(np.diag(eigenvalues), "degenerate", 0.0) for eigenvalues in ((2.0, 0.0), (0.0, -2.0))]
    for eigenvalues, loose, strict in (
        ((1.0, 0.01), "degenerate", "minimum"),
        ((-1.0, -0.01), "degenerate", "maximum"),
        ((1.0, -0.01), "degenerate", "saddle"),
    ):
        cases += [(with_eigenvalues(rng, eigenvalues), loose, 0.1), (with_eigenvalues(rng, eigenvalues), strict)]
    assert_kinds(classify_critical_point, cases)


@check(points=2, source=CURVATURE, hint="Measure the Hessian first: are its mixed derivatives right?")
def test_critical_points_of_a_loss_are_told_apart(numerical_hessian, classify_critical_point, rng, plot):
    """From values of the loss alone: bowls, hills and saddles, and (1 - w₁w₂)², which has a saddle at 0."""
    cases = []
    for kind, eigenvalues in KINDS.items():
        # The first and the last of its curvatures are as much of a kind, and take a quarter of the values.
        theta, curvature = normal(rng, 2), with_eigenvalues(rng, eigenvalues[:1] + eigenvalues[3:])
        bowl = Quadratic(1.0, -curvature @ theta, curvature)
        hessian = numerical_hessian(bowl, theta, step=0.125)
        # What is not finite has no eigenvalues to be drawn; assert_kinds fails for it.
        got = np.linalg.eigvalsh(np.where(np.isfinite(hessian), hessian, 0.0))
        for label, values in ((kind, got), (f"{kind}, expected", np.linalg.eigvalsh(curvature))):
            plot.line(
                "Eigenvalues at critical points",
                range(1, 3),
                values,
                label=label,
                x_label="index",
                y_label="eigenvalue",
            )
        cases.append((hessian, kind))
    hessian = numerical_hessian(lambda w: float((1 - w[0] * w[1]) ** 2), np.zeros(2), step=0.125)
    assert_kinds(classify_critical_point, [*cases, (hessian, "saddle")])


@check(points=1, source=SADDLES, hint="The number of eigenvalues above 0, divided by how many there are.")
def test_minimum_ratio_is_the_share_of_positive_eigenvalues(minimum_ratio, rng):
    """The share is 1 at a minimum, 0 at a maximum, in between at a saddle; an eigenvalue of 0 is not positive."""
    for eigenvalues, expected in ((KINDS["minimum"], 1.0), (KINDS["maximum"], 0.0), ((-2.0, 0.5, 1.0, 4.0, 3.0), 0.8)):
        assert_close(minimum_ratio(with_eigenvalues(rng, eigenvalues)), expected, f"share of {eigenvalues}")
    assert_close(minimum_ratio(np.diag([2.0, 0.0, -1.0, 3.0])), 0.5, "share of (2, 0, -1, 3)")
    assert_close(minimum_ratio(MIXED), 0.5, f"share of {MIXED.tolist()}")


@check(points=2, source=DAUPHIN, hint="np.linalg.eigh: the eigenvectors are columns, the eigenvalues ascend.")
def test_escape_follows_the_most_negative_curvature(escape_direction, rng):
    """The direction has length 1, and the loss curves down along it as strongly as along any."""
    for eigenvalues in (KINDS["saddle"], KINDS["maximum"], (-0.5, 1.0, 4.0)):
        hessian = with_eigenvalues(rng, eigenvalues)
        direction = escape_direction(hessian)
        assert_close(np.linalg.norm(direction), 1.0, "length of the direction", magnitude=beside_a_norm(direction))
        # An iteration may stop early; another eigenvector is off by the distance of the eigenvalues, at least 1.
        error = np.abs(hessian @ direction - min(eigenvalues) * direction).max()
        assert_that(
            error < 1e-3,
            f"along the direction the curvature is {direction @ hessian @ direction:.4g}",
            expected=f"{min(eigenvalues)}, the most negative of {sorted(eigenvalues)}",
            got=str(direction.tolist()),
        )


@check(points=1, source=DAUPHIN, hint="raise ValueError when the smallest eigenvalue is not below 0.")
def test_no_escape_without_negative_curvature(escape_direction, rng):
    """Where no eigenvalue is negative there is no way down: ValueError."""
    for hessian in (with_eigenvalues(rng, KINDS["minimum"]), np.diag([1.0, 0.0, 2.0]), np.zeros((2, 2))):
        assert_raises("ValueError", ("hessian", "eigenvalue", "negative"), escape_direction, hessian)


@check(points=1, source=SADDLES, hint="All of them are positive with the chance 0.5**dimension.")
def test_most_critical_points_of_high_dimension_are_no_minimum(probability_not_minimum):
    """The chance that not all curvatures are positive is 1 - 0.5ⁿ: it goes to 1."""
    for dimension in (1, 2, 3, 10, 100):
        assert_close(probability_not_minimum(dimension), 1 - 0.5**dimension, f"chance for dimension {dimension}")
