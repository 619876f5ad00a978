"""The precision of a result, given its dtype."""

from typing import Any

import numpy as np


def unit_roundoff(*values: Any) -> float:
    """Return the machine epsilon of the coarsest value, at least float32's.

    A result in float32 is right if it is right to float32. Half precision is not accepted, so it does not widen any
    tolerance. Integers and Python numbers count as float64.
    """
    precisions = [float(np.finfo(np.float64).eps)]
    for value in values:
        dtype = np.asarray(value).dtype
        if dtype.kind == "f" and dtype.itemsize < 8:
            precisions.append(float(np.finfo(np.float32).eps))
    return max(precisions)
