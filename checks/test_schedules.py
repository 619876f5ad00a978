"""Checks of schedules.py: the learning rate as a function of the step.

Steps are integers and rates are ordinary numbers, so a rate is right to a few roundings of the largest rate.
"""

import math

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check
from backproof.testing.general import *

RESNET = "He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, CVPR 2016, section 3.4"
DECAY = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1"
SGDR = "Loshchilov and Hutter, SGDR, ICLR 2017, eq. 5"
CYCLICAL = "Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.2"
GOYAL = "Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.1"

BAD_RATES = (-0.1, float("nan"), float("inf"))
CYCLE = {"base_lr": 0.1, "max_lr": 0.5, "half_cycle": 4}
BAD_CYCLE = {"step": (-1,), "base_lr": BAD_RATES, "max_lr": BAD_RATES, "half_cycle": (0, -2)}
SAMPLES = {
    "step_decay": Sample(
        lambda: {"step": 7, "initial_lr": 0.1, "step_size": 3},
        bad={"step": (-1,), "initial_lr": BAD_RATES, "step_size": (0, -2)},
    ),
    "exponential_decay": Sample(
        lambda: {"step": 7, "initial_lr": 0.1, "decay_rate": 0.9},
        bad={"step": (-1,), "initial_lr": BAD_RATES, "decay_rate": (-0.5,)},
    ),
    "cosine_annealing": Sample(
        lambda: {"step": 7, "initial_lr": 0.1, "total_steps": 10},
        bad={"step": (-1,), "initial_lr": BAD_RATES, "total_steps": (0, -2)},
    ),
    "cosine_warm_restarts": Sample(
        lambda: {"step": 7, "initial_lr": 0.1, "first_period": 4},
        bad={"step": (-1,), "initial_lr": BAD_RATES, "first_period": (0, -2), "period_mult": (0,)},
    ),
    "triangular": Sample(lambda: {"step": 7, **CYCLE}, bad=BAD_CYCLE),
    "triangular2": Sample(lambda: {"step": 7, **CYCLE}, bad=BAD_CYCLE),
    "reduce_on_plateau": Sample(
        lambda: {"losses": [1.0, 0.9, 0.95], "initial_lr": 0.1}, bad={"initial_lr": BAD_RATES, "patience": (-1,)}
    ),
    "linear_scaling": Sample(
        lambda: {"base_lr": 0.1, "base_batch_size": 256, "batch_size": 1024},
        bad={"base_lr": BAD_RATES, "base_batch_size": (0,), "batch_size": (0, -8)},
    ),
}


def curve(schedule, num_steps, **settings):
    """Return the rates of steps 0 to num_steps - 1, computed in a shuffled order: calls are independent."""
    order = np.random.default_rng(0).permutation(num_steps)
    rates = list(schedule.each({"step": int(step), **settings} for step in order))
    return np.array(rates)[np.argsort(order)]


def record(plot, rates, expected, label):
    """Record a schedule's curve beside the expected one."""
    for name, values in ((label, rates), (f"{label}, expected", expected)):
        plot.line("Schedules", range(len(values)), values, label=name, x_label="step", y_label="learning rate")


@check(points=2, source=RESNET, hint="initial_lr * drop_factor ** (step // step_size): the first drop is at step_size.")
def test_step_decay_drops_where_it_should(step_decay, plot):
    """The rate is constant for step_size steps, then drops by drop_factor, at step_size, 2 step_size, and so on."""
    rates = curve(step_decay, 13, initial_lr=0.8, drop_factor=0.5, step_size=4)
    record(plot, rates, 0.8 * 0.5 ** (np.arange(13) // 4), "step_decay")
    assert_close(rates, 0.8 * 0.5 ** (np.arange(13) // 4), "rates of 13 steps with step_size=4", magnitude=1.0)
    by_default = curve(step_decay, 7, initial_lr=0.8, step_size=3)
    assert_close(by_default, 0.8 * 0.1 ** (np.arange(7) // 3), "rates with the default drop_factor", magnitude=1.0)


@check(points=2, source=DECAY, hint="initial_lr * decay_rate ** step.")
def test_exponential_decay_has_a_constant_ratio(exponential_decay, plot):
    """Every step multiplies the rate by decay_rate, from initial_lr at step 0."""
    rates = curve(exponential_decay, 30, initial_lr=0.8, decay_rate=0.9)
    record(plot, rates, 0.8 * 0.9 ** np.arange(30), "exponential_decay")
    assert_close(rates, 0.8 * 0.9 ** np.arange(30), "rates of 30 steps", magnitude=1.0)
    assert_close(curve(exponential_decay, 5, initial_lr=0.8, decay_rate=1.0), 0.8, "rates with decay_rate=1")


@check(points=2, source=SGDR, hint="min_lr + (initial_lr - min_lr) * (1 + cos(pi * step / total_steps)) / 2.")
def test_cosine_annealing_is_half_a_cosine(cosine_annealing, plot):
    """The rate starts at initial_lr, is halfway in the middle, and falls all the time to min_lr at total_steps."""
    for min_lr, label in ((0.0, "cosine_annealing"), (0.2, "cosine_annealing to 0.2")):
        rates = curve(cosine_annealing, 21, initial_lr=0.8, total_steps=20, min_lr=min_lr)
        expected = min_lr + (0.8 - min_lr) * (1 + np.cos(np.pi * np.arange(21) / 20)) / 2
        record(plot, rates, expected, label)
        assert_close(rates, expected, f"rates of 21 steps with total_steps=20, min_lr={min_lr}", magnitude=1.0)
        assert_close(rates[[0, 10, 20]], [0.8, (0.8 + min_lr) / 2, min_lr], "start, middle and end", magnitude=1.0)
    by_default = cosine_annealing(20, initial_lr=0.8, total_steps=20)
    assert_close(by_default, 0.0, "the last rate with the default min_lr", magnitude=1.0)


@check(points=1, source=SGDR, hint="Use min(step, total_steps): a cosine would climb again.")
def test_cosine_annealing_stays_at_its_end(cosine_annealing):
    """After total_steps the rate stays at min_lr."""
    steps = (20, 21, 30, 40, 1000)
    rates = cosine_annealing.each({"step": step, "initial_lr": 0.8, "total_steps": 20, "min_lr": 0.1} for step in steps)
    for step, rate in zip(steps, rates, strict=True):
        assert_close(rate, 0.1, f"rate at step {step} with total_steps=20", magnitude=1.0)


@check(points=2, source=SGDR, hint="At the end of a period the next one starts at initial_lr; t counts from there.")
def test_warm_restarts_repeat_the_cosine(cosine_warm_restarts, plot):
    """Every first_period steps the rate jumps back to initial_lr and falls along the same half cosine again."""
    rates = curve(cosine_warm_restarts, 17, initial_lr=0.8, first_period=5, min_lr=0.2)
    place = np.arange(17) % 5
    expected = 0.2 + 0.6 * (1 + np.cos(np.pi * place / 5)) / 2
    record(plot, rates, expected, "cosine_warm_restarts")
    assert_close(rates, expected, "rates of 17 steps with first_period=5", magnitude=1.0)


@check(points=2, source=SGDR, hint="The periods are first_period, times period_mult, times period_mult again, ...")
def test_warm_restart_periods_grow(cosine_warm_restarts, plot):
    """Each period is period_mult times as long as the one before: restarts at T, T + 2T, T + 2T + 4T for 2."""
    for period_mult, restarts in ((2, [0, 3, 9, 21]), (3, [0, 3, 12, 39])):
        num_steps = restarts[-1] + 5
        rates = curve(cosine_warm_restarts, num_steps, initial_lr=0.8, first_period=3, period_mult=period_mult)
        starts = np.array(restarts)[np.searchsorted(restarts, np.arange(num_steps), side="right") - 1]
        lengths = 3 * period_mult ** (np.searchsorted(restarts, starts))
        expected = 0.8 * (1 + np.cos(np.pi * (np.arange(num_steps) - starts) / lengths)) / 2
        record(plot, rates, expected, f"cosine_warm_restarts, × {period_mult}")
        climbs = [0, *(1 + np.flatnonzero(np.diff(rates) > 0)).tolist()]
        assert_that(
            climbs == restarts, f"restarts with period_mult={period_mult}", expected=str(restarts), got=str(climbs)
        )
        assert_close(rates, expected, f"rates with period_mult={period_mult}", magnitude=1.0)


@check(points=2, source=CYCLICAL, hint="Up for half_cycle steps, down for as many: a straight line each way.")
def test_triangular_climbs_and_falls_in_straight_lines(triangular, plot):
    """The rate goes from base_lr to max_lr in half_cycle steps and back in as many, cycle after cycle."""
    rates = curve(triangular, 21, **CYCLE)
    up, down = np.linspace(0.1, 0.5, 5)[:-1], np.linspace(0.5, 0.1, 5)[:-1]
    expected = np.tile(np.concatenate([up, down]), 3)[:21]
    record(plot, rates, expected, "triangular")
    assert_close(rates, expected, "rates of 21 steps with half_cycle=4", magnitude=1.0)


@check(points=2, source=CYCLICAL, hint="Halve max_lr - base_lr after each whole cycle of 2 * half_cycle steps.")
def test_triangular2_halves_its_height(triangular2, plot):
    """Each cycle climbs half as high above base_lr as the one before."""
    rates = curve(triangular2, 33, **CYCLE)
    place = np.arange(33) % 8
    height = 0.4 * 0.5 ** (np.arange(33) // 8)
    expected = 0.1 + height * np.minimum(place, 8 - place) / 4
    record(plot, rates, expected, "triangular2")
    assert_close(rates, expected, "rates of 33 steps with half_cycle=4", magnitude=1.0)


@check(points=2, source=RESNET, hint="Count the epochs since the last new best; at patience, multiply and start again.")
def test_plateau_reduces_after_patience(reduce_on_plateau, plot):
    """The rate is multiplied by factor once patience epochs in a row (or one more) brought no new best."""
    settings = {"initial_lr": 0.8, "factor": 0.5, "patience": 3}
    losses = [1.0, *[1.2, 1.0] * 6]  # neither a worse loss nor an equal one is a new best
    rates = list(reduce_on_plateau.each({"losses": losses[: 1 + waited], **settings} for waited in range(12)))
    # Epochs 1, 2, ... wait: reductions after 3, 6, 9, 11 more, or after 4, 8 where one more is allowed.
    accepted = [[0.8 * 0.5 ** (waited // wait) for waited in range(12)] for wait in (3, 4)]
    nearest = min(accepted, key=lambda expected: np.abs(np.subtract(rates, expected)).max())
    record(plot, rates, nearest, "reduce_on_plateau, patience 3")
    assert_close(rates, nearest, "rates after a best loss and 0 to 11 epochs without a new one", magnitude=1.0)
    rate = reduce_on_plateau([1.0] * 700, initial_lr=0.8, factor=0.5, patience=300)
    assert_close(rate, 0.2, "rate after 700 equal losses, patience=300", magnitude=1.0)


@check(points=1, source=RESNET, hint="A new best starts the count again, and so does a reduction.")
def test_plateau_counts_from_the_last_best(reduce_on_plateau, plot):
    """While the loss keeps finding a new best within patience epochs, the rate stays."""
    falling = [1.0 - 0.01 * epoch for epoch in range(40)]
    assert_close(reduce_on_plateau(falling, initial_lr=0.8), 0.8, "rate while the loss falls")
    # A new best every third epoch: never three in a row without one.
    saw_tooth = [1.0 - 0.1 * (epoch // 3) + 0.5 * (epoch % 3 > 0) for epoch in range(12)]
    rate = reduce_on_plateau(saw_tooth, initial_lr=0.8, patience=3)
    assert_close(rate, 0.8, "rate with a new best every third epoch, patience=3")
    assert_close(reduce_on_plateau([], initial_lr=0.8), 0.8, "rate before the first epoch")
    at_first = reduce_on_plateau([math.inf] * 2, initial_lr=0.8, patience=3)
    assert_close(at_first, 0.8, "rate after two epochs of an infinite loss, patience=3")
    flat = falling[:10] + [falling[9]] * 30
    rates = list(reduce_on_plateau.each({"losses": flat[:epoch], "initial_lr": 0.8} for epoch in range(41)))
    record(plot, rates, 0.8 * 0.1 ** np.maximum(0, np.arange(41) // 10 - 1), "reduce_on_plateau")
    assert_that(rates[15] == rates[0] > rates[25] > rates[40], "the default patience is 10 and the factor 0.1")
    assert_close(rates[25], 0.08, "rate after 15 epochs without a new best", magnitude=1.0)


@check(points=1, source=GOYAL, hint="base_lr * batch_size / base_batch_size.")
def test_linear_scaling_keeps_the_rate_per_sample(linear_scaling):
    """The rate is in proportion to the batch size."""
    for batch_size, expected in ((256, 0.1), (1024, 0.4), (64, 0.025), (96, 0.0375)):
        assert_close(linear_scaling(0.1, 256, batch_size), expected, f"rate for a batch of {batch_size}", magnitude=1.0)


@check(points=1, source=SGDR, hint="Nothing but the two rates given may be the ends: no factor 2, no offset.")
def test_rates_stay_between_their_bounds(cosine_annealing, cosine_warm_restarts, triangular, triangular2):
    """No rate leaves the interval between the lowest and the highest one given."""
    bounds = {"initial_lr": 0.8, "min_lr": 0.2}
    for name, rates, (low, high) in (
        ("cosine_annealing", curve(cosine_annealing, 20, total_steps=17, **bounds), (0.2, 0.8)),
        ("cosine_warm_restarts", curve(cosine_warm_restarts, 24, first_period=7, period_mult=2, **bounds), (0.2, 0.8)),
        ("triangular", curve(triangular, 24, **CYCLE), (0.1, 0.5)),
        ("triangular2", curve(triangular2, 24, **CYCLE), (0.1, 0.5)),
    ):
        # One rounding of the larger bound.
        room = 1e-6 * high
        inside = math.isfinite(rates.sum()) and rates.min() >= low - room and rates.max() <= high + room
        assert_that(inside, f"{name} goes from {rates.min():.6g} to {rates.max():.6g}", expected=f"{low} to {high}")
