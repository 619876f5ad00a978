"""Readable inputs: random numbers with few digits, and Hypothesis strategies that shrink them."""

import numpy as np
from hypothesis import strategies as st


def normal(rng: np.random.Generator, shape: int | tuple[int, ...], scale: float = 1.0) -> np.ndarray:
    """Return normal numbers rounded to two decimals before scaling, so that a counterexample stays readable.

    The rounding error, at most 0.005, affects no property. Statistical checks draw their own numbers, unrounded.
    """
    return np.round(rng.standard_normal(shape), 2) * scale


def fork(rng: np.random.Generator) -> np.random.Generator:
    """Return a new generator for the submission, with a seed that is short enough to print."""
    return np.random.default_rng(int(rng.integers(2**32)))


@st.composite
def matrices(
    draw: st.DrawFn,
    *,
    min_rows: int = 1,
    max_rows: int = 5,
    min_columns: int = 1,
    max_columns: int = 5,
    scales: tuple[float, ...] = (1.0,),
) -> np.ndarray:
    """Draw a matrix of normal numbers; it shrinks to few rows, few columns and the first scale.

    Only its shape, its scale and a seed are drawn, not each number, so that an example takes under a millisecond.
    """
    rows = draw(st.integers(min_rows, max_rows))
    columns = draw(st.integers(min_columns, max_columns))
    scale = draw(st.sampled_from(scales))
    return normal(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), (rows, columns), scale)


@st.composite
def labelled_logits(
    draw: st.DrawFn, *, scales: tuple[float, ...] = (1.0, 10.0), max_samples: int = 5, max_classes: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Draw logits ``(N, C)`` and one class for each sample; they shrink to one sample and two classes."""
    logits = draw(matrices(max_rows=max_samples, min_columns=2, max_columns=max_classes, scales=scales))
    num_samples, num_classes = logits.shape
    labels = draw(st.lists(st.integers(0, num_classes - 1), min_size=num_samples, max_size=num_samples))
    return logits, np.array(labels)
