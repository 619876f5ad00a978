"""Checks of all elementwise activations: one element, one gradient, no overflow."""

import numpy as np
import pytest

from backproof.testing import (
    GradientClaim,
    Sample,
    assert_close,
    assert_finite,
    assert_gradients,
    assert_that,
    check,
    normal,
    unrecorded,
)
from backproof.testing.general import *

from ._inputs import GRID, SLOPE

DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning"
STABILITY = f"{DEEP_LEARNING}, section 4.1"
BAD_DOUT = {"dout": (np.ones((4, 3)), np.ones((2, 4)))}


def both(rng):
    """dout and x of one shape."""
    return {"dout": normal(rng, (3, 4)), "x": normal(rng, (3, 4))}


SAMPLES = {
    **{name: Sample(lambda rng: {"x": normal(rng, (3, 4))}) for name in ("sigmoid", "tanh", "relu", "leaky_relu")},
    **{f"{name}_backward": Sample(both, bad=BAD_DOUT) for name in ("sigmoid", "tanh", "relu", "leaky_relu")},
    "prelu": Sample(lambda rng: {"x": normal(rng, (3, 4)), "slope": SLOPE}),
    "prelu_backward": Sample(lambda rng: both(rng) | {"slope": SLOPE}, bad=BAD_DOUT),
}

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu")
each_activation = pytest.mark.parametrize("forward", NAMES)
each_activation_and_gradient = pytest.mark.parametrize(
    ("forward", "backward"), [(name, f"{name}_backward") for name in NAMES], ids=NAMES
)
each_gradient = pytest.mark.parametrize("backward", [f"{name}_backward" for name in NAMES])


def fixed(request, name):
    """Return an activation as a function of x, or its gradient as one of (dout, x), with the slope filled in."""
    function = request.getfixturevalue(name)
    slope = {"slope": SLOPE} if name.startswith("prelu") else {}
    if name.endswith("_backward"):
        return function.of(lambda both: {"dout": both[0], "x": both[1], **slope}, part=0 if slope else None)
    return function.of(lambda x: {"x": x, **slope})


@check(
    points=0.5, source=f"{DEEP_LEARNING}, section 6.3", hint="Use operations that work element by element, and no axis."
)
@each_activation_and_gradient
def test_each_element_counts_alone(request, forward, backward):
    """An array of any shape gives what its elements give one by one, forwards and backwards."""
    forward, backward = fixed(request, forward), fixed(request, backward)
    x, dout = np.linspace(-2.0, 2.5, 12), np.linspace(3.0, -1.0, 12)
    shapes = ((12,), (3, 4), (12, 1), (2, 1, 6), (2, 3, 1, 2))
    out = np.array([float(value[0]) for value in forward.each(x[:, None])])
    dx = np.array([float(value[0]) for value in backward.each(zip(dout[:, None], x[:, None], strict=True))])
    for shape, got in zip(shapes, forward.each(x.reshape(shape) for shape in shapes), strict=True):
        assert_close(got, out.reshape(shape), f"out of shape {shape}", magnitude=1.0)
    for shape, got in zip(
        shapes, backward.each((dout.reshape(shape), x.reshape(shape)) for shape in shapes), strict=True
    ):
        assert_close(got, dx.reshape(shape), f"dx of shape {shape}", magnitude=3.0)


@check(
    points=0.5,
    source=f"{DEEP_LEARNING}, section 6.5.2",
    hint="dx = dout * slope, with a slope that depends on x alone.",
)
@each_gradient
def test_gradient_is_linear_in_dout(request, backward, rng):
    """A gradient twice as large, of either sign, comes back twice as large."""
    backward = fixed(request, backward)
    x, dout = normal(rng, (3, 4)), normal(rng, (3, 4))
    larger, dx = backward.each([(-2.0 * dout, x), (dout, x)])
    assert_close(larger, -2.0 * dx, "dx for -2 dout", magnitude=1e-9)


@check(
    points=1,
    source=f"{DEEP_LEARNING}, section 6.5.2",
    hint="Differentiate the function at x, its input, and multiply by dout.",
)
@each_activation_and_gradient
def test_gradient_agrees_with_finite_differences(request, forward, backward, rng, plot):
    """dx is the gradient of the activation."""
    name = forward
    forward, backward = fixed(request, forward), fixed(request, backward)

    def draw():
        x, dout = normal(rng, (4, 5), 2.0), normal(rng, (4, 5))
        claim = GradientClaim("dx", forward, x, backward((dout, x)), dout)
        if not plot.recorded:  # before the comparison, so that a failure has its picture
            record_curves()
        return [claim]

    def record_curves():
        x = np.linspace(-6, 6, 121)
        with unrecorded():
            plot.line("Activations", x, forward(x), label=name, x_label="x", y_label="activation")
            plot.line("Slopes", x, backward((np.ones_like(x), x)), label=name, x_label="x", y_label="slope")

    assert_gradients(draw, rng, plot=plot, label=f"{name}_backward")


@check(points=0.5, source=STABILITY, hint="Let every exponential have an argument below 0: exp(-abs(x)).")
@each_activation
def test_huge_inputs_overflow_nothing(request, forward):
    """At 1e4 and -1e4 the result is finite, and no overflow warning is given."""
    function = request.getfixturevalue(forward)
    arguments = (GRID, SLOPE) if forward == "prelu" else (GRID,)
    assert_finite(function(*arguments), f"{forward}(x)")
    warnings = [text for text in function.warnings(*arguments) if "overflow" in text]
    assert_that(not warnings, f"{forward} warned: {warnings[:1]}", expected="no warning", got=str(warnings[:1]))
