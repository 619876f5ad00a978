"""The pictures of a class, drawn by matplotlib: scores, grading times, and the map of all outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from matplotlib.figure import Figure

from backproof.gradebook.report.figures import ClassFigures, outcomes
from backproof.gradebook.report.records import Learner
from backproof.reports.pictures import COLOURS, HEIGHT, INK, WIDTH, as_svg, own_style

BINS = 20
# In inches; the map is as wide as the page.
MAP_WIDTH, MAP_LEFT, MAP_RIGHT, MAP_ABOVE, MAP_BELOW = 9.6, 0.62, 0.05, 1.0, 0.05
# The rows of a thousand learners are a pixel each.
ROW_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 0.2, 1.2, 10.0
# Passed checks are blank: on a light and on a dark background, the others differ from them in lightness too.
SHADES = {b"f": (0xD6, 0x45, 0x45), b"e": (0xD6, 0x45, 0x45), b"t": (0xD6, 0x45, 0x45), b"o": (0xE0, 0xA8, 0x2E)}


@dataclass(frozen=True)
class Map:
    """The map of all outcomes, and the frame of its cells: left, right, top, bottom as shares of the picture."""

    svg: str
    frame: tuple[float, float, float, float]


def score_picture(found: ClassFigures) -> str:
    """Draw the histogram of the scores."""
    percents = [learner.percent for learner in found.graded]
    with own_style():
        return _histogram(percents, (min(90.0, 10 * floor(min(percents) / 10)), 100.0), "score in percent")


def time_picture(found: ClassFigures) -> str:
    """Draw the histogram of the grading times."""
    seconds = [learner.seconds for learner in found.graded]
    with own_style():
        return _histogram(seconds, (0.0, max(seconds) or 1.0), "seconds of grading")


def _histogram(values: Sequence[float], ends: tuple[float, float], label: str) -> str:
    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.13, right=0.95, top=0.93, bottom=0.2)
    axes.hist(values, bins=BINS, range=ends, color=COLOURS[0])
    axes.axvline(float(np.median(values)), color=INK, linestyle="--", linewidth=1.2, label="median")
    axes.set(xlim=ends, xlabel=label, ylabel="learners")
    axes.locator_params(axis="y", integer=True)
    axes.grid(visible=False, axis="x")
    figure.legend(loc="upper right", borderaxespad=0)
    return as_svg(figure)


def map_picture(found: ClassFigures) -> Map:
    """Draw all outcomes: a row for each learner, the best at the top; a column for each check, by module."""
    letters = outcomes(found.graded)
    pixels = np.zeros((*letters.shape, 4), dtype=np.uint8)
    for letter, shade in SHADES.items():
        pixels[letters == letter] = (*shade, 255)
    within = float(np.clip(ROW_HEIGHT * len(letters), LEAST_HEIGHT, MOST_HEIGHT))
    height = within + MAP_ABOVE + MAP_BELOW
    frame = (MAP_LEFT / MAP_WIDTH, 1 - MAP_RIGHT / MAP_WIDTH, MAP_ABOVE / height, 1 - MAP_BELOW / height)
    with own_style():
        figure = Figure(figsize=(MAP_WIDTH, height))
        figure.subplots_adjust(left=frame[0], right=frame[1], top=1 - frame[2], bottom=1 - frame[3])
        axes = figure.add_subplot()
        axes.imshow(pixels, aspect="auto", interpolation="none", extent=(0, letters.shape[1], len(letters), 0))
        ends = np.cumsum([0, *(len(topic.checks) for topic in found.topics)])
        axes.vlines(ends[1:-1], 0, len(letters), color=INK, alpha=0.35, linewidth=0.6)
        axes.set_xticks((ends[1:] + ends[:-1]) / 2, [topic.module for topic in found.topics], rotation=90)
        axes.set_yticks(*_scores(found.graded))
        axes.set_ylabel("score")
        axes.tick_params(length=0, labelsize=8, labeltop=True, labelbottom=False)
        axes.grid(visible=False)
        axes.spines[:].set_visible(True)
        return Map(as_svg(figure), frame)


def _scores(graded: Sequence[Learner]) -> tuple[list[float], list[str]]:
    """Return the middle of a few rows, and the scores there."""
    rows = np.unique(np.linspace(0, len(graded) - 1, 5).round().astype(int)).tolist()
    return [row + 0.5 for row in rows], [f"{graded[row].percent:.0f} %" for row in rows]
