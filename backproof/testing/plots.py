"""Pictures that a check records; drawing them is the business of a report."""

from typing import Any, TypedDict

import numpy as np


class Series(TypedDict):
    """One curve of a picture, in plain numbers, so that it can leave the process."""

    title: str
    x_label: str
    y_label: str
    label: str
    x: list[float]
    y: list[float]


class Plot:
    """Collects the curves of one check: the fixture ``plot``."""

    def __init__(self) -> None:
        self.series: list[Series] = []

    def line(self, title: str, x: Any, y: Any, *, label: str, x_label: str = "", y_label: str = "") -> None:
        """Record a curve; curves with the same title share a picture."""
        self.series.append(
            Series(
                title=title,
                x_label=x_label,
                y_label=y_label,
                label=label,
                x=np.asarray(x, dtype=float).ravel().tolist(),
                y=np.asarray(y, dtype=float).ravel().tolist(),
            )
        )
