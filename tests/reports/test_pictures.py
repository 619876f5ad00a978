"""The recorded data of checks are drawn for any numbers of a submission."""

import math
import warnings
from textwrap import dedent
from xml.etree import ElementTree

import numpy as np
import pytest

from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.reports.pictures import CURVATURES, MOST_POINTS, pictures
from backproof.testing.gradients import DIRECTIONS
from backproof.testing.plots import Plot
from tests.helpers import REFERENCE, copied_reference

RECORDED = {
    "Activations by layer",
    "Augmented images",
    "Gradients and finite differences",
    "Overfitting a tiny data set",
    "Paths in a ravine",
    "Paths over a saddle",
    "ROC curve",
    "Schedules",
}

# Mistakes to append to modules of the reference, and the failing checks with the titles of their pictures.
MISTAKES = {
    "activations": """
        def tanh_backward(dout, x):
            return dout * (1 - x**2)
        """,
    "schedules": """
        def cosine_annealing(step, initial_lr, total_steps, min_lr=0.0):
            return float("nan")
        """,
    "metrics": """
        right_roc_curve = roc_curve

        def roc_curve(scores, labels):
            fpr, tpr, thresholds = right_roc_curve(scores, labels)
            return tpr, fpr, thresholds
        """,
    "optimizers": """
        def sgd(param, grad, state=None, learning_rate=0.01):
            return param + learning_rate * grad, state
        """,
}
FAILING = {
    "activations/test_gradient_agrees_with_finite_differences[tanh]": "Gradients and finite differences",
    "metrics/test_roc_curve_has_the_rates_at_every_distinct_score": "ROC curve",
    "optimizers/test_paths_of_50_steps[sgd]": "Paths under random gradients",
    "schedules/test_cosine_annealing_is_half_a_cosine": "Schedules",
}


@pytest.fixture(scope="module")
def recorded():
    """The data that checks record of the reference."""
    run = grade(*load_submission(REFERENCE), seed=0)
    return [plot for plots in run.plots.values() for plot in plots]


def words_in(svg: str) -> list[str]:
    """Return the texts of a picture; invalid SVG is an error."""
    return [
        "".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")
    ]


def test_every_picture_of_the_reference_is_drawn(recorded):
    """Each title is one picture with the labels of all its curves, and none is large."""
    drawn = pictures(recorded)
    assert drawn.keys() == {plot["title"] for plot in recorded} >= RECORDED
    for plot in recorded:
        assert plot["label"].removesuffix(", expected") in words_in(drawn[plot["title"]])
    assert max(map(len, drawn.values())) < 100_000


def test_the_surfaces_fit_the_paths(recorded):
    """Momentum's steps determine the gradient: w2 - w1 = beta (w1 - w0) - learning_rate * curvature * w1."""
    beta = {"Paths in a ravine": 0.8, "Paths over a saddle": 0.9}
    for title, (first, second) in CURVATURES.items():
        (path,) = (plot for plot in recorded if plot["title"] == title and plot["label"] == "momentum")
        slopes = [(beta[title] * (w[1] - w[0]) - (w[2] - w[1])) / w[1] for w in (path["x"], path["y"])]
        assert slopes[1] / slopes[0] == pytest.approx(second / first)


def test_expected_curves_are_dashed(recorded):
    """Both curves are drawn for each schedule, and named in the legend."""
    schedules = pictures(plot for plot in recorded if plot["title"] == "Schedules")["Schedules"]
    assert {"expected", "got", "step_decay"} <= set(words_in(schedules))
    assert "stroke-dasharray" in schedules


def test_slopes_of_a_right_gradient_are_equal(recorded):
    """Each function that returns gradients has slopes, and they are equal in pairs."""
    pairs = {plot["label"]: plot for plot in recorded if plot["title"] == "Gradients and finite differences"}
    assert {"relu_backward", "linear_backward", "cross_entropy", "network_loss", "l2_penalty"} <= pairs.keys()
    for plot in pairs.values():
        assert len(plot["x"]) >= DIRECTIONS
        np.testing.assert_allclose(plot["y"], plot["x"], rtol=1e-5, atol=1e-6)


def test_the_roc_curve_lies_on_the_expected_one(recorded):
    """It has enough points for a curve."""
    got, expected = (plot for plot in recorded if plot["title"] == "ROC curve")
    assert (got["x"], got["y"]) == (expected["x"], expected["y"])
    assert 30 <= len(got["x"]) <= 60


def test_failed_checks_have_their_pictures(tmp_path):
    """The picture of a failed check shows the mistake; that of a gradient also by coordinate."""
    work = copied_reference(tmp_path, *MISTAKES)
    for module, mistake in MISTAKES.items():
        file = work / f"{module}.py"
        file.write_text(file.read_text() + dedent(mistake))
    run = grade(*load_submission(work), seed=0, only=FAILING)
    assert [check.outcome for check in run.grade.checks] == ["failed"] * len(FAILING)
    for check, title in FAILING.items():
        plots = [plot for plot in run.plots[check] if plot["title"] == title]
        assert plots, check
        pictures(plots)
        if "gradient" in check:
            assert len(plots[0]["x"]) > DIRECTIONS
            assert np.abs(np.subtract(plots[0]["x"], plots[0]["y"])).max() > 0.1
        else:
            got, expected = plots[:2]
            assert got["y"] != expected["y"]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [math.nan] * 3,
        [math.inf, -math.inf, 0.0],
        [0.0, 1e308, -1e308],
        [5e-324, 1e-300, 1.0],
        [1e-300, 1e99],
        [1e16, 1e16 + 2],
        [0.0, -0.0],
        [3, 2, 1],
        np.tile([0.0, 1.0], 20_000),
    ],
    ids=lambda values: f"{len(values)} from {values[0] if len(values) else None}",
)
@pytest.mark.parametrize("title", ["Loss", "Paths in a ravine", "ROC curve"])
def test_any_numbers_can_be_drawn(title, values):
    """There is no exception or warning, and the picture stays small."""
    plot = Plot()
    plot.line(title, range(len(values)), values, label="$x_1$ <b>&amp; \\frac")
    plot.line(title, values, range(len(values)), label="the other way round", x_label="$", y_label="</svg>")
    plot.line(title, [1, 2, 3], [1], label="of two lengths")
    plot.line("Schedules", range(len(values)), values, label="a")
    plot.line("Schedules", range(len(values)), values, label="a, expected")
    plot.line("Schedules", range(3), range(3), label="b, expected")
    plot.pairs("Pairs", values, values[::-1], label="a")
    plot.pairs("Pairs", [1.0, 2.0], values, label="b")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = pictures(plot.recorded)
    assert "$x_1$ <b>&amp; \\frac" in words_in(drawn[title])
    assert len(drawn[title]) < 60 * MOST_POINTS + 60_000


@pytest.mark.parametrize(
    "values",
    [None, object(), "text", [[1, 2], [3]], {"a": 1}, [1j], np.array([1, None]), np.ones(2, "m8[s]"), lambda: 1],
    ids=lambda values: type(values).__name__,
)
def test_values_that_are_no_numbers_are_left_out(values):
    """Recording and drawing them raise nothing; other curves are drawn."""
    plot = Plot()
    plot.line("Loss", range(3), values, label="none")
    plot.line("Loss", range(3), range(3), label="some")
    plot.line("Schedules", range(3), values, label="a, expected")
    plot.line("Schedules", range(3), values, label="b, expected")
    plot.pairs("Pairs", values, values, label="none")
    plot.image("Images", values, label="none")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = pictures(plot.recorded)
    assert "some" in words_in(drawn["Loss"])
    assert all("none" in words_in(drawn[title]) for title in ("Loss", "Pairs", "Images"))


def test_any_pixels_can_be_drawn():
    """Pixels may be grey or coloured, out of range, not finite, or of a shape that no image has."""
    plot = Plot()
    for number, pixels in enumerate(([[0.5]], [[math.nan, -3], [math.inf, 1e300]], np.full((3, 2, 3), 7.0))):
        plot.image("Images", pixels, label=f"image {number}")
    for shape in ((), (4,), (0, 3), (3, 4, 2), (2, 3, 4, 3)):
        plot.image("Images", np.ones(shape), label=f"shape {shape}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {"image 2", "shape (4,)"} <= set(words_in(pictures(plot.recorded)["Images"]))


def test_a_matplotlibrc_changes_nothing():
    """Pictures do not depend on matplotlib's settings, and do not change them."""
    import matplotlib as mpl

    plot = Plot()
    plot.line("Loss", [1, 2], [1, 2], label="loss")
    usual = pictures(plot.recorded)
    with mpl.rc_context({"text.usetex": True, "svg.image_inline": False, "lines.linewidth": 30}):
        assert pictures(plot.recorded) == usual
        assert mpl.rcParams["text.usetex"]
