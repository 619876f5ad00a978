"""What checks recorded is drawn, whatever numbers a submission gave."""

import math
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest

from backproof.plugin.checks import load_submission
from backproof.reports.pictures import CURVATURES, MOST_POINTS, pictures
from backproof.runner import grade
from backproof.testing.plots import Plot
from tests.helpers import REFERENCE

RECORDED = {
    "Activations by layer",
    "Augmented images",
    "Overfitting a tiny data set",
    "Paths in a ravine",
    "Paths over a saddle",
    "ROC curve",
    "Schedules",
}


@pytest.fixture(scope="module")
def recorded():
    """Give what the checks record of the reference."""
    run = grade(*load_submission(REFERENCE), seed=0)
    return [plot for plots in run.plots.values() for plot in plots]


def words_in(svg: str) -> list[str]:
    """Return the texts of a picture; parsing it asserts that it is one."""
    return [
        "".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")
    ]


def test_every_picture_of_the_reference_is_drawn(recorded):
    """Each title is one picture, with the labels of all its curves, and none is large."""
    drawn = pictures(recorded)
    assert drawn.keys() == {plot["title"] for plot in recorded} >= RECORDED
    for plot in recorded:
        assert plot["label"].removesuffix(", expected") in words_in(drawn[plot["title"]])
    assert max(map(len, drawn.values())) < 100_000


def test_the_surfaces_are_those_that_the_paths_run_over(recorded):
    """Momentum's steps tell the gradient: w2 - w1 = 0.9 (w1 - w0) - learning_rate * curvature * w1."""
    for title, (first, second) in CURVATURES.items():
        (path,) = (plot for plot in recorded if plot["title"] == title and plot["label"] == "momentum")
        slopes = [(0.9 * (w[1] - w[0]) - (w[2] - w[1])) / w[1] for w in (path["x"], path["y"])]
        assert slopes[1] / slopes[0] == pytest.approx(second / first)


def test_expected_curves_are_dashed(recorded):
    """Both are drawn for each schedule, and named in the legend."""
    schedules = pictures(plot for plot in recorded if plot["title"] == "Schedules")["Schedules"]
    assert {"expected", "got", "step_decay"} <= set(words_in(schedules))
    assert "stroke-dasharray" in schedules


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
@pytest.mark.parametrize("title", ["Loss", "Paths in a ravine"])
def test_any_numbers_can_be_drawn(title, values):
    """Nothing raises or warns, and the picture stays small."""
    plot = Plot()
    plot.line(title, range(len(values)), values, label="$x_1$ <b>&amp; \\frac")
    plot.line(title, values, range(len(values)), label="the other way round", x_label="$", y_label="</svg>")
    plot.line(title, [1, 2, 3], [1], label="of two lengths")
    plot.line("Schedules", range(len(values)), values, label="a")
    plot.line("Schedules", range(len(values)), values, label="a, expected")
    plot.line("Schedules", range(3), range(3), label="b, expected")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = pictures(plot.recorded)
    assert "$x_1$ <b>&amp; \\frac" in words_in(drawn[title])
    assert len(drawn[title]) < 60 * MOST_POINTS + 60_000


def test_any_pixels_can_be_drawn():
    """Grey and coloured ones, out of range, not finite."""
    plot = Plot()
    for number, pixels in enumerate(([[0.5]], [[math.nan, -3], [math.inf, 1e300]], np.full((3, 2, 3), 7.0))):
        plot.image("Images", pixels, label=f"image {number}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "image 2" in words_in(pictures(plot.recorded)["Images"])


def test_a_matplotlibrc_changes_nothing():
    """Pictures look the same whatever the settings of the surroundings, and these are kept."""
    import matplotlib as mpl

    plot = Plot()
    plot.line("Loss", [1, 2], [1, 2], label="loss")
    usual = pictures(plot.recorded)
    with mpl.rc_context({"text.usetex": True, "svg.image_inline": False, "lines.linewidth": 30}):
        assert pictures(plot.recorded) == usual
        assert mpl.rcParams["text.usetex"]
