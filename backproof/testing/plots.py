"""Pictures that a check records; drawing them is the business of a report."""

from typing import Any, TypedDict

import numpy as np


class Curve(TypedDict):
    """One curve of a picture, or points that no line joins, in plain numbers, so that it can leave the process."""

    title: str
    x_label: str
    y_label: str
    label: str
    x: list[float]
    y: list[float]
    is_joined: bool


class Image(TypedDict):
    """One tile of a picture of images: rows of pixels, each from 0 (black) to 1, or a list of three of these."""

    title: str
    label: str
    pixels: list[Any]


class Plot:
    """Collects the curves and images of one check: the fixture ``plot``.

    What is recorded may be anything that a submission returned; what is no number is left out.
    """

    def __init__(self) -> None:
        self.recorded: list[Curve | Image] = []

    def line(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record a curve; curves with the same title share a picture."""
        self._record(title, x, y, label, x_label, y_label, is_joined=True)

    def pairs(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record numbers that should be equal, pair by pair: points on a diagonal, in a place for each label."""
        self._record(title, x, y, label, x_label, y_label, is_joined=False)

    def image(self, title: str, pixels: Any, *, label: str) -> None:
        """Record an image, (H, W) or (H, W, 3) in [0, 1]; images with the same title are tiles of one picture."""
        self.recorded.append(Image(title=title, label=label, pixels=_numbers(pixels).tolist()))

    def _record(self, title: str, x: Any, y: Any, label: str, x_label: str, y_label: str, *, is_joined: bool) -> None:
        self.recorded.append(
            Curve(
                title=title,
                x_label=x_label,
                y_label=y_label,
                label=label,
                x=_numbers(x).ravel().tolist(),
                y=_numbers(y).ravel().tolist(),
                is_joined=is_joined,
            )
        )


def _numbers(values: Any) -> np.ndarray:
    """Return values as floats; none where they are no real numbers, or rows of several lengths."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        return np.empty(0)
    if array.dtype.kind not in "biuf":
        return np.empty(0)
    with np.errstate(over="ignore"):
        return array.astype(float)
