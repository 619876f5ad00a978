"""Runs in the graders' own environments, beside `calls.pickle`: one plain test for each check of the suite.

A test makes the calls that the check made of the reference, and compares with what the reference answered.
"""

import math
import pickle
from pathlib import Path

import numpy as np

# nbgrader takes a warning for a failure.
np.seterr(all="ignore")
CHECKS = pickle.loads(Path(__file__).with_name("calls.pickle").read_bytes())


def check(number, functions):
    """Make the calls of one check.

    Parameters
    ----------
    number : int
    functions : mapping
        The submission's functions by name: a namespace.

    Raises
    ------
    AssertionError
        If an answer is another one.
    """
    for name, arguments, is_refused, expected in CHECKS[number][1]:
        args, kwargs = pickle.loads(arguments)
        try:
            answer, error = functions[name](*args, **kwargs), None
        except Exception as raised:  # noqa: BLE001 - whatever a submission raises
            answer, error = None, raised
        assert is_refused == (error is not None), f"{name}: {error or 'takes what it must refuse'}"
        assert is_refused or not expected or is_close(answer, pickle.loads(expected)), f"{name}: another value"


def is_close(answer, expected):
    """Return whether an answer has the same parts, and the same numbers within rounding."""
    if isinstance(expected, dict):
        return answer.keys() == expected.keys() and all(is_close(answer[key], expected[key]) for key in expected)
    if isinstance(expected, tuple | list):
        return len(answer) == len(expected) and all(map(is_close, answer, expected))
    if isinstance(expected, np.ndarray):
        return np.shape(answer) == expected.shape and np.allclose(answer, expected, rtol=1e-9, equal_nan=True)
    if isinstance(expected, float | np.floating):
        return math.isclose(answer, expected, rel_tol=1e-9, abs_tol=1e-12) or (
            answer != answer and expected != expected
        )
    return not isinstance(expected, int | str | bool) or answer == expected
