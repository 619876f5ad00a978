"""A check does not run again for replies that have passed it, and the grades are the same."""

import ast
from contextlib import closing
from textwrap import dedent

import msgspec
import pytest

from backproof.confinement.fork_server_client import ForkServerClient
from backproof.confinement.limits import Limits
from backproof.confinement.submission import ConfinedSubmission
from backproof.confinement.transcript_cache import MOST_TRANSCRIPTS, TranscriptCache
from backproof.grading.runner import grading
from backproof.loading import load_submission
from backproof.submission import find_source
from tests.helpers import write_files

TEMPLATE = '''
    def double(x):
        """Double.

        Parameters
        ----------
        x : array (N,)

        Returns
        -------
        y : array like x
        """
        raise NotImplementedError

    def total(f, points):
        """Add up the values of a function.

        Parameters
        ----------
        f : callable
        points : array (N,)

        Returns
        -------
        total : float
        """
        raise NotImplementedError

    def noisy(x, rng):
        """Add noise, and keep it.

        Parameters
        ----------
        x : array (N,)
        rng : Generator

        Returns
        -------
        y : array like x
        kept : opaque
        """
        raise NotImplementedError

    def without_noise(y, kept):
        """Take the noise away.

        Parameters
        ----------
        y : array (N,)
        kept : opaque

        Returns
        -------
        x : array like y
        """
        raise NotImplementedError
'''
CHECKS = """
    import numpy as np
    from backproof.testing import assert_close
    from backproof.testing.statistics import assert_rate
    from hypothesis import given, strategies as st

    @given(x=st.lists(st.integers(0, 100), min_size=1).map(lambda numbers: np.array(numbers, float)))
    def test_examples(double, x):
        assert_close(double(x), 2 * x, "doubled")

    def test_together(double, plot):
        series = [np.full(3, float(k)) for k in range(5)]
        for x, y in zip(series, double.each({"x": x} for x in series)):
            plot.line("doubles", x, y, label="")
            assert_close(y, 2 * x, "doubled")

    def test_what_follows_from_answers(double):
        x = np.ones(3)
        for _ in range(6):
            x = double(x)
        assert_close(x, np.full(3, 64.0), "doubled six times")

    def test_called_back(total):
        assert_close(total(lambda point: point**2, np.arange(4.0)), 14.0, "total of squares")

    def test_noise(noisy, without_noise, rng):
        assert_rate(lambda k: rng.random(100 * k) < 0.5, 0.5, "half of them")
        x = rng.normal(size=5)
        for _ in range(3):
            y, kept = noisy(x, rng)
            assert_close(without_noise(y, kept), x, "x")
        assert rng.random() < 1
"""
RIGHT = """
def double(x):
    return 2 * x

def total(f, points):
    return float(sum(f(point) for point in points))

def noisy(x, rng):
    noise = rng.normal(size=x.shape)
    return x + noise, noise

def without_noise(y, kept):
    return y - kept
"""
SUBMISSIONS = {
    "right": RIGHT,
    "right in other words": RIGHT.replace("2 * x", "x + x"),
    "right but for the last digits": RIGHT.replace("2 * x", "x * 6.0000000000000009 / 3").replace(
        "y - kept", "-(kept - y)"
    ),
    "wrong": RIGHT.replace("2 * x", "3 * x"),
    "wrong late": RIGHT.replace("2 * x", "2 * x if x[0] < 3 else x"),
    "calls back in another order": RIGHT.replace("in points", "in points[::-1]"),
    "calls back wrongly": RIGHT.replace("in points", "in points[1:-1]"),
    "draws too much": RIGHT.replace("return x + noise", "rng.random()\n    return x + noise"),
    "raises late": RIGHT.replace("2 * x", "2 * x if x[0] < 4 else 1 / 0"),
    "is not all there": RIGHT.replace("def total", "def totals"),
    "counts its calls": RIGHT.replace("def double(x):", "calls = []\ndef double(x):\n    calls.append(x)").replace(
        "2 * x", "2 * x if len(calls) % 9 else len(calls) * x"
    ),
    "dies late": RIGHT.replace("def double(x):", "import os\ndef double(x):\n    if x[0] > 3: os._exit(3)"),
    "sleeps late": RIGHT.replace("def double(x):", "import time\ndef double(x):\n    if x[0] == 4: time.sleep(99)"),
    "sleeps when called back": RIGHT.replace(
        "f(point)", "f(point) + (__import__('time').sleep(99) if point > 1 else 0)"
    ),
    "cannot be imported": "1 / 0",
}
LIMITS = Limits(call_seconds=0.5)


@pytest.fixture
def course(tmp_path):
    """Return a course, with a folder for each submission beside it."""
    write_files(tmp_path, {f"{name}/numbers_.py": text for name, text in SUBMISSIONS.items()})
    return a_course(tmp_path, CHECKS)


def a_course(folder, checks):
    """Write a course of these checks."""
    files = {"assignment.toml": "", "student_template/numbers_.py": TEMPLATE, "checks/test_numbers_.py": checks}
    return write_files(folder / "course", files)


def findings(course, *works, seeds=(0,)):
    """Grade with one grader, and return the findings on each submission except the seconds."""
    transcript_cache = TranscriptCache()
    _, assignment, contract = load_submission(works[0], assignment=str(course))

    def work(grader):
        found = []
        for seed in seeds:
            for folder in works:
                transcript_cache.begin_grade(seed)
                submission = ConfinedSubmission(
                    find_source(folder), limits=LIMITS, fork_server=fork_server, transcript_cache=transcript_cache
                )
                with closing(submission):
                    run = grader.grade(submission, seed=seed)
                checks = [msgspec.structs.replace(check, seconds=0.0) for check in run.grade.checks]
                found.append((checks, run.plots, run.levels))
        return found

    with closing(ForkServerClient(False, LIMITS, [])) as fork_server:
        return grading(assignment, contract, work)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_grade_is_the_same_after_others(course, tmp_path, name):
    """Outcome, message, counterexample, curves and levels are those of a fresh grader."""
    right, other = tmp_path / "right", tmp_path / name
    (expected,) = findings(course, other)
    if name.startswith("right"):
        assert {check.outcome for check in expected[0]} == {"passed"}
        assert len(expected[1]["numbers_/test_together"]) > 0
    assert findings(course, right, right, other, other)[2:] == [expected, expected]


# The last check of a file fails with the names of the checks that ran.
REPORT = """
    def test_report(total):
        names = RUNS.copy()
        RUNS.clear()
        raise AssertionError(str(names))
"""


def runs(folder, checks, *works, seeds=(0,)):
    """Return which of the checks, each of which notes itself in RUNS, ran for each submission."""
    course = a_course(folder, dedent(checks) + dedent(REPORT))
    found = findings(course, *works, seeds=seeds)
    return [ast.literal_eval(results[-1].failure.message) for results, _, _ in found]


NOTED = """
    import numpy as np

    RUNS = []

    def test_double(double):
        RUNS.append("double")
        assert double(np.ones(2)).tolist() == [2, 2]

    def test_nothing_is_called(double):
        RUNS.append("nothing")

    def test_of_its_own_numbers(double):
        RUNS.append("own numbers")
        x = np.random.default_rng().random(3)
        assert (double(x) == 2 * x).all()
"""


def test_a_check_that_passed_twice_on_the_same_replies_does_not_run(tmp_path):
    """The second run shows that it repeats its requests; a check with unseeded numbers always runs."""
    right, other = (write_files(tmp_path / str(k), {"numbers_.py": RIGHT + "#" * k}) for k in range(2))
    everything = ["double", "nothing", "own numbers"]
    found = runs(tmp_path, NOTED, right, other, right, other)
    assert found == [everything, everything, ["own numbers"], ["own numbers"]]
    found = runs(tmp_path, NOTED, right, other, right, seeds=(0, 1))
    assert found == [everything, everything, ["own numbers"]] * 2


def test_a_check_with_unseeded_numbers_gets_replies_to_its_own_requests(tmp_path):
    """The replayed requests have other numbers: the call that waits for a function's value ends."""
    checks = """
        import numpy as np

        RUNS = []

        def test_own_points(total):
            points = np.random.default_rng().random(3)
            assert abs(total(lambda point: point**2, points) - (points**2).sum()) < 1e-9

        def test_says_nothing_the_second_time(total):
            RUNS.append(1)
            if len(RUNS) == 1:
                assert total(lambda point: point, np.arange(3.0)) == 3

        def test_after_them(double):
            assert double(np.ones(2)).tolist() == [2, 2]
    """
    names = ("right", "calls back in another order", "right in other words")
    works = [write_files(tmp_path / name, {"numbers_.py": SUBMISSIONS[name]}) for name in names]
    for results, _, _ in findings(a_course(tmp_path, checks), *works):
        assert [(check.outcome, check.failure) for check in results] == [("passed", None)] * 3


def test_checks_with_a_shared_fixture_run_for_each_submission(tmp_path):
    """The requests of a module's fixture are in the transcript of one check only."""
    checks = """
        import numpy as np
        import pytest

        RUNS = []

        @pytest.fixture(scope="module")
        def doubles(double):
            return double(np.ones(2))

        @pytest.fixture
        def first(doubles):
            return doubles[0]

        def test_shape(doubles):
            RUNS.append("shape")
            assert doubles.shape == (2,)

        def test_values(first):
            RUNS.append("values")
            assert first == 2

        def test_by_its_name(request):
            RUNS.append("by its name")
            assert request.getfixturevalue("doubles")[1] == 2
    """
    names = ("right", "right in other words", "right", "wrong")
    works = [write_files(tmp_path / name, {"numbers_.py": SUBMISSIONS[name]}) for name in names]
    course = a_course(tmp_path, checks)
    outcomes = [[check.outcome for check in results] for results, _, _ in findings(course, *works)]
    assert outcomes == [["passed"] * 3] * 3 + [["passed", "failed", "failed"]]
    assert runs(tmp_path / "told", checks, *works) == [["shape", "values", "by its name"]] * 4


def test_the_number_of_transcripts_is_bounded(tmp_path):
    """One transcript more than the limit removes all stored ones."""
    ways = [
        write_files(tmp_path / f"way{k}", {"numbers_.py": RIGHT.replace("2 * x", f"2 * x * (1 + {k} * 2.0**-52)")})
        for k in range(MOST_TRANSCRIPTS + 1)
    ]
    checks = """
        import numpy as np
        from backproof.testing import assert_close

        RUNS = []

        def test_double(double):
            RUNS.append("double")
            assert_close(double(np.ones(2)), np.full(2, 2.0), "doubled")
    """
    first, last = ways[0], ways[-1]
    assert runs(tmp_path, checks, *ways[:-1], first, first) == [["double"]] * (MOST_TRANSCRIPTS + 1) + [[]]
    assert runs(tmp_path, checks, *ways, last, last, first) == [["double"]] * (MOST_TRANSCRIPTS + 2) + [[], ["double"]]
