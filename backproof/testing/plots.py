"""Pictures that a check records; reports draw them."""

from typing import Any, TypedDict

import numpy as np


class Curve(TypedDict):
    """One curve of a picture, or points without a line, in plain numbers, so that it can be sent to another process."""

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

    The values may be anything that a submission returned; values that are not numbers are omitted.
    """

    def __init__(self) -> None:
        self.recorded: list[Curve | Image] = []

    def line(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record a curve; curves with the same title share a picture."""
        self._record(title, x, y, label, x_label, y_label, is_joined=True)

    def pairs(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record pairs of numbers that should be equal: points on a diagonal, in an area for each label."""
        self._record(title, x, y, label, x_label, y_label, is_joined=False)

    def image(self, title: str, pixels: Any, *, label: str) -> None:
        """Record an image, (H, W) or (H, W, 3) in [0, 1]; images with the same title are tiles of one picture."""
        self.recorded.append(Image(title=title, label=label, pixels=_numbers(pixels).tolist()))

    def _record(self, title: str, x: Any, y: Any, label: str, x_label: str, y_label: str, *, is_joined: bool) -> None:
        x, y = _numbers(x).ravel().tolist(), _numbers(y).ravel().tolist()
        curve = Curve(title=title, x_label=x_label, y_label=y_label, label=label, x=x, y=y, is_joined=is_joined)
        self.recorded.append(curve)


def _numbers(values: Any) -> np.ndarray:
    """Return values as floats; an empty array if they are not real numbers, or rows of several lengths."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        return np.empty(0)
    if array.dtype.kind not in "biuf":
        return np.empty(0)
    with np.errstate(over="ignore"):
        return array.astype(float)
