"""Checks of coarse_to_fine_search, the search for a setting on a logarithmic scale."""

import math

import numpy as np

from backproof.testing import Sample, assert_that, check
from backproof.testing.general import *

GRID_SEARCH = "Goodfellow, Bengio and Courville, Deep Learning, section 11.4.3"

SAMPLES = {
    "coarse_to_fine_search": Sample(
        lambda: {"evaluate": bowl(0.03)[0], "low": 1e-4, "high": 1.0, "rounds": 2, "points": 4},
        bad={"low": (0.0, -0.1), "high": (1e-4, 1e-5, -1.0)},
    ),
}

LOW, HIGH = 1e-6, 1.0
RANGE = math.log(HIGH / LOW)


def bowl(optimum):
    """Return a loss that is the same a factor above the optimum and below, and the list of values it is called with."""
    tried = []

    def evaluate(value):
        tried.append(float(value))
        # Minus 1: losses may be negative, and which one is lower is all that matters.
        return math.log(max(tried[-1], 1e-12) / optimum) ** 2 - 1

    return evaluate, tried


def search_bowl(coarse_to_fine_search, optimum, **settings):
    """Search a bowl and return the value found, and the values tried, each once, in order; all are logarithms."""
    evaluate, tried = bowl(optimum)
    found = coarse_to_fine_search(evaluate, low=LOW, high=HIGH, **settings)
    assert_that(len(tried) > 0, "evaluate was never called")
    tried = np.array(list(dict.fromkeys(tried)))
    return math.log(max(float(found), 1e-12)), np.log(np.maximum(tried, 1e-12))


@check(points=2, source=GRID_SEARCH, hint="Each round goes from the best value's lower neighbour to its upper one.")
def test_search_finds_the_bottom_of_a_bowl(coarse_to_fine_search, rng, plot):
    """The value found is within the last spacing of the best one: inside the range, or its end if that is best."""
    # One optimum in every other decade, at ever other places between the values of a grid of 8.
    optima = 10 ** np.array([-7.5, *(rng.uniform(-6, -5) + np.arange(0, 6, 2)), 1.5])
    for rounds, settings in ((3, {}), (2, {"rounds": 2})):
        # The value nearest to the optimum misses it by half of a spacing at most. The first spacing is RANGE / 7 or
        # less. A window of one spacing to either side divides it by 3.5 a round; the widest that is accepted, of two
        # spacings to either side, by 1.75, and halving the range by 2. Float32 adds a few 1e-6.
        room = RANGE / 7 / 2 / 1.75 ** (rounds - 1) + 1e-4
        for optimum in optima:
            found, tried = search_bowl(coarse_to_fine_search, optimum, **settings)
            best = min(max(optimum, LOW), HIGH)
            if not settings:
                record_search(plot, tried, best)
            miss = abs(found - math.log(best))
            assert_that(
                miss <= room,
                f"with {rounds} rounds of 8 points the best value from {LOW:g} to {HIGH:g} is {best:.6g}, "
                f"found {math.exp(found):.6g}",
                expected=f"within a factor of {math.exp(room):.4g} of {best:.6g}",
                got=f"{math.exp(found):.6g}",
            )


def record_search(plot, tried, best):
    """Record the values that were tried, one after the other, beside the best one."""
    label, evaluations = f"best: {best:.3g}", range(len(tried))
    for name, logarithms in ((label, tried), (f"{label}, expected", np.full(len(tried), math.log(best)))):
        values = np.exp(logarithms)
        plot.line("Coarse to fine", evaluations, values, label=name, x_label="evaluation", y_label="value")


@check(points=1, source=GRID_SEARCH, hint="np.geomspace(low, high, points), or exp of evenly spaced logarithms.")
def test_search_starts_with_a_logarithmic_grid(coarse_to_fine_search):
    """The first round tries as many values as points says, over the whole range, each the same factor apart."""
    for points in (6, 11):
        _, tried = search_bowl(coarse_to_fine_search, 1e-3, rounds=1, points=points)
        count = len(tried)
        assert_that(
            count == points, f"one round of {points} points tried {count} values", expected=str(points), got=str(count)
        )
        tried = np.sort(tried)
        # In float32, logarithms of up to 14 are right to a few 1e-6; a straight grid's gaps differ by more than 1.
        gaps = np.diff(tried)
        assert_that(
            np.ptp(gaps) < 1e-4,
            f"one round of {points} points tried values that are not the same factor apart",
            expected=f"a factor of {math.exp(gaps.mean()):.4g} between neighbours",
            got=f"factors from {math.exp(gaps.min()):.4g} to {math.exp(gaps.max()):.4g}",
        )
        # The ends themselves need not be tried: the middles of as many parts of the range are a grid, too.
        left_out = max(tried[0] - math.log(LOW), math.log(HIGH) - tried[-1])
        assert_that(
            left_out < gaps.mean() + 1e-4,
            f"one round of {points} points goes from {math.exp(tried[0]):.3g} to {math.exp(tried[-1]):.3g}",
            expected=f"{LOW:g} to {HIGH:g}",
        )


@check(points=1, source=GRID_SEARCH, hint="Take the next round's ends from the neighbours of the best value.")
def test_search_gets_finer_around_the_best(coarse_to_fine_search, rng):
    """Further rounds try new values, no more than points a round, and all of the second near the best of the first."""
    optimum = 10 ** rng.uniform(-5, -1)
    counts = [0]
    for rounds in (1, 2, 3):
        _, tried = search_bowl(coarse_to_fine_search, optimum, rounds=rounds, points=8)
        # A value that was tried before may be looked up; one that comes back a rounding away is no new one.
        counts.append(1 + int(np.sum(np.diff(np.sort(tried)) > 1e-4)))
        assert_that(
            counts[-2] < counts[-1] <= 8 * rounds,
            f"{rounds} rounds of 8 points tried {counts[-1]} values, one round fewer tried {counts[-2]}",
            expected=f"{counts[-2] + 1} to {8 * rounds}",
            got=str(counts[-1]),
        )
        if rounds == 2:
            first, second = tried[:8], tried[8:]
            best = first[np.argmin(np.abs(first - math.log(optimum)))]
            farthest = math.exp(np.abs(second - best).max(initial=0))
            # The windows that are accepted reach two spacings to either side at most.
            room = math.exp(2 * RANGE / 7)
            assert_that(
                farthest < 1.001 * room,
                f"after {math.exp(best):.3g} was the best of the first round, the second went as far as a factor of "
                f"{farthest:.3g} from it",
                expected=f"at most a factor of {room:.3g}",
                got=f"{farthest:.3g}",
            )


@check(points=1, source=GRID_SEARCH, hint="max(low, ...) and min(high, ...) for the ends of each round.")
def test_search_never_leaves_its_range(coarse_to_fine_search):
    """No value below low or above high is tried or returned, also where the best one is at an end."""
    for optimum in (1e-9, 1e-3, 1e3):
        found, tried = search_bowl(coarse_to_fine_search, optimum)
        values = np.exp([found, *tried])
        # exp(log(high)) is high up to the roundings of a logarithm of up to 14: a few 1e-6 of it in float32.
        assert_that(
            values.min() > LOW * (1 - 1e-5) and values.max() < HIGH * (1 + 1e-5),
            f"with the optimum at {optimum:g}, values from {values.min():.6g} to {values.max():.6g} came up",
            expected=f"{LOW:g} to {HIGH:g}",
            got=f"{values.min():.6g} to {values.max():.6g}",
        )
