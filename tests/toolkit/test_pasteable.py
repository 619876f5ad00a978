"""The calls of a failed check run when pasted into the learner's folder, and give the numbers that the check saw."""

import subprocess
import sys

import numpy as np
import pytest

from backproof.problems import SubmissionRaised
from backproof.testing import unrecorded
from tests.toolkit.pasteable_session import Session


@pytest.fixture(params=["numpy", "torch"])
def session(request, tmp_path):
    """A submission in NumPy, and one in PyTorch."""
    return Session(tmp_path, request.param)


@pytest.fixture
def numpy_session(tmp_path):
    return Session(tmp_path, "numpy")


ARRAYS = {
    "float64": np.random.default_rng(1).standard_normal((3, 4)),
    "float32": np.random.default_rng(1).standard_normal((3, 4)).astype(np.float32),
    "float16": np.array([0.1, -2.5, 65504.0], dtype=np.float16),
    "extreme": np.array([1e-308, -1.7976931348623157e308, 5e-324, -0.0]),
    "integers": np.array([[1, -2], [3, 2**40]]),
    "int32": np.array([1, -2, 3], dtype=np.int32),
    "booleans": np.array([True, False]),
    "constant": np.full((2, 3), 0.1),
    "constant_float32": np.full((2, 3), 0.1, dtype=np.float32),
    "large_constant": np.full((500, 3), 7),
    "number": np.array(0.1),
    "one_row": np.array([[0.1]]),
    "empty": np.zeros((0, 3)),
    "empty_integers": np.zeros((2, 0), dtype=np.int64),
    "not_finite": np.array([np.nan, np.inf, -np.inf, 1.0]),
    "not_finite_float32": np.array([np.nan, np.inf, -np.inf, 1.0], dtype=np.float32),
    "all_infinite": np.full(3, -np.inf),
    "all_nan": np.full(3, np.nan),
    "fortran_order": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_come_back_bit_by_bit(session, name):
    """Arrays of every dtype, shape and value are written so that the same bits come back."""
    out = session.scale(ARRAYS[name], 1)
    pasted = session.pasted()
    assert (pasted.dtype, pasted.shape) == (out.dtype, out.shape)
    assert np.array_equal(np.asarray(session.pasted("x")), ARRAYS[name], equal_nan=True)
    assert pasted.tobytes() == out.tobytes() or np.array_equal(pasted, out, equal_nan=True)


@pytest.mark.parametrize("factor", [0.1, -3, np.float64(0.1), np.int64(2), np.nan, np.inf, -np.inf, np.float64(np.nan)])
def test_numbers_come_back(session, factor):
    """Numbers, Python's and NumPy's, also those that are not finite, are written as code."""
    out = session.scale(np.array([1.0, -2.0]), factor)
    assert np.array_equal(session.pasted(), out, equal_nan=True)


def test_containers_come_back(session):
    """Dicts of arrays, lists, strings and None are written as they are; defaults that were left out stay out."""
    params = {"W1": np.array([1.0, np.inf]), "b'1": np.array([0.5, 2.0], dtype=np.float32)}
    out = session.total(params, [3, 4], name="it's")
    assert session.pasted() == out
    session.log.clear()
    session.total(params, (3,))
    assert session.pasted() == out
    assert "name" not in session.code


def test_generators_start_from_their_seed(session):
    """A generator is written as its seed, and goes on from call to call."""
    rng, x = np.random.default_rng(42), np.zeros(3)
    first = session.noise(x, rng)
    assert np.array_equal(session.pasted(), first)
    assert ("default_rng(42)" in session.code) == (session.submission.source.array == "numpy")
    assert np.array_equal(session.noise(x, rng), session.pasted())
    assert np.array_equal(session.noise(x + 1, rng), session.pasted())


@pytest.mark.parametrize("make", [lambda rng: rng.spawn(1)[0], lambda rng: rng.random(5) is None or rng])
def test_generators_without_a_seed_start_from_their_state(session, make):
    """A generator that was spawned, or used before, gives the same numbers."""
    out = session.noise(np.zeros(3), make(np.random.default_rng(42)))
    assert np.array_equal(session.pasted(), out)


def test_two_generators_are_two_variables(session):
    """Calls that alternate between two generators go on with the right one."""
    first, second, x = np.random.default_rng(1), np.random.default_rng(2), np.zeros(3)
    for rng in (first, second, first, second):
        out = session.noise(x, rng)
        assert np.array_equal(session.pasted(), out)


def test_numbers_drawn_between_the_calls_are_skipped(numpy_session):
    """What the check draws itself, or in calls left out of the log, does not shift the numbers."""
    rng, x = np.random.default_rng(1), np.zeros(3)
    numpy_session.noise(x, rng)
    rng.random(7)
    with unrecorded():
        numpy_session.noise(x + 1, rng)
    out = numpy_session.noise(x + 2, rng)
    assert np.array_equal(numpy_session.pasted(), out)
    assert numpy_session.code.count("noise(") == 2


def test_caches_come_from_the_call_that_made_them(session):
    """With two caches in use, each backward call gets its own."""
    _, first = session.forward(np.array([1.0, 2.0]))
    _, second = session.forward(np.array([30.0, 40.0]))
    for cache, expected in ((first, [2.0, 8.0]), (second, [60.0, 160.0]), (first, [2.0, 8.0])):
        dx = session.backward(np.array([1.0, 2.0]), cache)
        assert dx.tolist() == session.pasted().tolist() == expected


def test_results_that_go_on_come_from_the_call_that_made_them(session):
    """An array that one call returned and another takes is a variable; one changed in between is written out."""
    first, _ = session.forward(np.array([1.0, 2.0]))
    second, _ = session.forward(np.array([30.0, 40.0]))
    for x in (first, second, first):
        out = session.scale(x, 0.5)
        assert out.tolist() == session.pasted().tolist()
    first += 1.0
    out = session.scale(first, 0.5)
    assert out.tolist() == session.pasted().tolist() == [1.5, 2.5]


def test_the_call_that_made_a_cache_is_stored(session):
    """However many calls come after it, the last ones find their cache; the others are removed."""
    _, cache = session.forward(np.array([1.0, 2.0]))
    for k in range(30):
        dx = session.backward(np.array([1.0, k]), cache)
    assert session.pasted().tolist() == dx.tolist()
    assert session.code.count("backward(") < 10


def test_arrays_are_those_of_the_time_of_the_call(session):
    """What the check does to an array after the call does not change the pasted one, in a dict neither."""
    x, params = np.array([1.0, 2.0]), {"W": np.array([1.0, 2.0])}
    session.scale(x, 3.0)
    total = session.total(params, [1])
    x *= 100
    params["W"] += 100
    params["b"] = np.ones(2)
    assert session.pasted("x").tolist() == [1.0, 2.0]
    assert session.pasted() == total


def test_a_function_that_returns_nothing_is_called(numpy_session):
    """A call without a result is a line without a target."""
    numpy_session.check(np.array([1.0, 2.0]))
    assert numpy_session.pasted("x").tolist() == [1.0, 2.0]


def test_a_call_that_raised_is_the_last_one(numpy_session):
    """The pasted code raises what the check saw."""
    with pytest.raises(SubmissionRaised, match="ValueError"):
        numpy_session.scale(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match="broadcast"):
        numpy_session.pasted()


def test_large_arrays_are_left_out(numpy_session):
    """An array of more than 300 different numbers is three dots, one of 300 is all there."""
    numpy_session.scale(np.arange(301.0), 2.0)
    assert "x = ...\n" in numpy_session.code
    numpy_session.log.clear()
    out = numpy_session.scale(np.arange(300.0), 2.0)
    assert np.array_equal(numpy_session.pasted(), out)


def test_nothing_called_is_nothing_pasted(numpy_session):
    """Without a call there is no code."""
    assert numpy_session.code == ""


def test_the_code_runs_as_a_file_of_its_own(numpy_session):
    """Saved beside the learner's file and run by Python, the code prints the number that the check saw."""
    out = numpy_session.scale(np.array([0.1, np.nan], dtype=np.float32), 3.0)
    (numpy_session.folder / "pasted.py").write_text(numpy_session.code + "\nprint(out.tolist())\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "pasted.py"], cwd=numpy_session.folder, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == str(out.tolist())
