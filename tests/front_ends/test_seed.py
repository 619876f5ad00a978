"""The inputs of a check depend on the seed and on its id, and on nothing else in the process."""

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
# The first check records its inputs; the second reports them as a failure.
CHECKS = """
    from hypothesis import given, settings, strategies as st

    GIVEN = []

    @settings(max_examples=200)
    @given(number=st.integers(0, 2**32 - 1))
    def test_hypothesis(mean, number):
        GIVEN.append(number)

    def test_report(mean, rng):
        numbers = [*GIVEN, rng.integers(2**32)]
        GIVEN.clear()
        raise AssertionError(str([int(number) for number in numbers]))
"""
CONSTANTS = "KNOWN = [" + ", ".join(str(1_000_003 * k) for k in range(1, 400)) + "]\n"
COURSE = {"assignment.toml": "", "student_template/means.py": STUB, "checks/test_means.py": CHECKS}
WORK = {"means.py": "def mean(x):\n    return x.mean()\n"}


def given_numbers(failure_message):
    """Return the numbers that the checks received."""
    return ast.literal_eval(failure_message)


def test_inputs_do_not_depend_on_a_learners_own_tests(tmp_path):
    """Constants in modules that a learner's own tests import change no inputs: a replay fails in the same way."""
    course = write_files(tmp_path / "course", COURSE)
    project = {"pyproject.toml": f'[tool.backproof]\nassignment = "{course}"\n'}
    own = {"tables.py": CONSTANTS, "test_mine.py": "import tables\ndef test_mine():\n    assert tables\n"}
    numbers = []
    for name, more in (("without", {}), ("with", own)):
        done = run_pytest(cwd=write_files(tmp_path / name, WORK | project | more))
        (line,) = {line for line in done.stdout.splitlines() if line.startswith("what happened: [")}
        numbers.append(given_numbers(line.removeprefix("what happened: ")))
    assert len(numbers[0]) > 100
    assert numbers[0] == numbers[1]


def test_inputs_do_not_depend_on_the_learner(tmp_path):
    """Two learners get the same inputs for the same seed, whatever constants are in their code."""
    course = write_files(tmp_path / "course", COURSE)
    numbers = []
    for name, more in (("ada", ""), ("bob", CONSTANTS)):
        work = write_files(tmp_path / name, {"means.py": more + WORK["means.py"]})
        numbers.append(given_numbers(results(work, assignment=course)["means/test_report"].failure.message))
    assert numbers[0] == numbers[1]


def test_inputs_depend_on_the_seed(tmp_path):
    """Another seed gives other inputs, from Hypothesis and from rng."""
    course, work = write_files(tmp_path / "course", COURSE), write_files(tmp_path / "work", WORK)
    numbers = []
    for seed in ("1", "2"):
        grade = graded_json(work, "--assignment", course, "--seed", seed, cwd=tmp_path)
        (message,) = [check["failure"]["message"] for check in grade["checks"] if check["failure"]]
        numbers.append(given_numbers(message))
    assert numbers[0][-1] != numbers[1][-1]
    assert len(set(numbers[0]) & set(numbers[1])) < 20
