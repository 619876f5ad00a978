"""Checks of landscape.py: derivatives by differences, critical points, curvature, and the symmetries of a network."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from backproof.testing import Sample, assert_close, assert_raises, assert_that, check, normal
from backproof.testing.closeness import ROUNDINGS
from backproof.testing.general import *
from backproof.testing.precision import unit_roundoff

DIFFERENCES = "Nocedal and Wright, Numerical Optimization, section 8.1"
CURVATURE = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1"
CONDITIONING = "Goodfellow, Bengio and Courville, Deep Learning, section 4.2"
ILL_CONDITIONING = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.1"
SYMMETRY = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.2"
SADDLES = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3"
DAUPHIN = "Dauphin et al., Identifying and attacking the saddle point problem, NeurIPS 2014"
PASCANU = "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, ICML 2013"
LI = "Li et al., Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018, section 4"
SLICES = "Goodfellow, Vinyals and Saxe, Qualitatively characterizing neural network optimization problems, ICLR 2015"

# Curvatures of every kind of critical point, far from 0 and from each other.
KINDS = {"minimum": (0.5, 1.0, 2.0, 4.0), "maximum": (-4.0, -2.0, -1.0, -0.5), "saddle": (-2.0, -0.5, 1.0, 4.0)}
# The largest of them over the smallest: solving for a step loses this many roundings more.
CONDITION = 8.0

BAD_RATES = (-0.1, float("nan"), float("inf"))
NOT_SQUARE = (np.ones((2, 3)), np.ones((3, 2)))
HESSIAN = np.array([[2.0, 0.5], [0.5, -1.0]])
# Its eigenvalues are 3 and -1, and its diagonal shows no negative curvature.
MIXED = np.array([[1.0, 2.0], [2.0, 1.0]])


def point(rng):
    """A sum of squares and a place that is not its minimum."""
    return {"f": lambda w: float(np.sum(w**2)), "theta": normal(rng, 2)}


def slope_and_curvature(rng):
    """A gradient and a Hessian with curvatures of both signs."""
    return {"gradient": normal(rng, 2), "hessian": HESSIAN}


SAMPLES = {
    **{
        name: Sample(point, bad={"step": (0.0, -1e-3, float("nan"), float("inf"))})
        for name in ("numerical_gradient", "numerical_hessian")
    },
    "second_order_taylor": Sample(
        lambda rng: {"value": 1.5, **slope_and_curvature(rng), "theta0": normal(rng, 2), "theta": normal(rng, 2)},
        bad={"gradient": (np.ones(3),), "hessian": (*NOT_SQUARE, np.ones((3, 3))), "theta": (np.ones(3),)},
    ),
    **{
        name: Sample(lambda: {"hessian": HESSIAN}, bad={"hessian": NOT_SQUARE})
        for name in ("classify_critical_point", "minimum_ratio", "escape_direction", "condition_number")
    },
    **{
        name: Sample(
            lambda rng: {**slope_and_curvature(rng), "learning_rate": 0.1},
            bad={"learning_rate": BAD_RATES, "gradient": (np.ones(3),), "hessian": NOT_SQUARE},
        )
        for name in ("predicted_loss_change", "is_ill_conditioned")
    },
    "newton_step": Sample(slope_and_curvature, bad={"gradient": (np.ones(3),), "hessian": NOT_SQUARE}),
    "gradient_growth": Sample(
        lambda rng: {"weight": normal(rng, (3, 3)), "steps": 4}, bad={"weight": NOT_SQUARE, "steps": (-1,)}
    ),
    "permute_hidden_units": Sample(
        lambda rng: {**two_layers(rng), "permutation": np.array([2, 0, 3, 1])},
        bad={
            "permutation": (np.array([0, 1, 2]), np.array([0, 1, 1, 2]), np.array([1, 2, 3, 4])),
            "weight1": (np.ones((3, 3)), np.ones((3, 5))),
            "weight2": (np.ones((3, 2)), np.ones((5, 2))),
        },
    ),
    "count_equivalent_minima": Sample(
        lambda: {"hidden_units": 4, "hidden_layers": 2}, bad={"hidden_units": (-1,), "hidden_layers": (-1,)}
    ),
    "probability_not_minimum": Sample(lambda: {"dimension": 3}, bad={"dimension": (-1,)}),
    "filter_normalize": Sample(
        lambda rng: {"direction": normal(rng, (3, 2)), "weight": normal(rng, (3, 2))},
        bad={"direction": (np.ones((2, 3)), np.ones((4, 2)))},
    ),
    "loss_slice": Sample(
        lambda rng: {**point(rng), "direction": normal(rng, 2), "steps": np.array([-1.0, 0.0, 0.5])},
        bad={"direction": (np.ones(3), np.ones(4))},
    ),
}


def two_layers(rng):
    """Weights of a network with four hidden units."""
    return {"weight1": normal(rng, (3, 4)), "bias1": normal(rng, 4), "weight2": normal(rng, (4, 2))}


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


@pytest.fixture
def difference(request):
    """Return the function of differences that a check is run for."""
    return request.getfixturevalue(request.param)


each_difference = pytest.mark.parametrize("difference", ["numerical_gradient", "numerical_hessian"], indirect=True)


def assert_derivative(difference, f, theta, **settings):
    """Assert that differences give the derivative of f, up to rounding and what a step of second order leaves out."""
    order, step = (1, 1e-5) if difference.spec.name == "numerical_gradient" else (2, 1e-4)
    step = settings.get("step", step)
    got = difference(f, theta, **settings)
    expected = f.gradient(theta) if order == 1 else f.hessian(theta)
    # Central differences leave out step² / 6 of the third derivative, those of second order, in any of the usual
    # formulas, at most 3/4 step² of the fourth. The roundings of f's terms are divided by step**order.
    left_out = step**2 * f.bound(order + 2)
    magnitude = f.size(theta) / step**order + left_out / (ROUNDINGS * unit_roundoff(got))
    name = "gradient" if order == 1 else "Hessian"
    said = f"step={step:g}" if settings else "the default step"
    assert_close(got, expected, f"{name} with {said}", magnitude=magnitude)


@check(
    points=2,
    source=DIFFERENCES,
    hint="Gradient: (f(θ + he) - f(θ - he)) / 2h. Hessian: differences of differences, each pair e_i, e_j, over 4h².",
)
@each_difference
def test_differences_are_exact_on_quadratics(difference, rng):
    """On a quadratic, central differences with steps large and small give its gradient and Hessian."""
    f, theta = quadratic(rng), normal(rng, 4)
    # A long step, so that rounding does not hide the answer in float32 either.
    assert_derivative(difference, f, theta, step=0.125)
    assert_derivative(difference, f, theta)


@check(points=2, source=DIFFERENCES, hint="Go to both sides: the error of a difference to one side falls only with h.")
@each_difference
def test_error_of_differences_falls_with_the_squared_step(difference, rng):
    """On a smooth loss the error is at most the step squared times a derivative two orders higher."""
    f, theta = waves(rng), normal(rng, 3)
    for step in (0.1, 0.005):
        assert_derivative(difference, f, theta, step=step)
    assert_derivative(difference, f, theta)


@check(points=1, source=DIFFERENCES, hint="Use the argument step for the offsets as well as in the denominator.")
@each_difference
def test_f_is_followed_as_far_as_the_step(difference, rng):
    """The loss is asked for at places about one step away from theta, and nowhere far off."""
    theta = np.round(rng.uniform(-0.9, 0.9, 2), 2)
    for step in (0.5, 0.01):
        places = []

        def f(w, places=places):
            places.append(np.abs(w - theta).max())
            return float(np.sum(w**2))

        difference(f, theta, step=step)
        # Half a step to either side is a difference over a step, and twice the step is where two differences meet.
        furthest = max(places, default=0.0)
        assert_that(
            0.49 * step < furthest < 4.1 * step,
            f"with step={step}, f was called at most {furthest:.3g} away from theta",
            expected=f"about {step}",
            got=f"{furthest:.3g}",
        )


@check(points=1, source=DIFFERENCES, hint="Take both mixed differences, or the mean of hessian and hessian.T.")
def test_hessian_is_symmetric(numerical_hessian, rng):
    """The Hessian equals its transpose: it does not matter which derivative is taken first."""
    f, theta, step = waves(rng), normal(rng, 3), 0.1
    hessian = numerical_hessian(f, theta, step=step)
    assert_close(hessian, hessian.T, "Hessian and its transpose", magnitude=f.size(theta) / step**2)


@check(points=2, source=f"{CURVATURE}, equation 4.8", hint="value + d·g + ½ d·Hd with d = theta - theta0.")
def test_taylor_is_exact_on_quadratics(second_order_taylor, rng):
    """The second-order approximation of a quadratic is the quadratic, from any point to any other."""
    for _ in range(4):
        f, theta0, theta = quadratic(rng), normal(rng, 4), normal(rng, 4)
        got = second_order_taylor(f(theta0), f.gradient(theta0), f.hessian(theta0), theta0, theta)
        assert_close(got, f(theta), "the approximation of a quadratic", magnitude=f.size(theta0) + f.size(theta))


@check(points=1, source=f"{CURVATURE}, equation 4.8", hint="All of value, slope and curvature belong to theta0.")
def test_taylor_remainder_is_of_third_order(second_order_taylor, rng):
    """On a smooth loss the error is at most a sixth of the third derivative times the distance cubed."""
    f, theta0, direction = waves(rng), normal(rng, 3), normal(rng, 3)
    for distance in (0.5, 0.1, 0.02):
        theta = theta0 + distance * direction
        got = second_order_taylor(f(theta0), f.gradient(theta0), f.hessian(theta0), theta0, theta)
        remainder = float(np.abs(f.heights) @ np.abs(f.frequencies @ (theta - theta0)) ** 3) / 6
        room = remainder / (ROUNDINGS * unit_roundoff(got))
        size = f.size(theta0) + f.size(theta)
        assert_close(got, f(theta), f"the approximation {distance} directions away", magnitude=size + room)


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


@check(points=2, source=f"{CONDITIONING}, equation 4.2", hint="abs first, then max over min.")
def test_condition_number_compares_absolute_curvatures(condition_number, rng):
    """It is max |λ| / min |λ|, at least 1, and neither scale nor sign nor axes matter."""
    kinds = ((KINDS["saddle"], 8.0), (KINDS["maximum"], 8.0), ((3.0, -3.0), 1.0), ((5.0,), 1.0))
    cases = [(*kind, scale) for kind in kinds for scale in (1.0, -1.0, 1e-3, 1e3)]
    results = condition_number.each(
        {"hessian": scale * with_eigenvalues(rng, eigenvalues)} for eigenvalues, _, scale in cases
    )
    for (eigenvalues, expected, scale), got in zip(cases, results, strict=True):
        # Each eigenvalue is right to a rounding of the largest one: this many times its own.
        assert_close(got, expected, f"condition number of {scale:g} times {eigenvalues}", magnitude=CONDITION**2)


@check(points=1, source=CONDITIONING, hint="Divide by 0 only after you asked for it: return float('inf').")
def test_condition_number_of_a_singular_matrix_is_infinite(condition_number, rng):
    """Where an eigenvalue is 0 the condition number is inf; no NaN, also where all of them are 0."""
    for hessian in (np.diag([2.0, 0.0, -1.0]), np.diag([0.0, 3.0]), np.zeros((2, 2))):
        assert_close(condition_number(hessian), math.inf, f"condition number of {hessian.tolist()}")
    # A zero that was turned is as large as a rounding, or the root of one where squares are taken: 1e-3 in float32.
    got = condition_number(with_eigenvalues(rng, (2.0, 0.0, -1.0)))
    assert_that(got > 100, f"the condition number of a singular matrix is {got:.3g}", expected="inf", got=f"{got:.3g}")


@check(points=2, source=f"{CURVATURE}, equation 4.9", hint="-α g·g + ½ α² g·Hg.")
def test_predicted_change_is_exact_on_quadratics(predicted_loss_change, rng):
    """On a quadratic the predicted change is what a step of gradient descent changes."""
    for learning_rate in (0.0, 0.05, 0.5, 3.0):
        f, theta = quadratic(rng), normal(rng, 4)
        gradient = f.gradient(theta)
        after = theta - learning_rate * gradient
        got = predicted_loss_change(gradient, f.curvature, learning_rate)
        expected = f(after) - f(theta)
        assert_close(got, expected, f"change at the rate {learning_rate}", magnitude=f.size(after) + f.size(theta))


@check(points=2, source=f"{ILL_CONDITIONING}, equation 8.10", hint="½ α g·Hg > g·g: do not forget the ½, nor α.")
def test_ill_conditioned_means_that_the_step_raises_the_loss(is_ill_conditioned, rng):
    """The answer is whether a step of gradient descent raises the loss of a quadratic."""
    for scale in (0.01, 1.0, 100.0):
        hessian, gradient = scale * with_eigenvalues(rng, KINDS["minimum"]), normal(rng, 4)
        highest = 2 * float(gradient @ gradient) / float(gradient @ hessian @ gradient)
        for hessian_here, learning_rate, expected in (
            (hessian, 0.8 * highest, False),
            (hessian, 1.25 * highest, True),
            (-hessian, 1.25 * highest, False),
        ):
            answer = is_ill_conditioned(gradient, hessian_here, learning_rate)
            message = f"at {learning_rate / highest:.2f} of the rate at which the loss neither falls nor rises"
            assert_that(
                answer == expected, f"{message} the answer is {answer}", expected=str(expected), got=str(answer)
            )
    answer = is_ill_conditioned(np.zeros(2), HESSIAN, 0.1)
    assert_that(
        not answer, "without a slope no step is taken, and the loss does not rise", expected="False", got="True"
    )


@check(points=2, source=f"{CURVATURE}, equation 4.12", hint="Solve Hd = -g; do not change the signs of eigenvalues.")
def test_newton_steps_to_the_critical_point(newton_step, rng):
    """One step ends where the quadratic has no slope, be it a minimum, a maximum or a saddle, at any scale."""
    for kind, eigenvalues in KINDS.items():
        for scale in (1e-4, 1.0, 1e4):
            hessian, target, theta = scale * with_eigenvalues(rng, eigenvalues), normal(rng, 4), normal(rng, 4)
            got = newton_step(hessian @ (theta - target), hessian)
            size = CONDITION * np.linalg.norm(target - theta)
            assert_close(got, target - theta, f"step to the {kind} of a quadratic", magnitude=size)


@check(points=1, source=CURVATURE, hint="raise ValueError where the Hessian has no inverse.")
def test_newton_refuses_a_singular_hessian(newton_step):
    """Where the Hessian is singular there is no one critical point: ValueError."""
    for hessian in (np.diag([2.0, 0.0]), np.ones((2, 2)), np.zeros((2, 2))):
        assert_raises("ValueError", ("hessian", "singular", "matrix"), newton_step, np.array([1.0, 2.0]), hessian)


@check(
    points=2, source=f"{PASCANU}, section 2", hint="Multiply by weight once more each time, then take norm(power, 2)."
)
def test_growth_is_the_norm_of_each_power(gradient_growth, rng):
    """Entry k - 1 is the largest singular value of weight to the k: matrix powers, not powers of a number."""
    powers = 2.0 ** np.arange(1, 7)
    for factor, expected in ((2.0, powers), (-0.5, 1 / powers)):
        assert_close(gradient_growth(np.diag([factor, 0.1]), 6), expected, f"growth of diag({factor}, 0.1)")
    weight = normal(rng, (4, 4))
    weight = weight / np.linalg.norm(weight, ord=2)
    expected = [np.linalg.norm(np.linalg.matrix_power(weight, k), ord=2) for k in range(1, 9)]
    # No power is larger than 1, and each rounds the one before.
    assert_close(gradient_growth(weight, 8), np.array(expected), "growth of a random weight", magnitude=1.0)


@check(points=1, source=f"{PASCANU}, section 2", hint="Is it the power of a matrix, and the same matrix each time?")
def test_growth_follows_the_spectral_radius(gradient_growth, rng):
    """What goes back many steps dies out below a spectral radius of 1 and blows up above, whatever the norm is."""
    scales = np.array([1.0, 2.0, 4.0])
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    for radius in (0.8, 1.25):
        # All eigenvalues of this have the absolute value radius: each power k is radius**k, stretched up to 4 times.
        growth = gradient_growth(radius * turn * scales[:, None] / scales, 40)
        share = growth / radius ** np.arange(1, 41)
        # 40 multiplications in float32 round by less than a thousandth.
        assert_that(
            np.all((share > 0.999) & (share < 4.004)),
            f"with a spectral radius of {radius} the growth after 40 steps is {growth[-1]:.3g}",
            expected=f"from {radius**40:.3g} to {4 * radius**40:.3g}",
            got=f"{growth[-1]:.3g}",
        )


@check(
    points=2, source=SYMMETRY, hint="Columns of weight1, entries of bias1 and rows of weight2, all in the same order."
)
def test_permuted_units_compute_the_same(permute_hidden_units, rng):
    """Whatever belongs to a hidden unit moves with it, for any order: other arrays, and the same function."""
    layers = two_layers(rng)
    for permutation in (np.array([1, 2, 3, 0]), np.array([3, 0, 1, 2]), np.array([0, 2, 3, 1])):
        got = permute_hidden_units(**layers, permutation=permutation)
        # New unit i may be old unit permutation[i], or the other way round; weight1 tells which.
        orders = (permutation, np.argsort(permutation))
        order = min(orders, key=lambda order, moved=got[0]: np.abs(layers["weight1"][:, order] - moved).max())
        expected = (layers["weight1"][:, order], layers["bias1"][order], layers["weight2"][order])
        for name, array, moved in zip(layers, got, expected, strict=True):
            assert_close(array, moved, f"{name} in the order {permutation.tolist()}")


@check(points=1, source=SYMMETRY, hint="math.factorial(hidden_units) ** hidden_layers: Python's integers have no end.")
def test_orders_of_the_units_are_counted_exactly(count_equivalent_minima):
    """There are n! orders of the units of a layer, and (n!)ᵐ of m layers: an integer, exact also where it is huge."""
    for units, layers, expected in (
        (1, 5, 1),
        (3, 1, 6),
        (3, 2, 36),
        (5, 3, 1728000),
        (30, 4, math.factorial(30) ** 4),
    ):
        count = count_equivalent_minima(units, layers)
        is_exact = isinstance(count, int | np.integer) and int(count) == expected
        message = f"for {units} units in {layers} layers the count is {count}"
        assert_that(is_exact, message, expected=str(expected), got=str(count))


@check(points=1, source=SADDLES, hint="All of them are positive with the chance 0.5**dimension.")
def test_most_critical_points_of_high_dimension_are_no_minimum(probability_not_minimum):
    """The chance that not all curvatures are positive is 1 - 0.5ⁿ: it goes to 1."""
    for dimension in (1, 2, 3, 10, 100):
        assert_close(probability_not_minimum(dimension), 1 - 0.5**dimension, f"chance for dimension {dimension}")


@check(points=2, source=LI, hint="np.linalg.norm(..., axis=0) of both: divide by the direction's, times the weight's.")
def test_columns_get_the_norms_of_the_weights(filter_normalize, rng):
    """Each column keeps its direction and gets the norm of the weight's column; a column of zeros stays zeros."""
    direction, weight = (normal(rng, (5, 3)) + 0.005) * [1.0, 0.1, 10.0], normal(rng, (5, 3)) * [0.1, 1.0, 10.0]
    got = filter_normalize(direction, weight)
    norms, lengths = np.linalg.norm(direction, axis=0), np.linalg.norm(weight, axis=0).astype(got.dtype)
    room = beside_a_norm(got) / norms.min()
    assert_close(got / lengths, direction / norms, "columns over the norms of the weight's", magnitude=1.0 + room)
    direction[:, 1] = 0.0
    assert_close(filter_normalize(direction, weight)[:, 1], np.zeros(5), "a column of zeros")


@check(points=2, source=SLICES, hint="f(theta + t * direction) for each t, from theta each time.")
def test_slice_is_the_loss_along_a_line(loss_slice, rng, plot):
    """Entry k is f(theta + steps[k] * direction), for a direction of any length and steps in any order."""
    theta, direction, steps = normal(rng, (2, 3)), normal(rng, (2, 3)), np.array([0.0, 1.0, -0.5, 2.0, 0.25])
    got = loss_slice(lambda w: float(np.sum(w**3)), theta, direction, steps)
    places = theta + steps[:, None, None] * direction
    expected, order = np.sum(places**3, axis=(1, 2)), np.argsort(steps)
    record_slice(plot, steps[order], got[order], expected[order], "a cubic")
    assert_close(
        got,
        expected,
        "losses",
        magnitude=float(np.sum((np.abs(theta) + 2 * np.abs(direction)) ** 3)),
    )
    line = np.linspace(-1.5, 1.5, 31)
    for label, way, expected in (
        ("down from the saddle", np.array([1.0, 1.0]), (1 - line**2) ** 2),
        ("up from the saddle", np.array([1.0, -1.0]), (1 + line**2) ** 2),
    ):
        got = loss_slice(lambda w: float((1 - w[0] * w[1]) ** 2), np.zeros(2), way, line)
        record_slice(plot, line, got, expected, label)
        assert_close(got, expected, f"(1 - w₁w₂)² along {way.tolist()}", magnitude=10.0)


def record_slice(plot, steps, losses, expected, label):
    """Record losses along a line beside the expected ones."""
    for name, values in ((label, losses), (f"{label}, expected", expected)):
        plot.line("Loss slices", steps, values, label=name, x_label="step along the direction", y_label="loss")
