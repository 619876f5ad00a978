"""Wrong distributions of weights fail at every seed, at 65,536 entries; right ones pass, in either precision.

No miss in 30 seeds leaves a miss rate below 10 % with 95 % confidence. That is the bound from the count alone: the
weakest bug here, a variance that is 5 % off, lies 9 standard errors away, a miss of 1e-7.
"""

from functools import partial

import numpy as np
import pytest

from backproof.problems import PropertyViolated
from backproof.testing import NormalDistribution, UniformDistribution, assert_distributed, assert_rate

SEEDS = 30
FAN_IN, FAN_OUT = 512, 128
HE = NormalDistribution(np.sqrt(2 / FAN_IN))
XAVIER = UniformDistribution(np.sqrt(6 / (FAN_IN + FAN_OUT)))


def normal_weights(rng, size, std=1.0):
    return std * rng.standard_normal(size)


def uniform_weights(rng, size, bound=1.0):
    return rng.uniform(-bound, bound, size)


def clipped_weights(rng, size):
    return HE.std * np.clip(rng.standard_normal(size), -2, 2)


def redrawn_weights(rng, size):
    """Normal numbers, those beyond two standard deviations drawn again: as TensorFlow's truncated normal."""
    values = rng.standard_normal(2 * size)
    return HE.std * values[np.abs(values) < 2][:size]


def with_bias(rng, size):
    return normal_weights(rng, size, HE.std) + 0.05 * HE.std


def with_broken_value(value):
    def weights(rng, size):
        drawn = normal_weights(rng, size, HE.std)
        drawn[7] = value
        return drawn

    return weights


WRONG = {
    "variance_5_percent_low": (HE, partial(normal_weights, std=HE.std * np.sqrt(0.95))),
    "variance_5_percent_high": (HE, partial(normal_weights, std=HE.std * np.sqrt(1.05))),
    "lecun_for_he": (HE, partial(normal_weights, std=np.sqrt(1 / FAN_IN))),
    "swapped_fans": (HE, partial(normal_weights, std=np.sqrt(2 / FAN_OUT))),
    "uniform_for_normal": (HE, partial(uniform_weights, bound=HE.std * np.sqrt(3))),
    "clipped_at_two_std": (HE, clipped_weights),
    "redrawn_beyond_two_std": (HE, redrawn_weights),
    "mean_not_zero": (HE, with_bias),
    "bound_5_percent_low": (XAVIER, partial(uniform_weights, bound=XAVIER.bound * 0.975)),
    "bound_is_std": (XAVIER, partial(uniform_weights, bound=XAVIER.bound / np.sqrt(3))),
    "he_bound_for_xavier": (XAVIER, partial(uniform_weights, bound=np.sqrt(6 / FAN_IN))),
    "normal_for_uniform": (XAVIER, partial(normal_weights, std=XAVIER.bound / np.sqrt(3))),
}


def problems(distribution, weights, seeds, dtype=np.float64):
    """Return the problems of assert_distributed by seed."""
    found = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        try:
            assert_distributed(
                lambda times, rng=rng: weights(rng, times * FAN_IN * FAN_OUT).astype(dtype), [distribution], "weight"
            )
        except PropertyViolated as problem:
            found[seed] = problem
    return found


@pytest.mark.parametrize("name", WRONG)
def test_wrong_distributions_are_caught(name):
    """Each wrong way to draw 512 x 128 weights fails at every seed: 0 of 30 missed."""
    assert len(problems(*WRONG[name], SEEDS)) == SEEDS


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("distribution", [HE, XAVIER], ids=["he", "xavier"])
def test_right_distributions_pass(distribution, dtype):
    """Right weights pass, also rounded to float32: 0 of 60 seeds fail."""
    right = partial(normal_weights, std=HE.std) if distribution is HE else partial(uniform_weights, bound=XAVIER.bound)
    assert problems(distribution, right, 60, dtype) == {}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_caught(value):
    """One NaN or infinity among 65,536 right weights fails."""
    assert set(problems(HE, with_broken_value(value), 3)) == {0, 1, 2}
    assert set(problems(UniformDistribution(9.0), with_broken_value(value), 3)) == {0, 1, 2}


def test_constant_weights_are_caught():
    """Weights that are all 0, or all one value, fail."""
    for value in (0.0, HE.std):
        with pytest.raises(PropertyViolated):
            assert_distributed(lambda times, value=value: np.full(4096 * times, value), [HE], "weight")


def test_one_of_several_accepted_distributions_is_enough():
    """A sample passes if it follows any accepted distribution; if none, the message compares it with the nearest."""
    accepted = [NormalDistribution(1.0), UniformDistribution(0.1)]
    rng = np.random.default_rng(0)
    assert_distributed(lambda times: uniform_weights(rng, 4096 * times, 0.1), accepted, "weight")
    assert_distributed(lambda times: normal_weights(rng, 4096 * times), accepted, "weight")
    with pytest.raises(PropertyViolated, match=r"weight should follow N\(0, 1²\) or U\(-0\.1, 0\.1\): the variance"):
        assert_distributed(lambda times: normal_weights(rng, 4096 * times, 1.2), accepted, "weight")


def test_messages_have_the_variance_and_its_ratio():
    """He weights that are LeCun's have half the expected variance, and the message has the ratio."""
    problem = problems(*WRONG["lecun_for_he"], 1)[0]
    assert problem.message.startswith("weight should follow N(0, 0.0625²): the variance is ")
    assert problem.expected == "0.003906"
    assert 0.48 < float(problem.got.split("(")[1].split(" times")[0]) < 0.52


@pytest.mark.parametrize(("probability", "actual"), [(0.8, 0.2), (0.5, 0.52), (0.3, 0.32)])
def test_wrong_rates_are_caught(probability, actual):
    """A rate that is swapped, or off by 0.02, fails with 60,000 entries at every seed: 0 of 30 missed."""
    missed = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        try:
            assert_rate(
                lambda times, rng=rng: rng.random(60_000 * times) < actual, probability, "share of kept entries"
            )
            missed.append(seed)
        except PropertyViolated as problem:
            if f"the rate is {problem.got}, expected {probability}" not in problem.message:
                missed.append(seed)
    assert missed == []
