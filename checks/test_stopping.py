"""Checks of stopping.py: early stopping, and averages of weights and of predictions."""

import math
from itertools import permutations

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check, normal
from backproof.testing.general import *

EARLY = "Goodfellow, Bengio and Courville, Deep Learning, section 7.8"
SWA = "Izmailov et al., Averaging Weights Leads to Wider Optima, UAI 2018, algorithm 1"
SNAPSHOTS = "Huang et al., Snapshot Ensembles, ICLR 2017, section 3"


def snapshots(rng, count=3):
    """Parameters of one network at several points of training."""
    return [{"W1": normal(rng, (3, 2)), "b1": normal(rng, 2)} for _ in range(count)]


def predictions(rng, count=3):
    """Class probabilities of several networks for the same samples."""
    logits = [normal(rng, (4, 3)) for _ in range(count)]
    return [np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) for z in logits]


SAMPLES = {
    "early_stopping": Sample(
        lambda: {"losses": [1.0, 0.9, 0.95, 0.96], "patience": 2}, bad={"patience": (-1,), "min_delta": (-0.1,)}
    ),
    "average_weights": Sample(
        lambda rng: {"snapshots": snapshots(rng)},
        bad={"snapshots": ([], [{"W1": np.ones(2)}, {"W1": np.ones(3)}], [{"W1": np.ones(2)}, {"W2": np.ones(2)}])},
    ),
    "average_predictions": Sample(
        lambda rng: {"predictions": predictions(rng)},
        bad={"predictions": ([], *(list(order) for order in permutations((np.ones((2, 2)) / 2, np.ones((3, 2)) / 2))))},
    ),
}


def assert_stops(early_stopping, losses, expected, **settings):
    """Assert at which epoch training stops."""
    epoch = early_stopping(losses, **settings)
    same = (epoch is None) == (expected is None) and (epoch is None or int(epoch) == expected)
    said = ", ".join(f"{name}={value}" for name, value in settings.items())
    message = f"losses {losses} with {said or 'the defaults'}: stopped at {epoch}, expected {expected}"
    assert_that(same, message, expected=str(expected), got=str(epoch))


@check(points=2, source=f"{EARLY}, algorithm 7.1", hint="Return the first epoch with epoch - best_epoch >= patience.")
def test_stops_patience_epochs_after_the_best(early_stopping):
    """Training stops at the first epoch that lies patience after the best so far, or never: None."""
    rising = [1.0, 0.5, 0.6, 0.7, 0.8, 0.9]
    for patience, expected in ((1, 2), (2, 3), (3, 4), (4, 5), (5, None)):
        assert_stops(early_stopping, rising, expected, patience=patience)
    assert_stops(early_stopping, [1.0 - 0.1 * epoch for epoch in range(9)], None, patience=1)
    assert_stops(early_stopping, [], None, patience=3)
    assert_stops(early_stopping, [0.1, *[0.5] * 30], 10)
    assert_stops(early_stopping, [0.1, *[0.5] * 300], 300, patience=300)


@check(points=2, source=EARLY, hint="Compare with the best so far, and start the count again at each new best.")
def test_counts_from_the_best_not_from_the_last(early_stopping):
    """A loss that is better than the one before, but no new best, does not start the count again; a new best does."""
    assert_stops(early_stopping, [1.0, 0.5, 0.9, 0.8, 0.7, 0.6], 4, patience=3)
    assert_stops(early_stopping, [1.0, 1.1, 0.9, 1.1, 0.8, 1.1, 0.7, 1.1, 1.2], 8, patience=2)
    assert_stops(early_stopping, [0.5, 0.5, 0.5, 0.5], 2, patience=2)


@check(points=1, source=EARLY, hint="A new best is loss < best - min_delta.")
def test_small_gains_do_not_count(early_stopping):
    """Only a loss that is lower than the best by more than min_delta is a new best."""
    slowly = [1.0, 0.75, 0.625, 0.5625, 0.53125, 0.515625]
    # 0.625 is not lower than 0.75 by more than 0.125, 0.5625 is: gains add up until they are a new best.
    assert_stops(early_stopping, slowly, 2, patience=1, min_delta=0.125)
    assert_stops(early_stopping, slowly, 5, patience=2, min_delta=0.125)
    assert_stops(early_stopping, slowly, None, patience=2)


@check(points=1, source=EARLY, hint="Comparisons with NaN are false: write the condition so that NaN is no new best.")
def test_nan_is_never_a_best(early_stopping):
    """A loss that is not a number counts as an epoch without a new best."""
    assert_stops(early_stopping, [1.0, 0.5, math.nan, math.nan, 0.6], 3, patience=2)
    assert_stops(early_stopping, [1.0, math.nan, 0.5, 0.6, 0.7], 4, patience=2)


@check(points=2, source=SWA, hint="Add each parameter over the snapshots and divide by their number.")
def test_weights_are_averaged_by_name(average_weights, rng):
    """Every parameter is the mean of its values in the snapshots: equal to the running mean."""
    for count in (1, 2, 5):
        given = snapshots(rng, count)
        running = given[0]
        for number, snapshot in enumerate(given[1:], start=1):
            running = {name: (running[name] * number + snapshot[name]) / (number + 1) for name in running}
        averaged = average_weights(given)
        assert_that(averaged.keys() == running.keys(), "the names of the parameters", expected=str(list(running)))
        for name, expected in running.items():
            assert_close(averaged[name], expected, f"{name} of {count} snapshots", magnitude=3.0)


@check(points=2, source=SNAPSHOTS, hint="The arithmetic mean of the probabilities: sum, and divide by the number.")
def test_predictions_are_averaged(average_predictions, rng):
    """The ensemble's probabilities are the mean of the snapshots', and still distributions."""
    for count in (1, 2, 5):
        given = predictions(rng, count)
        averaged = average_predictions(given)
        assert_close(averaged, np.mean(given, axis=0), f"mean of {count} predictions", magnitude=1.0)
        assert_close(averaged.sum(axis=1), 1.0, "sum of a row", magnitude=1.0)
