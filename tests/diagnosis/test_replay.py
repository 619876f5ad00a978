"""Which calls of a check are made again."""

import numpy as np

from backproof.diagnosis.replay import without_redraws
from backproof.loading import load_submission
from backproof.testing.calls import CallLog, ContractFunction, FixedContext
from tests.helpers import REFERENCE

SUBMISSION, _, CONTRACT = load_submission(REFERENCE)
RNG = np.random.default_rng(0)


def noting(function):
    """Return a function of the reference, and the log that it notes its calls in."""
    log = CallLog()
    return ContractFunction(CONTRACT.functions[function], FixedContext(SUBMISSION, log)), log


def test_thousands_of_numbers_are_drawn_once():
    """The same weights drawn once more tell nothing; other ones do, and a few numbers might agree by chance."""
    normal_init, log = noting("normal_init")
    for shape in ((50, 40), (50, 40), (40, 50), (2, 3), (2, 3)):
        normal_init(*shape, RNG)
    assert [call.returned.shape for call in without_redraws(log.calls)] == [(50, 40), (40, 50), (2, 3), (2, 3)]


def test_what_a_call_changes_is_another_question():
    """A call that was made to see what it changes stays."""
    normal_init, log = noting("normal_init")
    normal_init(50, 40, RNG)
    normal_init.changed_arguments(50, 40, RNG)
    assert without_redraws(log.calls) == log.calls


def test_large_results_may_hang_on_a_single_draw():
    """What is made of arrays is made again for each draw."""
    random_crop, log = noting("random_crop")
    for _ in range(3):
        random_crop(np.ones((1, 40, 40, 3)), 36, RNG)
    assert without_redraws(log.calls) == log.calls
