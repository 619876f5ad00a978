"""Mistakes in coarse_to_fine_search."""

import numpy as np
from training import coarse_to_fine_search

from backproof.misconceptions import misconception


def zoom(evaluate, *, low, high, rounds, points, grid=np.geomspace, window=None, pick=np.argmin):
    """Search with a grid, a window for the next round, and a choice of the best, of one's own."""
    coarse_to_fine_search(lambda _: 0.0, low=low, high=high, rounds=0)
    start, end = low, high
    for _ in range(rounds):
        values = grid(start, end, points)
        best = int(pick([evaluate(value) for value in values]))
        if window is not None:
            start, end = window(values, best)
        else:
            start, end = values[max(best - 1, 0)], values[min(best + 1, points - 1)]
    return values[best]


@misconception(
    imitates="coarse_to_fine_search",
    says="the values are evenly spaced, not their logarithms: small ones are never tried",
    hint="np.geomspace(low, high, points).",
)
def coarse_to_fine_search_linear(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, grid=np.linspace)


@misconception(
    imitates="coarse_to_fine_search",
    says="low and high are taken for exponents, as np.logspace does",
    hint="np.geomspace takes the ends themselves; np.logspace wants their logarithms.",
)
def coarse_to_fine_search_takes_exponents(evaluate, *, low, high, rounds=3, points=8):
    coarse_to_fine_search(evaluate, low=low, high=high, rounds=0)
    return coarse_to_fine_search(evaluate, low=10**low, high=10**high, rounds=rounds, points=points)


@misconception(
    imitates="coarse_to_fine_search",
    says="the value with the highest loss is taken for the best",
    hint="A loss is to be lowered: argmin.",
)
def coarse_to_fine_search_maximises(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, pick=np.argmax)


@misconception(
    imitates="coarse_to_fine_search",
    says="every round goes over the whole range again: nothing gets finer",
    hint="The next round lies between the neighbours of the best value.",
)
def coarse_to_fine_search_stays_coarse(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, window=lambda *_: (low, high))


@misconception(
    imitates="coarse_to_fine_search",
    says="one fine grid over the whole range takes the place of the rounds",
    hint="Start coarse, and spend the later rounds near the best value.",
)
def coarse_to_fine_search_in_one_round(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=1, points=rounds * points)


@misconception(
    imitates="coarse_to_fine_search",
    says="rounds and points are ignored",
    hint="The caller decides how many values are affordable.",
)
def coarse_to_fine_search_ignores_its_budget(evaluate, *, low, high, rounds=3, points=8):
    return zoom(evaluate, low=low, high=high, rounds=3, points=8)


@misconception(
    imitates="coarse_to_fine_search",
    says="the next round is not cut off at low and high",
    hint="max(low, ...) and min(high, ...).",
)
def coarse_to_fine_search_leaves_its_range(evaluate, *, low, high, rounds=3, points=8):
    def window(values, best):
        ratio = values[1] / values[0]
        return values[best] / ratio, values[best] * ratio

    return zoom(evaluate, low=low, high=high, rounds=rounds, points=points, window=window)


@misconception(
    imitates="coarse_to_fine_search",
    says="the next round goes up from the best value: the optimum may lie below it",
    hint="From the lower neighbour of the best value to the upper one.",
)
def coarse_to_fine_search_looks_up_only(evaluate, *, low, high, rounds=3, points=8):
    return zoom(
        evaluate,
        low=low,
        high=high,
        rounds=rounds,
        points=points,
        window=lambda values, best: (values[best], values[min(best + 1, points - 1)]),
    )


@misconception(
    imitates="coarse_to_fine_search",
    says="the lowest loss is returned, not the value that has it",
    hint="Return the value itself.",
)
def coarse_to_fine_search_returns_the_loss(evaluate, *, low, high, rounds=3, points=8):
    return evaluate(coarse_to_fine_search(evaluate, low=low, high=high, rounds=rounds, points=points))
