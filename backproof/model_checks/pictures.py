"""Plots of the figures of a model: the only module of the model checks that needs matplotlib."""

import math
from collections.abc import Callable
from functools import partial
from html import escape
from io import StringIO
from math import ceil, floor
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backproof.model_checks.layer_statistics import LayerStatistics, Signals
from backproof.model_checks.layers import description
from backproof.model_checks.range_test import STEPS, RangeTest
from backproof.model_checks.statistics import ModelStatistics, TrainingCurve

WIDTH, HEIGHT = 5.4, 3.2
# Of one layer.
LINE_HEIGHT = 0.2
# Names of more layers are unreadable; they are numbered instead.
MOST_NAMES = 30
# A blue and Okabe and Ito's vermilion: the colour-blind distinguish them, on white and on black.
BEFORE, AFTER = "#2f86c8", "#d55e00"
# As far from white as from black, so that it is readable on both.
INK = "#767676"
BY_LAYER: dict[str, Callable[[Signals], float | None]] = {
    "Activations: standard deviation": lambda signals: signals.std,
    "Gradients: norm": lambda signals: signals.gradient,
}
RANGE_TEST = "Learning-rate range test"
TRAINING = "Learning the batch by heart"
STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "backproof",
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}


def pictures(statistics: ModelStatistics) -> dict[str, Figure]:
    """Return a plot of each kind of figures that was measured, by title."""
    drawn = {}
    layers = statistics.layers
    for title, value in BY_LAYER.items():
        if any(value(layer.initial) for layer in layers):
            drawn[title] = _figure(title, partial(_by_layer, layers=layers, value=value), min(len(layers), MOST_NAMES))
    if statistics.range_test is not None and statistics.range_test.rates:
        drawn[RANGE_TEST] = _figure(RANGE_TEST, partial(_range_test, found=statistics.range_test))
    if statistics.training is not None:
        drawn[TRAINING] = _figure(TRAINING, partial(_training, curve=statistics.training))
    return drawn


def as_svg(figure: Figure, title: str) -> str:
    """Return a picture as SVG to embed in HTML."""
    file = StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = file.getvalue()
    return svg[svg.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)


def _figure(title: str, draw: Callable[[Axes], None], lines: int = 0) -> Figure:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, max(HEIGHT, 1 + LINE_HEIGHT * lines)), layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(title, loc="left")
        axes.ticklabel_format(useOffset=False)
        draw(axes)
    return figure


def _by_layer(axes: Axes, layers: list[LayerStatistics], value: Callable[[Signals], float | None]) -> None:
    """Draw a row for each layer, the first on top, with a point before and one after training."""
    for label, marker, colour, moments in (
        ("as it was given", "o", BEFORE, [layer.initial for layer in layers]),
        ("after training", "D", AFTER, [layer.trained for layer in layers]),
    ):
        found = [(value(moment) if moment else None, place) for place, moment in enumerate(moments)]
        # A logarithmic axis has no 0.
        points = [(number, place) for number, place in found if number and math.isfinite(number)]
        if points:
            axes.plot(*zip(*points, strict=True), marker, color=colour, label=label, markersize=5, alpha=0.9)
    axes.set_xscale("log")
    # Whole decades: only these have labels that never overlap.
    axes.set_xlim(*(10 ** whole(math.log10(end)) for whole, end in zip((floor, ceil), axes.get_xlim(), strict=True)))
    axes.grid(axis="y", color=INK, alpha=0.2)
    if len(layers) <= MOST_NAMES:
        axes.set_yticks(range(len(layers)), [f"{description(layer.name)} {layer.kind}" for layer in layers])
    else:
        axes.set_ylabel("layer")
    axes.set_ylim(len(layers) - 0.5, -0.5)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)


def _range_test(axes: Axes, found: RangeTest) -> None:
    """Draw the loss over the rate; losses far above the start are cut off."""
    finite = [(rate, loss) for rate, loss in zip(found.rates, found.losses, strict=True) if math.isfinite(loss)]
    axes.axhline(found.start, color=INK, linestyle=":", label="at the start")
    axes.plot(*zip(*finite, strict=True), "o-", color=BEFORE, markersize=4, label=f"after {STEPS} steps of SGD")
    if found.largest_stable is not None:
        axes.axvline(found.largest_stable, color=AFTER, label=f"stable up to {found.largest_stable:.2g}")
    lowest = min(loss for _, loss in [*finite, (0.0, found.start)])
    room = max(found.start - lowest, 0.1 * abs(found.start), 1e-6)
    axes.set_ylim(lowest - 0.1 * room, found.start + room)
    axes.set_xlim(found.rates[0], found.rates[-1] * 1.2)
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.legend(loc="best")


def _training(axes: Axes, curve: TrainingCurve) -> None:
    axes.plot(curve.losses, color=BEFORE, label=f"Adam at {curve.learning_rate:g}")
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.legend(loc="best")
