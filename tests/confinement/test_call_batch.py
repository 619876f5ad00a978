"""Call batches: the results are those of single calls."""

from contextlib import closing

import numpy as np
import pytest

from backproof.confinement.limits import Limits
from backproof.confinement.submission import ConfinedSubmission
from backproof.contract import load_contract
from backproof.problems import ContractBroken, NoReply, SubmissionRaised
from backproof.submission import LocalSubmission, ResultOf, find_source
from backproof.testing.calls import CallLog, ContractFunction, FixedContext
from tests.helpers import write_files

TEMPLATE = '''
def step(x, state=None, rng=None, times=1):
    """Work on.

    Parameters
    ----------
    x : array (N,)
    state : opaque or None
    rng : Generator
    times : int

    Returns
    -------
    out : array like x
    new_state : opaque
    """
'''
HONEST = """
import os
import time

def step(x, state=None, rng=None, times=1):
    if times < 0:
        raise ValueError(f"times must not be negative: {times}")
    if times == 13:
        return x
    if times == 14:
        os._exit(3)
    if times == 15:
        time.sleep(99)
    if times == 16:
        time.sleep(0.6)
    drawn = 0 if rng is None else rng.random(len(x))
    state = (state or 0) + times
    return x * times + drawn + state, state
"""
LIMITS = Limits(call_seconds=1.0)


@pytest.fixture(params=["confined", "local"])
def step(request, tmp_path):
    """Give the function as a check calls it."""
    write_files(tmp_path, {"template/work.py": TEMPLATE, "submission/work.py": HONEST})
    source = find_source(tmp_path / "submission")
    submission = LocalSubmission(source) if request.param == "local" else ConfinedSubmission(source, limits=LIMITS)
    with closing(submission):
        submission.begin_check()
        yield ContractFunction(
            load_contract(tmp_path / "template").functions["step"], FixedContext(submission, CallLog())
        )


def ones(**arguments):
    """Return the arguments of a call."""
    return {"x": np.ones(3), **arguments}


def test_results_come_in_order(step):
    """Each call has its own arguments, and none is changed."""
    batch = [ones(times=times) for times in range(1, 6)]
    assert [out.tolist() for out, _ in step.each(batch)] == [[2.0 * times] * 3 for times in range(1, 6)]
    assert all((arguments["x"] == 1).all() for arguments in batch)


def test_a_call_takes_what_an_earlier_one_returned(step):
    """An argument may be a part of any earlier result, also an opaque one."""
    batch = [ones(), ones(times=2), ones(x=ResultOf(1, part=0), state=ResultOf(0, part=1), times=3)]
    *_, (out, state) = step.each(batch)
    times = np.array([1.0, 0.0, -2.0])
    *_, (scaled, _) = step.each([ones(), ones(x=ResultOf(0, part=0, factor=times))])
    assert scaled.tolist() == [3.0, 1.0, -3.0]
    assert out.tolist() == [4 * 3 + 4.0] * 3
    assert step(np.zeros(1), state)[0].tolist() == [5.0]


def test_a_generator_goes_on_from_call_to_call(step):
    """A generator in several calls draws as in single calls, in a replay, too."""
    together, alone = np.random.default_rng(1), np.random.default_rng(1)
    results = [(out, together.bit_generator.state) for out, _ in step.each([ones(rng=together)] * 4)]
    before = [call.generator_states["rng"] for call in step._context.log.calls]
    for (out, state), state_before in zip(results, before, strict=True):
        assert alone.bit_generator.state == state_before
        assert (step(**ones(rng=alone))[0] == out).all()
        assert alone.bit_generator.state == state


def test_the_first_problem_ends_a_batch(step):
    """Earlier results are returned; the call that raised is the last one in the log."""
    for bad, problem in ((-1, SubmissionRaised), (13, ContractBroken)):
        results = step.each(ones(times=times) for times in (1, 2, bad, 4))
        assert [next(results)[0][0], next(results)[0][0]] == [2.0, 4.0]
        with pytest.raises(problem):
            next(results)
        assert step._context.log.calls[-1].arguments["times"] == bad


def test_a_chain_breaks_where_its_call_is_wrong(step):
    """The problem is that of the call with the wrong result, not of the call that needs a missing part."""
    with pytest.raises(ContractBroken, match="must return 2 values"):
        list(step.each([ones(times=13), ones(x=ResultOf(0, part=0), state=ResultOf(0, part=1))]))


def test_exceptions_of_each(step):
    """Every bad call is made, also after one that returned."""
    raised = list(step.exceptions(ones(times=times) for times in (-1, 2, -3)))
    assert [one and one.exception_message for one in raised] == [
        "times must not be negative: -1",
        None,
        "times must not be negative: -3",
    ]


@pytest.mark.parametrize("step", ["confined"], indirect=True)
class TestConfined:
    """Batches in a confined process."""

    @pytest.mark.parametrize(
        ("deadly", "says"), [(14, "ended itself with exit code 3"), (15, "no answer within 1 seconds")]
    )
    def test_a_call_without_a_reply_is_named(self, step, deadly, says):
        """It is the last one in the log, and earlier results are returned."""
        results = step.each(ones(times=times) for times in (1, deadly, 3))
        assert next(results)[0][0] == 2.0
        with pytest.raises(NoReply, match=says):
            next(results)
        assert step._context.log.calls[-1].arguments["times"] == deadly

    def test_a_slow_call_has_the_time_of_a_call(self, step):
        """The limit holds for each call: three of 0.6 s do not exceed 1 s."""
        outs = [out[0] for out, _ in step.each([ones(times=16)] * 3)]
        assert outs == [32.0] * 3

    def test_results_of_any_size(self, step):
        """Results that are too large for one message arrive in several, or one by one."""
        for count in (9, 40):
            x = np.ones(250_000)
            outs = [out for out, _ in step.each([{"x": x, "times": 2}] * count)]
            assert len(outs) == count
            assert all(out.shape == x.shape and (out == 4).all() for out in outs)
