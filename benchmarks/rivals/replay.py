"""One plain test for each check of the suite, for the environments of other graders; lies beside `calls.pickle`.

A test repeats the calls that the check made to the reference, and compares with the reference's results.
"""

import math
import pickle
from pathlib import Path

import numpy as np

# nbgrader counts a warning as a failure.
np.seterr(all="ignore")
CHECKS = pickle.loads(Path(__file__).with_name("calls.pickle").read_bytes())


def check(number, functions):
    """Repeat the calls of one check.

    Parameters
    ----------
    number : int
    functions : mapping
        The submission's functions by name: a namespace.

    Raises
    ------
    AssertionError
        If a result differs.
    """
    for name, arguments, is_refused, expected in CHECKS[number][1]:
        args, kwargs = pickle.loads(arguments)
        try:
            result, error = functions[name](*args, **kwargs), None
        except Exception as raised:  # noqa: BLE001 - whatever a submission raises
            result, error = None, raised
        assert is_refused == (error is not None), f"{name}: {error or 'takes what it must refuse'}"
        assert is_refused or not expected or is_close(result, pickle.loads(expected)), f"{name}: another value"


def is_close(result, expected):
    """Return whether a result has the same parts, and the same numbers within rounding."""
    if isinstance(expected, dict):
        return result.keys() == expected.keys() and all(is_close(result[key], expected[key]) for key in expected)
    if isinstance(expected, tuple | list):
        return len(result) == len(expected) and all(map(is_close, result, expected))
    if isinstance(expected, np.ndarray):
        return np.shape(result) == expected.shape and np.allclose(result, expected, rtol=1e-9, equal_nan=True)
    if isinstance(expected, float | np.floating):
        return math.isclose(result, expected, rel_tol=1e-9, abs_tol=1e-12) or (
            result != result and expected != expected
        )
    return not isinstance(expected, int | str | bool) or result == expected
