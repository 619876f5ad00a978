"""A grader draws the examples of a check once for many submissions, and the grades are the same."""

import ast

import msgspec
import pytest

from backproof.grading.runner import grading
from backproof.loading import load_submission
from tests.helpers import write_files

STUB = '''
    def double(x):
        """Double.

        Parameters
        ----------
        x : float

        Returns
        -------
        y : float
        """
        raise NotImplementedError
'''
CHECKS = """
    import numpy as np
    from backproof.testing.statistics import assert_rate
    from hypothesis import assume, event, example, given, note, strategies as st, target

    numbers = st.integers(0, 1000)

    def assert_double(double, x):
        got = double(x)
        assert got == 2 * x, f"double({x}) is {got}"

    @given(x=numbers, y=numbers)
    def test_numbers(double, x, y):
        assert_double(double, x)
        assert_double(double, y)

    @given(x=numbers)
    def test_also_after_a_random_number(double, rng, x):
        assert_double(double, rng.random() + x)

    @given(stream=st.builds(np.random.default_rng, numbers))
    def test_of_a_generator(double, stream):
        assert_double(double, stream.random())

    @given(data=st.data())
    def test_drawn_on_the_way(double, data):
        assert_double(double, data.draw(numbers))

    @given(numbers=st.randoms(use_true_random=False))
    def test_drawn_on_the_way_as_by_random(double, numbers):
        assert_double(double, numbers.randint(0, 1000))

    @given(seed=st.random_module())
    def test_of_the_global_generator(double, seed):
        assert_double(double, float(np.random.random() * 1000))

    @example(x=300)
    @example(x=5)
    @given(x=numbers)
    def test_explicit_examples(double, x):
        assert_double(double, x)

    @given(x=numbers)
    def test_some_do_not_count(double, x):
        assume(double(x) < 1000)
        assert_double(double, x + 1)

    @given(x=numbers)
    def test_notes_events_and_targets(double, x):
        note("a note")
        event("an event")
        target(float(x))
        assert_double(double, x)

    @given(x=numbers)
    def test_counts_and_draws(double, plot, x):
        plot.line("numbers", [x], [double(x)], label="")
        assert_rate(lambda k: np.arange(100 * k) < 50 * k, 0.5, "half of them")
        assert_double(double, x)
"""
SUBMISSIONS = {
    "right": "def double(x):\n    return 2 * x\n",
    "wrong": "def double(x):\n    return 2 * x if x < 70 else x\n",
    "raises": "def double(x):\n    return 2 * x if x < 300 else 1 / 0\n",
    "missing": "",
    "tired": "calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x if len(calls) % 17 else len(calls)\n",
    "random": "import random\ndef double(x):\n    return 2 * x + (random.random() if x > 9 else 0)\n",
    "deep": "def double(x):\n    return deep(1800, x)\ndef deep(n, x):\n    return deep(n - 1, x) if n else 2 * x\n",
    "large": "def double(x):\n    return 2 * x + 1000\n",
}


def findings(course, *works, seed=0):
    """Grade with one grader, and return its findings on each submission except the seconds."""
    loaded = [load_submission(work, assignment=str(course)) for work in works]
    _, assignment, contract = loaded[0]

    def work(grader):
        runs = [grader.grade(submission, seed=seed) for submission, _, _ in loaded]
        return [
            ([msgspec.structs.replace(check, seconds=0.0) for check in run.grade.checks], run.plots, run.levels)
            for run in runs
        ]

    return grading(assignment, contract, work)


@pytest.fixture
def course(tmp_path):
    """Return a course, beside it a folder for each submission."""
    write_files(tmp_path, {f"{name}/doubles.py": text for name, text in SUBMISSIONS.items()})
    return write_files(
        tmp_path / "course",
        {"assignment.toml": "", "student_template/doubles.py": STUB, "checks/test_doubles.py": CHECKS},
    )


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_findings_are_the_same_after_a_right_submission(course, tmp_path, name):
    """Outcome, message, counterexample, curves and counts of tests are those of a fresh grader."""
    right, other = tmp_path / "right", tmp_path / name
    expected_of_right, expected = findings(course, right) + findings(course, other)
    assert findings(course, right, other, right) == [expected_of_right, expected, expected_of_right]
    assert {check.outcome for check in expected_of_right[0]} == {"passed"}


def test_inputs_are_drawn_once_for_a_seed(tmp_path):
    """A submission gets as many and the same inputs as the last one, and different ones with another seed."""
    checks = """
        from hypothesis import given, strategies as st

        DRAWN, GIVEN = [], []

        @given(x=st.integers(0, 10**9).map(lambda number: DRAWN.append(number) or number))
        def test_numbers(double, x):
            GIVEN.append(x)
            double(x)

        def test_report(double):
            report = len(DRAWN), GIVEN.copy()
            DRAWN.clear()
            GIVEN.clear()
            raise AssertionError(str(report))
    """
    course = write_files(
        tmp_path / "course",
        {"assignment.toml": "", "student_template/doubles.py": STUB, "checks/test_doubles.py": checks},
    )
    submission, assignment, contract = load_submission(
        write_files(tmp_path / "right", {"doubles.py": SUBMISSIONS["right"]}), assignment=str(course)
    )

    def work(grader):
        checks = [grader.grade(submission, seed=seed).grade.checks[1] for seed in (0, 0, 1, 1, 0)]
        return [ast.literal_eval(check.failure.message) for check in checks]

    reports = grading(assignment, contract, work)
    assert [drawn > 0 for drawn, _ in reports] == [True, False, True, False, True]
    given = [numbers for _, numbers in reports]
    assert given == [given[0], given[0], given[2], given[2], given[0]]
    assert given[0] != given[2]
