"""Checks of slices through a loss: the loss along a line, and directions of comparable length."""

import numpy as np

from backproof.testing import Sample, assert_close, check, normal
from backproof.testing.general import *

from ._functions import point
from ._tolerances import beside_a_norm

LI = "Li et al., Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018, section 4"
SLICES = "Goodfellow, Vinyals and Saxe, Qualitatively characterizing neural network optimization problems, ICLR 2015"

SAMPLES = {
    "filter_normalize": Sample(
        lambda rng: {"direction": normal(rng, (3, 2)), "weight": normal(rng, (3, 2))},
        bad={"direction": (np.ones((2, 3)), np.ones((4, 2)))},
    ),
    "loss_slice": Sample(
        lambda rng: {**point(rng), "direction": normal(rng, 2), "steps": np.array([-1.0, 0.0, 0.5])},
        bad={"direction": (np.ones(3), np.ones(4))},
    ),
}


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
