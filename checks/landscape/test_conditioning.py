"""Checks of conditioning: the curvature along a step of gradient descent, and Newton's step."""

import math

import numpy as np

from backproof.testing import Sample, assert_close, assert_raises, assert_that, check, normal
from backproof.testing.general import *

from ._functions import quadratic
from ._hessians import CONDITION, HESSIAN, KINDS, NOT_SQUARE, slope_and_curvature, with_eigenvalues

CURVATURE = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1"
CONDITIONING = "Goodfellow, Bengio and Courville, Deep Learning, section 4.2"
ILL_CONDITIONING = "Goodfellow, Bengio and Courville, Deep Learning, section 8.2.1"
BAD_RATES = (-0.1, float("nan"), float("inf"))

SAMPLES = {
    "condition_number": Sample(lambda: {"hessian": HESSIAN}, bad={"hessian": NOT_SQUARE}),
    **{
        name: Sample(
            lambda rng: {**slope_and_curvature(rng), "learning_rate": 0.1},
            bad={"learning_rate": BAD_RATES, "gradient": (np.ones(3),), "hessian": NOT_SQUARE},
        )
        for name in ("predicted_loss_change", "is_ill_conditioned")
    },
    "newton_step": Sample(slope_and_curvature, bad={"gradient": (np.ones(3),), "hessian": NOT_SQUARE}),
}


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
