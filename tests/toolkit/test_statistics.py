"""The statistical checks fail a right sample once in 1e9 draws, and miss no wrong initialiser at 65,536 entries.

The level of 1e-9 cannot be measured; what it is made of can: p-values that are uniform where the null distribution
holds, and a second, independent sample that must be improbable too.
"""

from collections import Counter

import numpy as np
import pytest
from scipy.special import bdtrc

from backproof.problems import PropertyViolated
from backproof.testing import (
    Evidence,
    NormalDistribution,
    UniformDistribution,
    assert_rate,
    assert_statistics,
)
from backproof.testing.statistics import (
    binomial_p_value,
    chi_square_p_value,
    kolmogorov_p_value,
    normal_p_value,
)

SAMPLES = 2000
NULL_SAMPLES = {
    "normal": (NormalDistribution(0.3), lambda rng: 0.3 * rng.standard_normal(2000)),
    "uniform": (UniformDistribution(0.3), lambda rng: rng.uniform(-0.3, 0.3, 2000)),
    "float32_uniform": (UniformDistribution(0.3), lambda rng: rng.uniform(-0.3, 0.3, 2000).astype(np.float32)),
}


def most_allowed(level, total=SAMPLES):
    """Return the count that a binomial variable of this rate exceeds with probability 1e-6 at most."""
    counts = np.arange(total)
    return int(counts[bdtrc(counts, total, level) < 1e-6][0])


@pytest.mark.parametrize("name", NULL_SAMPLES)
def test_p_values_are_honest_for_right_samples(name):
    """Of 2,000 right samples, no more have p < 0.1, 0.01 or 0.001 than an exact binomial bound of 1e-6 allows."""
    distribution, draw = NULL_SAMPLES[name]
    below = Counter()
    rng = np.random.default_rng(7)
    for _ in range(SAMPLES):
        for statistic, evidence in distribution.evidence(draw(rng)).items():
            for level in (0.1, 0.01, 0.001):
                below[statistic, level] += evidence.p_value < level
    assert {key: count for key, count in below.items() if count > most_allowed(key[1])} == {}
    # Uniform, not merely large: a p-value that is never small sees nothing.
    for statistic in ("the mean", "the variance", "the shape"):
        assert below[statistic, 0.1] > SAMPLES * 0.1 - 6 * np.sqrt(SAMPLES * 0.09)


@pytest.mark.parametrize("probability", [0.01, 0.3, 0.8])
def test_rates_are_honest_for_right_samples(probability):
    """Binomial p-values, exact and discrete, lie below a level no more often than it allows, in 20,000 samples."""
    counts = np.random.default_rng(3).binomial(500, probability, 20_000)
    p_values = {count: binomial_p_value(int(count), 500, probability) for count in set(counts.tolist())}
    for level in (0.1, 0.01, 0.001):
        assert sum(p_values[count] < level for count in counts.tolist()) <= most_allowed(level, 20_000)


def test_tails_have_their_textbook_values():
    """The four p-values agree with tables: two-sided, and exact where the distribution is."""
    assert normal_p_value(1.959964) == pytest.approx(0.05, rel=1e-6)
    assert normal_p_value(-3.290527) == pytest.approx(0.001, rel=1e-6)
    assert chi_square_p_value(23.209251, 10) == pytest.approx(0.02, rel=1e-6)
    assert chi_square_p_value(2.558212, 10) == pytest.approx(0.02, rel=1e-6)
    assert binomial_p_value(2, 10, 0.5) == pytest.approx(2 * 56 / 1024)
    assert kolmogorov_p_value((np.arange(10_000) + 0.5) / 10_000 * 0.986419) == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize(("count", "p_value"), [(0, 2**-9), (10, 2**-9), (5, 1.0)])
def test_extreme_counts(count, p_value):
    """No event at all, and nothing but events, have exact probabilities."""
    assert binomial_p_value(count, 10, 0.5) == pytest.approx(p_value)


def test_certain_and_impossible_events():
    """With probability 0 or 1, one exception is impossible and none is certain."""
    assert [binomial_p_value(count, 10, 0.0) for count in (0, 1)] == [1.0, 0.0]
    assert [binomial_p_value(count, 10, 1.0) for count in (10, 9)] == [1.0, 0.0]
    assert_rate(lambda times: np.ones(50 * times, dtype=bool), 1.0, "kept")
    with pytest.raises(PropertyViolated, match=r"the rate is 0\.98, expected 1"):
        assert_rate(lambda times: np.arange(50 * times) % 50 != 0, 1.0, "kept")


@pytest.mark.parametrize("p_values", [(1e-3,), (1e-6, 1e-3), (1e-6, 2e-5)])
def test_improbable_first_samples_are_confirmed_by_a_second(p_values):
    """A second sample, four times as large, is drawn only after a first below 1e-4, and may then pass."""
    sizes = []
    assert_statistics(lambda times: sizes.append(times), lambda _: {"x": evidence(p_values[len(sizes) - 1])}, "y")
    assert sizes == [1, 4][: len(p_values)]


def test_two_improbable_samples_fail():
    """A failure names the sample, the statistic that is least probable and both values, of the second sample."""
    sizes = []

    def statistics(_):
        return {"a": evidence(1e-2), "b": Evidence(1e-6, "7", f"{len(sizes)}"), "c": evidence(1e-5)}

    with pytest.raises(PropertyViolated, match=r"^weights: b is 2, expected 7") as caught:
        assert_statistics(lambda times: sizes.append(times), statistics, "weights")
    assert (caught.value.expected, caught.value.got) == ("7", "2")


@pytest.mark.parametrize(("beside", "sizes"), [(0, [1, 4]), (1, [1])])
def test_several_statistics_share_one_level(beside, sizes):
    """A p-value of 0.8e-4 calls for a second sample if alone; beside another statistic it has half the level."""
    found = {"x": evidence(0.8e-4)} | {f"other {k}": evidence(1.0) for k in range(beside)}
    drawn = []
    assert_statistics(lambda times: drawn.append(times), lambda _: found, "y")
    assert drawn == sizes


def evidence(p_value):
    return Evidence(p_value, "", "")


@pytest.mark.parametrize("undefined", ["a", "b"])
def test_undefined_p_values_count_as_impossible(undefined):
    """NaN fails, whichever statistic has it and whatever the others are."""
    found = {"a": evidence(0.5), "b": evidence(0.5), undefined: evidence(np.nan)}
    with pytest.raises(PropertyViolated, match=f"x: {undefined} is"):
        assert_statistics(np.ones, lambda _: found, "x")


@pytest.mark.parametrize(
    "p_value",
    [normal_p_value, lambda nan: chi_square_p_value(nan, 3), lambda nan: kolmogorov_p_value(np.full(5, nan))],
    ids=["normal", "chi_square", "kolmogorov"],
)
def test_undefined_statistics_have_undefined_p_values(p_value):
    """No tail turns NaN into a probability that passes."""
    assert np.isnan(p_value(np.nan))
