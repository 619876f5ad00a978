"""An instructor's course: a folder with its own template, checks and assignment.toml."""

import pytest

from backproof.problems import UsageProblem
from tests.helpers import REFERENCE, backproof, outcomes, results, write_files

COURSE = {
    "assignment.toml": 'title = "Means"\n[points]\nmean = 4\n',
    "student_template/statistics_of_data.py": '''
        def mean(x):
            """Mean of all elements.

            Parameters
            ----------
            x : array

            Returns
            -------
            mean : float
            """
            raise NotImplementedError("mean")
    ''',
    "checks/test_statistics_of_data.py": '''
        import numpy as np
        import pytest

        from backproof.testing import assert_close, check

        @check(source="us", hint="Divide by x.size.", points=3)
        def test_mean_of_equal_numbers(mean, rng):
            """The mean of equal numbers is that number."""
            number = rng.normal()
            assert_close(mean(np.full((2, 3), number)), number, "mean")

        @pytest.mark.parametrize("count", [1, 5])
        def test_mean_is_between_the_ends(mean, count):
            """The mean lies between the smallest and the largest."""
            assert 0 <= mean(np.arange(count)) <= count
    ''',
}
RIGHT = "def mean(x):\n    return x.sum() / x.size\n"


def test_an_instructors_own_course(tmp_path):
    """A folder with its own template, checks and assignment.toml is a course without the shipped content."""
    course = write_files(tmp_path / "course", COURSE)
    work = write_files(tmp_path / "work", {"statistics_of_data.py": RIGHT})
    found = results(work, assignment=course)
    assert {name: check.max_points for name, check in found.items()} == {
        "statistics_of_data/test_mean_of_equal_numbers": pytest.approx(4 * 3 / 5),
        "statistics_of_data/test_mean_is_between_the_ends[1]": pytest.approx(4 / 5),
        "statistics_of_data/test_mean_is_between_the_ends[5]": pytest.approx(4 / 5),
    }
    assert outcomes(found) == {"passed"}
    write_files(work, {"statistics_of_data.py": "def mean(x):\n    return x.sum() / len(x)\n"})
    failed = results(work, assignment=course)["statistics_of_data/test_mean_of_equal_numbers"]
    assert failed.outcome == "failed"
    assert failed.failure.hint == "Divide by x.size. Read: us."
    assert "from statistics_of_data import mean" in failed.failure.counterexample
    assert outcomes(results(course / "student_template", assignment=course)) == {"todo"}


def test_a_plain_assert_reports_its_values(tmp_path):
    """An instructor may write ``assert``: the learner reads the values that pytest shows."""
    course = write_files(tmp_path / "course", COURSE)
    work = write_files(tmp_path / "work", {"statistics_of_data.py": "def mean(x):\n    return -1.5\n"})
    found = results(work, "statistics_of_data/test_mean_is_between_the_ends", assignment=course)
    assert outcomes(found) == {"failed"}
    assert all("0 <= " in check.failure.message and "-1.5" in check.failure.message for check in found.values())


def test_two_courses_in_one_process(tmp_path):
    """Check files of the same name in two courses are independent."""
    work = write_files(tmp_path / "work", {"statistics_of_data.py": RIGHT})
    counts = []
    for name, more in (("first", ""), ("second", "\n        def test_third(mean):\n            mean(np.ones(2))\n")):
        files = COURSE | {"checks/test_statistics_of_data.py": COURSE["checks/test_statistics_of_data.py"] + more}
        counts.append(len(results(work, assignment=write_files(tmp_path / name, files))))
    assert counts == [3, 4]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import nonsense_module\n", "nonsense_module"),
        ("def test_x(:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def test_x(maen):\n    pass\n", "maen"),
    ],
)
def test_a_mistake_in_a_check_file_is_a_grader_fault(tmp_path, code, names):
    """A check file that cannot run is reported in one line with exit code 3, and lowers no learner's score."""
    course = write_files(tmp_path / "course", COURSE | {"checks/test_statistics_of_data.py": code})
    work = write_files(tmp_path / "work", {"statistics_of_data.py": RIGHT})
    done = backproof("grade", work, "--assignment", course, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "test_statistics_of_data" in done.stderr
    assert names in done.stderr


def test_an_empty_course_is_wrong_usage(tmp_path):
    """A course whose checks folder is empty has nothing to grade."""
    course = write_files(tmp_path / "course", {"assignment.toml": ""})
    (course / "checks").mkdir()
    with pytest.raises(UsageProblem, match=r"no test_\*\.py"):
        results(REFERENCE, assignment=course)
