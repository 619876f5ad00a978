"""Pictures that a check records; drawing them is the business of a report."""

from typing import Any, TypedDict

import numpy as np


class Curve(TypedDict):
    """One curve of a picture, in plain numbers, so that it can leave the process."""

    title: str
    x_label: str
    y_label: str
    label: str
    x: list[float]
    y: list[float]


class Image(TypedDict):
    """One tile of a picture of images: rows of pixels, each from 0 (black) to 1, or a list of three of these."""

    title: str
    label: str
    pixels: list[Any]


class Plot:
    """Collects the curves and images of one check: the fixture ``plot``."""

    def __init__(self) -> None:
        self.recorded: list[Curve | Image] = []

    def line(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record a curve; curves with the same title share a picture."""
        self.recorded.append(
            Curve(
                title=title,
                x_label=x_label,
                y_label=y_label,
                label=label,
                x=np.asarray(x, dtype=float).ravel().tolist(),
                y=np.asarray(y, dtype=float).ravel().tolist(),
            )
        )

    def image(self, title: str, pixels: Any, *, label: str) -> None:
        """Record an image, (H, W) or (H, W, 3) in [0, 1]; images with the same title are tiles of one picture."""
        self.recorded.append(Image(title=title, label=label, pixels=np.asarray(pixels, dtype=float).tolist()))
