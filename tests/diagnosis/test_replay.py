"""The calls of a check that are replayed."""

import numpy as np

from backproof.diagnosis.replay import without_redraws
from backproof.loading import load_submission
from backproof.testing.calls import CallLog, ContractFunction, FixedContext
from tests.helpers import REFERENCE

SUBMISSION, _, CONTRACT = load_submission(REFERENCE)
RNG = np.random.default_rng(0)


def noting(function):
    """Return a function of the reference, and the log of its calls."""
    log = CallLog()
    return ContractFunction(CONTRACT.functions[function], FixedContext(SUBMISSION, log)), log


def test_thousands_of_numbers_are_drawn_once():
    """A second draw of the same weights is left out; other shapes and draws of a few numbers are not."""
    normal_init, log = noting("normal_init")
    for shape in ((50, 40), (50, 40), (40, 50), (2, 3), (2, 3)):
        normal_init(*shape, RNG)
    assert [call.returned.shape for call in without_redraws(log.calls)] == [(50, 40), (40, 50), (2, 3), (2, 3)]


def test_calls_that_measure_changed_arguments_stay():
    """A call of ``changed_arguments`` is no repetition of a draw."""
    normal_init, log = noting("normal_init")
    normal_init(50, 40, RNG)
    normal_init.changed_arguments(50, 40, RNG)
    assert without_redraws(log.calls) == log.calls


def test_results_computed_from_arrays_are_replayed_for_each_draw():
    """Such a large result may come from a single random number."""
    random_crop, log = noting("random_crop")
    for _ in range(3):
        random_crop(np.ones((1, 40, 40, 3)), 36, RNG)
    assert without_redraws(log.calls) == log.calls
