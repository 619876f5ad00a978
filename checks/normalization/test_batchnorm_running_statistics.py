"""Checks of the running statistics of batchnorm_forward: what moves them, and evaluation with them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import ResultOf, assert_close, check

from ._batches import batches, batchnorm_arguments
from ._moments import moments, nearest, with_either_denominator

BATCHNORM = "Ioffe and Szegedy, Batch normalization, ICML 2015"


@check(
    points=2,
    source=f"{BATCHNORM}, section 3.1",
    hint="running = (1 - momentum) * running + momentum * batch: momentum is the weight of the new batch.",
)
@given(arguments=batches(), momentum=st.sampled_from([None, 0.3, 0.9, 0.0, 1.0]))
def test_running_statistics_move_by_momentum(batchnorm_forward, arguments, momentum):
    """Training moves them by a share of momentum to the batch's mean and variance, biased or unbiased."""
    given_momentum = {} if momentum is None else {"momentum": momentum}
    _, _, running_mean, running_var = batchnorm_forward(**arguments, training=True, **given_momentum)
    weight = 0.1 if momentum is None else momentum
    mean, variance = moments(arguments["x"])
    moved_mean = (1 - weight) * arguments["running_mean"] + weight * mean
    assert_close(running_mean, moved_mean, "running_mean", magnitude=5.0)
    accepted = [
        (1 - weight) * arguments["running_var"] + weight * value
        for value in with_either_denominator(variance, len(arguments["x"]))
    ]
    assert_close(running_var, nearest(running_var, accepted), "running_var", magnitude=20.0)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3.1",
    hint="Return new running statistics, and start from those that were passed in.",
)
def test_running_statistics_converge(batchnorm_forward, rng):
    """When batch after batch has the same statistics, the running ones become these."""
    arguments = batchnorm_arguments(rng, 5, 3)
    x, settings = arguments["x"], {"training": True, "momentum": 0.9}
    goes_on = [{"running_mean": ResultOf(k, part=2), "running_var": ResultOf(k, part=3)} for k in range(15)]
    calls = ({**arguments, **settings, **before} for before in ({}, *goes_on))
    *_, (_, _, running_mean, running_var) = batchnorm_forward.each(calls)
    # A share of 0.1**16 is left of where they started.
    mean, variance = moments(x)
    assert_close(running_mean, mean, "running_mean after 16 batches", magnitude=5.0)
    expected = nearest(running_var, with_either_denominator(variance, len(x)))
    assert_close(running_var, expected, "running_var after 16 batches", magnitude=20.0)


@check(
    points=2,
    source=f"{BATCHNORM}, algorithm 2",
    hint="In evaluation: (x - running_mean) / np.sqrt(running_var + eps) * gamma + beta.",
)
@given(arguments=batches(), eps=st.sampled_from([1e-5, 0.5]))
def test_evaluation_uses_the_running_statistics(batchnorm_forward, arguments, eps):
    """In evaluation the output is gamma (x - running_mean) / sqrt(running_var + eps) + beta."""
    out, _, _, _ = batchnorm_forward(**arguments, training=False, eps=eps)
    distance = arguments["x"] - arguments["running_mean"]
    expected = arguments["gamma"] * distance / np.sqrt(arguments["running_var"] + eps) + arguments["beta"]
    assert_close(out, expected, "out in evaluation", magnitude=50.0)


@check(
    points=1,
    source=f"{BATCHNORM}, section 3.1",
    hint="Take nothing from the batch in evaluation: a prediction must not depend on what else is asked.",
)
def test_evaluation_of_a_sample_is_independent_of_the_others(batchnorm_forward, rng):
    """In evaluation every sample alone gives what it gives in the batch."""
    arguments = batchnorm_arguments(rng, 5, 3)
    x = arguments.pop("x")
    out, _, _, _ = batchnorm_forward(x, **arguments, training=False)
    for n in range(len(x)):
        alone, _, _, _ = batchnorm_forward(x[n : n + 1], **arguments, training=False)
        assert_close(alone[0], out[n], f"out of sample {n} alone", magnitude=50.0)


@check(
    points=1,
    source=f"{BATCHNORM}, algorithm 2",
    hint="Only training moves the running statistics; in evaluation return what was passed in.",
)
def test_evaluation_leaves_the_running_statistics_alone(batchnorm_forward, rng):
    """Evaluation gives back the running statistics that it got, whatever momentum is."""
    arguments = batchnorm_arguments(rng)
    for momentum in (0.1, 1.0):
        _, _, running_mean, running_var = batchnorm_forward(**arguments, training=False, momentum=momentum)
        assert_close(running_mean, arguments["running_mean"], "running_mean after evaluation")
        assert_close(running_var, arguments["running_var"], "running_var after evaluation")
