"""Checks of gradients and Hessians by differences, and of the approximation of second order."""

import numpy as np
import pytest

from backproof.testing import Sample, assert_close, assert_that, check, normal
from backproof.testing.closeness import ROUNDINGS
from backproof.testing.general import *
from backproof.testing.precision import unit_roundoff

from ._functions import point, quadratic, waves
from ._hessians import NOT_SQUARE, slope_and_curvature

DIFFERENCES = "Nocedal and Wright, Numerical Optimization, section 8.1"
CURVATURE = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3.1"

SAMPLES = {
    **{
        name: Sample(point, bad={"step": (0.0, -1e-3, float("nan"), float("inf"))})
        for name in ("numerical_gradient", "numerical_hessian")
    },
    "second_order_taylor": Sample(
        lambda rng: {"value": 1.5, **slope_and_curvature(rng), "theta0": normal(rng, 2), "theta": normal(rng, 2)},
        bad={"gradient": (np.ones(3),), "hessian": (*NOT_SQUARE, np.ones((3, 3))), "theta": (np.ones(3),)},
    ),
}


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
