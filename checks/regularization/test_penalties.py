"""Checks of the penalties of large weights: L1, L2 and the elastic net."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import GradientClaim, Sample, assert_close, assert_gradients, assert_that, check, normal
from backproof.testing.general import *
from backproof.testing.inputs import matrices

PENALTIES = "Goodfellow, Bengio and Courville, Deep Learning, section 7.1"

SAMPLES = {
    "l1_penalty": Sample(lambda rng: {"weight": normal(rng, (4, 3)), "strength": 0.1}),
    "l2_penalty": Sample(lambda rng: {"weight": normal(rng, (4, 3)), "strength": 0.1}),
    "elastic_net_penalty": Sample(lambda rng: {"weight": normal(rng, (4, 3)), "l2_strength": 0.1, "l1_strength": 0.2}),
}

each_penalty = pytest.mark.parametrize("penalty", ["l1_penalty", "l2_penalty", "elastic_net_penalty"])


def with_strengths(request, name, strengths=(0.3, 0.7)):
    """Return a penalty and, for a weight, the arguments of its call."""
    names = ("l2_strength", "l1_strength") if name == "elastic_net_penalty" else ("strength",)
    rest = dict(zip(names, strengths, strict=False))
    return request.getfixturevalue(name), lambda weight: {"weight": weight, **rest}


@check(points=2, source=f"{PENALTIES}.2", hint="strength * np.sum(np.abs(weight)): a sum, no mean and no half.")
@given(weight=matrices(scales=(1.0, 100.0)), strength=st.sampled_from([0.1, 1.0, 3.0]))
def test_l1_penalty_is_the_sum_of_absolute_weights(l1_penalty, weight, strength):
    """The penalty is strength * sum |w|, with the sign of each weight times strength as its gradient."""
    penalty, gradient = l1_penalty(weight, strength)
    assert_close(penalty, strength * np.abs(weight).sum(), "penalty")
    # At 0 any number from -strength to strength is a subgradient.
    free = np.clip(gradient, -strength * (1 + 1e-6), strength * (1 + 1e-6))
    assert_close(gradient, np.where(weight == 0, free, strength * np.sign(weight)), "gradient")


@check(points=2, source=f"{PENALTIES}.1", hint="strength * np.sum(weight ** 2), and 2 * strength * weight.")
@given(weight=matrices(scales=(1.0, 100.0)), strength=st.sampled_from([0.1, 1.0, 3.0]))
def test_l2_penalty_is_the_sum_of_squared_weights(l2_penalty, weight, strength):
    """The penalty is strength * sum w², or half of it, and the gradient is that of the same form."""
    penalty, gradient = l2_penalty(weight, strength)
    half = accepted_half(penalty, strength * np.sum(weight**2))
    assert_close(penalty, half * strength * np.sum(weight**2), "penalty")
    assert_close(gradient, half * 2 * strength * weight, "gradient")


@check(
    points=2,
    source="Zou and Hastie, JRSS B 67, 2005, eq. 3",
    hint="The squared part and the absolute part, added: do not forget the square.",
)
@given(
    weight=matrices(scales=(1.0, 100.0)),
    l2_strength=st.sampled_from([0.3, 2.0]),
    l1_strength=st.sampled_from([0.7, 0.0]),
)
def test_elastic_net_adds_both_penalties(elastic_net_penalty, weight, l2_strength, l1_strength):
    """The penalty is l2_strength * sum w² (or half of it) + l1_strength * sum |w|, and so is the gradient."""
    penalty, gradient = elastic_net_penalty(weight, l2_strength, l1_strength)
    squares, absolutes = l2_strength * np.sum(weight**2), l1_strength * np.sum(np.abs(weight))
    half = accepted_half(penalty - absolutes, squares)
    assert_close(penalty, half * squares + absolutes, "penalty")
    expected = half * 2 * l2_strength * weight + l1_strength * np.sign(weight)
    free = np.clip(gradient, -l1_strength * (1 + 1e-6), l1_strength * (1 + 1e-6))
    assert_close(gradient, np.where(weight == 0, free, expected), "gradient", magnitude=np.abs(weight).max())


def accepted_half(got, whole):
    """Return 1/2 or 1, whichever is nearer to the result."""
    return 0.5 if abs(got - whole / 2) < abs(got - whole) else 1.0


@check(points=1, source=PENALTIES, hint="Nothing but even functions of each weight may be summed.")
@each_penalty
@given(weight=matrices())
def test_penalty_is_even_and_never_negative(request, penalty, weight):
    """A penalty is 0 for zero weights, never negative, and the same for -w: adding one never lowers a loss."""
    function, arguments = with_strengths(request, penalty)
    results = function.each(map(arguments, (weight, -weight, np.zeros_like(weight))))
    (cost, gradient), (negated_cost, negated_gradient) = next(results), next(results)
    assert_that(cost >= 0, f"the penalty is {cost}", expected="at least 0", got=str(cost))
    assert_close(negated_cost, cost, "penalty of -w")
    somewhere = weight != 0
    assert_close(negated_gradient[somewhere], -gradient[somewhere], "gradient at -w")
    assert_close(next(results)[0], 0.0, "penalty of zero weights")


@check(points=1, source=PENALTIES, hint="Derive the penalty that you return: a half in one belongs in the other.")
@each_penalty
def test_penalty_gradient_agrees_with_finite_differences(request, penalty, rng, plot):
    """The gradient is the slope of the penalty."""
    function, arguments = with_strengths(request, penalty)

    def draw():
        weight = normal(rng, (4, 3))
        _, gradient = function(**arguments(weight))
        return [GradientClaim("gradient", function.of(arguments, part=0), weight, gradient)]

    assert_gradients(draw, rng, plot=plot, label=penalty)
