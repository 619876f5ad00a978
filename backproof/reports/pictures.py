"""The pictures of the curves and images that checks recorded: the only module of the reports that needs matplotlib.

The data come from a submission: any values, and any number of them.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import cycle
from math import ceil
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Plot = Mapping[str, Any]

# In inches; on a phone a picture is a fifth smaller, and its letters are still legible.
WIDTH, HEIGHT, CURVE_HEIGHT, IMAGE_HEIGHT = 4.7, 2.6, 1.4, 1.3
ABOVE, BELOW, LEFT = 0.25, 0.5, 0.75
LABEL_HEIGHT, LABELS_IN_A_ROW = 0.2, 3
COLUMNS_OF_CURVES, COLUMNS_OF_PAIRS, COLUMNS_OF_IMAGES = 2, 3, 4
# A placeholder for the colour of all but the data, which depends on the colour scheme of the reader.
INK = "#123456"
COLOUR_SCHEMES = """<style>
svg { color: #666; }
@media (prefers-color-scheme: dark) { svg { color: #a0a0a0; } }
</style>
"""
# After Okabe and Ito: colour-blind readers can distinguish them, on white and on black.
COLOURS = ("#2f86c8", "#d55e00", "#1a9e77", "#c27aa5", "#c08a00", "#7a68d8", "#4fb3d9", "#8c6d4f")
# Distinguish curves without colour; as many as colours.
MARKERS = "os^DvPX*"
MARKS_ON_A_LINE = 6
EXPECTED = ", expected"
# A curve of more points looks the same.
MOST_POINTS = 1000
# Of so few points all are marked.
MOST_MARKED = 20
# Readers look at no more; a further picture of the same title would only take room.
MOST_CURVES, MOST_IMAGES = 24, 24
# Positive values with a larger ratio have a logarithmic axis.
WIDE = 1000.0
# Larger values make the arithmetic of axes overflow.
FAR = 1e100
# The surfaces below paths, by title: the loss is half of a * w1**2 + b * w2**2, drawn up to 1.2.
CURVATURES = {"Paths in a ravine": (1.0, 10.0), "Paths over a saddle": (1.0, -1.0)}
SEEN = 1.2
# The diagonal is the curve of guessing.
WITH_DIAGONAL = ("ROC curve",)
# Pairs whose values differ by more than this share of the axis look apart.
SEEN_APART = 0.02
STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": INK,
    "grid.alpha": 0.2,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "backproof",
    "text.parse_math": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}


def pictures(plots: Iterable[Plot]) -> dict[str, str]:
    """Draw the curves and images that checks recorded.

    Parameters
    ----------
    plots : iterable of mapping
        As the fixture ``plot`` records them.

    Returns
    -------
    pictures : dict of str
        SVG by title; plots of the same title are in one picture.
    """
    groups: dict[str, list[Plot]] = {}
    for plot in plots:
        groups.setdefault(plot["title"], []).append(plot)
    with own_style():
        return {title: _svg(title, group) for title, group in groups.items()}


@contextmanager
def own_style() -> Iterator[None]:
    """Use the style of these pictures within a context."""
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the browser draws the letters, not matplotlib
        mpl.rcdefaults()  # not the settings of a matplotlibrc, which may be the submission's
        mpl.rcParams.update(STYLE)
        yield


def as_svg(figure: Figure) -> str:
    """Return a figure as SVG; ``INK`` becomes a colour for the colour scheme of the reader."""
    file = StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return file.getvalue().replace(INK, "currentColor").replace("<defs>", f"{COLOUR_SCHEMES}<defs>", 1)


def _svg(title: str, plots: Sequence[Plot]) -> str:
    images = [plot for plot in plots if "pixels" in plot][:MOST_IMAGES]
    curves = [plot for plot in plots if "pixels" not in plot][:MOST_CURVES]
    figure = Figure()
    if images:
        _images(figure, images)
    elif not all(curve["is_joined"] for curve in curves):
        _pairs(figure, curves)
    elif 1 < sum(curve["label"].endswith(EXPECTED) for curve in curves) < len(curves):
        _side_by_side(figure, curves)
    else:
        _together(figure, title, curves)
    return as_svg(figure)


def _together(figure: Figure, title: str, curves: Sequence[Plot]) -> None:
    """Draw all curves on the same axes, over their surface or diagonal."""
    (axes,) = _places(figure, 1, 1, HEIGHT, labels=len(curves))
    if title in CURVATURES:
        _surface(axes, *CURVATURES[title])
    if title in WITH_DIAGONAL:
        axes.plot([0, 1], [0, 1], ":", color=INK)
        axes.set_aspect("equal")
    # The later ones are thinner, so that equal curves are visible below each other.
    widths = np.linspace(2.6, 1.2, len(curves)) if len(curves) > 1 else (1.6,)
    for place, (curve, colour, marker, width) in enumerate(zip(curves, cycle(COLOURS), cycle(MARKERS), widths)):
        x, y = _points(curve)
        line, marked = "-", _marked(len(x), place, len(curves))
        if curve["label"].endswith(EXPECTED):
            line, marker = "--", ""
        style = {"color": colour, "linewidth": width, "marker": marker, "markersize": 4.5, "markevery": marked}
        axes.plot(x, y, line, label=curve["label"], **style)
    if title not in CURVATURES and title not in WITH_DIAGONAL:
        _scale(axes, curves)
    axes.set_xlabel(curves[0]["x_label"])
    axes.set_ylabel(curves[0]["y_label"])
    figure.legend(loc="lower center", ncols=LABELS_IN_A_ROW)


def _side_by_side(figure: Figure, curves: Sequence[Plot]) -> None:
    """Draw each curve over its expected curve, on axes of their own: they differ in length and in scale."""
    expected = {curve["label"].removesuffix(EXPECTED): curve for curve in curves if curve["label"].endswith(EXPECTED)}
    drawn = [curve for curve in curves if not curve["label"].endswith(EXPECTED)]
    places = _places(figure, len(drawn), COLUMNS_OF_CURVES, CURVE_HEIGHT, labels=2)
    for axes, curve in zip(places, drawn, strict=True):
        shown = [curve]
        if curve["label"] in expected:
            shown.append(expected[curve["label"]])
            axes.plot(*_points(shown[1]), "--", color=COLOURS[1], linewidth=3, label="expected")
        axes.plot(*_points(curve), color=COLOURS[0], label="got")
        axes.set_title(curve["label"], loc="left", fontsize=8)
        _scale(axes, shown)
    _name_sides(figure, places, COLUMNS_OF_CURVES, curves[0])


def _pairs(figure: Figure, curves: Sequence[Plot]) -> None:
    """Draw the pairs of each label on axes of their own, around the line of equal values."""
    labels = list(dict.fromkeys(curve["label"] for curve in curves))
    places = _places(figure, len(labels), COLUMNS_OF_PAIRS, CURVE_HEIGHT, labels=3)
    for axes, label in zip(places, labels, strict=True):
        points = [_points(curve) for curve in curves if curve["label"] == label]
        x, y = (np.concatenate(values) for values in zip(*points, strict=True))
        seen = np.nan_to_num(np.concatenate([x, y, [0.0]]))
        room = 0.1 * np.ptp(seen) or 1.0
        ends = (seen.min() - room, seen.max() + room)
        apart = np.abs(y - x) > SEEN_APART * (ends[1] - ends[0])
        axes.plot(ends, ends, ":", color=INK, label="equal")
        axes.plot(x[~apart], y[~apart], "o", markersize=3.5, color=COLOURS[0], label="near")
        axes.plot(x[apart], y[apart], "x", markersize=5, color=COLOURS[1], label="apart")
        axes.set(xlim=ends, ylim=ends)
        axes.locator_params(nbins=3)
        axes.tick_params(labelsize=7)
        axes.set_title(label, loc="left", fontsize=8)
    _name_sides(figure, places, COLUMNS_OF_PAIRS, curves[0])


def _name_sides(figure: Figure, places: Sequence[Axes], columns: int, curve: Plot) -> None:
    """Label the axes at the edges only, and add one legend for all."""
    for axes in places[-columns:]:
        axes.set_xlabel(curve["x_label"])
    for axes in places[::columns]:
        axes.set_ylabel(curve["y_label"])
    figure.legend(*places[0].get_legend_handles_labels(), loc="lower center", ncols=LABELS_IN_A_ROW)


def _images(figure: Figure, images: Sequence[Plot]) -> None:
    places = _places(figure, len(images), COLUMNS_OF_IMAGES, IMAGE_HEIGHT)
    for axes, image in zip(places, images, strict=True):
        pixels = np.nan_to_num(np.asarray(image["pixels"], dtype=float), nan=0.0, posinf=1.0, neginf=0.0)
        if pixels.size and (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
            axes.imshow(np.clip(pixels, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="none")
        axes.set_title(image["label"], fontsize=8)
        axes.set_axis_off()
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, wspace=0.1)


def _places(figure: Figure, count: int, columns: int, height: float, labels: int = 0) -> list[Axes]:
    """Return axes in rows of ``height`` above a legend; an automatic layout doubles the time of a picture."""
    rows = ceil(count / columns)
    below = BELOW + LABEL_HEIGHT * ceil(labels / LABELS_IN_A_ROW)
    total = rows * height + below
    figure.set_size_inches(WIDTH, total)
    figure.subplots_adjust(
        left=LEFT / WIDTH, right=0.98, bottom=below / total, top=1 - ABOVE / total, hspace=0.55, wspace=0.4
    )
    return [figure.add_subplot(rows, columns, place + 1) for place in range(count)]


def _surface(axes: Axes, first: float, second: float) -> None:
    """Draw the level lines of the loss; paths may leave the axes."""
    side = np.linspace(-SEEN, SEEN, 61)
    loss = 0.5 * (first * side[None, :] ** 2 + second * side[:, None] ** 2)
    axes.contour(side, side, loss, levels=12, colors=INK, linewidths=0.6, alpha=0.5)
    axes.set_xlim(-SEEN, SEEN)
    axes.set_ylim(-SEEN, SEEN)
    axes.grid(visible=False)


def _scale(axes: Axes, curves: Sequence[Plot]) -> None:
    """Choose a logarithmic axis for values of a wide range, and whole ticks if all x are whole."""
    x, y = (np.concatenate(values) for values in zip(*map(_points, curves), strict=True))
    y = y[np.isfinite(y)]
    if y.size and y.min() > 0 and y.max() > WIDE * y.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    if (x[np.isfinite(x)] % 1 == 0).all():
        axes.locator_params(axis="x", integer=True)


def _marked(count: int, place: int, curves: int) -> list[int]:
    """Return the points of a curve with a marker: all if they are few, else the last and a few of its own."""
    if count <= MOST_MARKED:
        return list(range(count))
    apart = count // MARKS_ON_A_LINE
    return [*range(place * apart // curves, count - 1, apart), count - 1] if curves > 1 else []


def _points(curve: Plot) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a curve, with a gap for each number that is not finite or too large."""
    count = min(len(curve["x"]), len(curve["y"]))
    x, y = (np.asarray(curve[name][:count], dtype=float)[:: ceil(count / MOST_POINTS) or 1] for name in ("x", "y"))
    is_drawn = (np.abs(x) < FAR) & (np.abs(y) < FAR)
    return np.where(is_drawn, x, np.nan), np.where(is_drawn, y, np.nan)
