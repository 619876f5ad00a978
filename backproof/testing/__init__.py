"""The toolkit for checks; strategies, general properties and constants are in its modules."""

from backproof.submission import ResultOf
from backproof.testing.calls import ContractFunction, unrecorded
from backproof.testing.check import check
from backproof.testing.closeness import assert_close, assert_finite
from backproof.testing.exceptions import assert_raises
from backproof.testing.gradients import GradientClaim, assert_gradients
from backproof.testing.inputs import fork, normal
from backproof.testing.models import assert_nothing_found, running_the_model, subject_of
from backproof.testing.plots import Plot
from backproof.testing.properties import assert_that
from backproof.testing.samples import Sample
from backproof.testing.statistics import (
    Evidence,
    NormalDistribution,
    UniformDistribution,
    assert_distributed,
    assert_rate,
    assert_statistics,
)

# The old name, for checks written for an earlier version.
Earlier = ResultOf

__all__ = [
    "ContractFunction",
    "Earlier",
    "Evidence",
    "GradientClaim",
    "NormalDistribution",
    "Plot",
    "ResultOf",
    "Sample",
    "UniformDistribution",
    "assert_close",
    "assert_distributed",
    "assert_finite",
    "assert_gradients",
    "assert_nothing_found",
    "assert_raises",
    "assert_rate",
    "assert_statistics",
    "assert_that",
    "check",
    "fork",
    "normal",
    "running_the_model",
    "subject_of",
    "unrecorded",
]
