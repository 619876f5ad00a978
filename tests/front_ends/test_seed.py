"""What a check is given depends on the seed and on its own id, and on nothing else in the process."""

import ast

from tests.helpers import graded_json, results, run_pytest, write_files

STUB = '''
    def mean(x):
        """Mean.

        Parameters
        ----------
        x : array

        Returns
        -------
        mean : float
        """
        raise NotImplementedError
'''
# The first check notes what it was given; the second tells it, as a failure.
CHECKS = """
    from hypothesis import given, settings, strategies as st

    GIVEN = []

    @settings(max_examples=200)
    @given(number=st.integers(0, 2**32 - 1))
    def test_hypothesis(mean, number):
        GIVEN.append(number)

    def test_told(mean, rng):
        told = [*GIVEN, rng.integers(2**32)]
        GIVEN.clear()
        raise AssertionError(str([int(number) for number in told]))
"""
CONSTANTS = "KNOWN = [" + ", ".join(str(1_000_003 * k) for k in range(1, 400)) + "]\n"
COURSE = {"assignment.toml": "", "student_template/means.py": STUB, "checks/test_means.py": CHECKS}
WORK = {"means.py": "def mean(x):\n    return x.mean()\n"}


def given_numbers(failure_message):
    """Return the numbers that the checks were given."""
    return ast.literal_eval(failure_message)


def test_same_inputs_beside_a_learners_own_tests(tmp_path):
    """Modules that a learner's own tests import, full of numbers, change no check's inputs: a replay fails the same."""
    course = write_files(tmp_path / "course", COURSE)
    project = {"pyproject.toml": f'[tool.backproof]\nassignment = "{course}"\n'}
    own = {"tables.py": CONSTANTS, "test_mine.py": "import tables\ndef test_mine():\n    assert tables\n"}
    told = []
    for name, more in (("without", {}), ("with", own)):
        done = run_pytest(cwd=write_files(tmp_path / name, WORK | project | more))
        (line,) = {line for line in done.stdout.splitlines() if line.startswith("what happened: [")}
        told.append(given_numbers(line.removeprefix("what happened: ")))
    assert len(told[0]) > 100
    assert told[0] == told[1]


def test_same_inputs_for_every_learner(tmp_path):
    """Two learners get the same inputs for the same seed, whatever numbers stand in their code."""
    course = write_files(tmp_path / "course", COURSE)
    told = []
    for name, more in (("ada", ""), ("bob", CONSTANTS)):
        work = write_files(tmp_path / name, {"means.py": more + WORK["means.py"]})
        told.append(given_numbers(results(work, assignment=course)["means/test_told"].failure.message))
    assert told[0] == told[1]


def test_another_seed_other_inputs(tmp_path):
    """Another seed gives other inputs, from Hypothesis and from rng."""
    course, work = write_files(tmp_path / "course", COURSE), write_files(tmp_path / "work", WORK)
    told = []
    for seed in ("1", "2"):
        grade = graded_json(work, "--assignment", course, "--seed", seed, cwd=tmp_path)
        (message,) = [check["failure"]["message"] for check in grade["checks"] if check["failure"]]
        told.append(given_numbers(message))
    assert told[0][-1] != told[1][-1]
    assert len(set(told[0]) & set(told[1])) < 20
