"""Checks and misconceptions of a module: one file, a folder of files by topic, or both."""

import shutil

import pytest

from backproof.assignment import load_assignment
from backproof.contract import load_contract
from backproof.diagnosis.catalogue import load_misconceptions
from backproof.problems import UsageProblem
from tests.helpers import assert_usage_error, backproof, graded_json, results, run_pytest, write_files

TEMPLATE = '''
    def double(x):
        """Twice x.

        Parameters
        ----------
        x : array (N,)

        Returns
        -------
        y : array like x
        """
        raise NotImplementedError

    def half(x):
        """Half of x.

        Parameters
        ----------
        x : array (N,)

        Returns
        -------
        y : array like x
        """
        raise NotImplementedError
'''
RIGHT = "def double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n"
HELPER = """
    import numpy as np

    def numbers(count):
        return np.arange(float(count))
"""
IMPORTS = """
    from backproof.testing import Sample, assert_close, check
    from backproof.testing.general import *

    from ._inputs import numbers
"""
CHECK = '''
    @check(source="us", hint="Multiply.")
    def test_{name}_of_small_numbers({name}):
        """It is a multiple of x."""
        x = numbers(4)
        assert_close({name}(x), {factor} * x, "{name}(x)")
'''
DOUBLE, HALF = CHECK.format(name="double", factor=2), CHECK.format(name="half", factor=0.5)


def check_file(*names, checks):
    """Return a check file with samples of functions."""
    samples = ", ".join(f'"{name}": Sample(lambda: {{"x": numbers(3)}})' for name in names)
    return f"{IMPORTS}\n    SAMPLES = {{{samples}}}\n{checks}"


BASE = {"assignment.toml": "", "student_template/numbers_.py": TEMPLATE, "reference/numbers_.py": RIGHT}
HELPERS = {"checks/numbers_/_inputs.py": HELPER, "checks/_inputs.py": HELPER}
LAYOUTS = {
    "one file": {"checks/test_numbers_.py": check_file("double", "half", checks=DOUBLE + HALF)},
    "a folder": {
        "checks/numbers_/test_double.py": check_file("double", checks=DOUBLE),
        "checks/numbers_/test_half.py": check_file("half", checks=HALF),
    },
    "both": {
        "checks/numbers_/test_double.py": check_file("double", checks=DOUBLE),
        "checks/test_numbers_.py": check_file("half", checks=HALF),
    },
}


@pytest.fixture(params=LAYOUTS)
def course(request, tmp_path):
    """Write a course whose checks lie in one file, in a folder, or in both."""
    return write_files(tmp_path / "course", BASE | HELPERS | LAYOUTS[request.param])


def test_a_grade_is_the_same_in_every_layout(course, tmp_path):
    """Ids name the module, not the file; properties of every function run once for each sample."""
    grade = graded_json("course/reference", "--assignment", "course", cwd=tmp_path)
    outcomes = {check["id"]: check["outcome"] for check in grade["checks"]}
    assert set(outcomes.values()) == {"passed"}
    general = ("inputs_are_not_changed", "results_have_the_dtype_of_the_inputs", "same_call_gives_the_same_result")
    for name in ("double", "half"):
        assert f"numbers_/test_{name}_of_small_numbers" in outcomes
        assert all(f"numbers_/test_{test}[{name}]" in outcomes for test in general)
    assert len(outcomes) == 2 + 2 * 4


def test_a_learner_file_stands_for_all_check_files(course, tmp_path):
    """pytest in the folder runs the checks of all files under the name of the learner's file."""
    project = '[tool.backproof]\nassignment = "../course"\n'
    write_files(tmp_path / "work", {"numbers_.py": RIGHT.replace("x / 2", "x"), "pyproject.toml": project})
    done = run_pytest("-q", cwd=tmp_path / "work")
    assert "1 failed, 9 passed" in done.stdout
    for name, line in (("double", "1 passed"), ("half", "1 failed")):
        done = run_pytest(f"numbers_.py::test_{name}_of_small_numbers", "-q", cwd=tmp_path / "work")
        assert line in done.stdout, done.stdout + done.stderr
    (tmp_path / "work/numbers_.py").rename(tmp_path / "work/notes.py")
    assert "10 to do" in run_pytest("-q", cwd=tmp_path / "work").stdout


@pytest.mark.parametrize(
    ("second", "name"),
    [
        (check_file("half", checks=DOUBLE + HALF), "test_double_of_small_numbers"),
        (check_file("half", "double", checks=HALF), "a sample of double"),
    ],
    ids=["test", "sample"],
)
def test_two_files_with_a_check_of_the_same_name_are_refused(tmp_path, second, name):
    """The command ends with one line that names both files and the check."""
    files = LAYOUTS["a folder"] | {"checks/numbers_/test_half.py": second}
    write_files(tmp_path / "course", BASE | HELPERS | files)
    done = backproof("grade", "course/reference", "--assignment", "course", "--isolation", "local", cwd=tmp_path)
    assert_usage_error(done)
    assert "test_double.py and " in done.stderr
    assert f"test_half.py both have {name}; rename" in done.stderr


def test_the_digest_covers_all_files_of_the_folders(tmp_path):
    """It changes with a topic file or a helper, and does not depend on where the course lies."""
    course = write_files(tmp_path / "course", BASE | HELPERS | LAYOUTS["a folder"])
    shutil.copytree(course, tmp_path / "elsewhere/course")
    first = load_assignment(str(course)).sha256()
    assert load_assignment(str(tmp_path / "elsewhere/course")).sha256() == first
    digests = {first}
    for name in ("checks/numbers_/test_half.py", "checks/numbers_/_inputs.py"):
        with (course / name).open("a") as file:
            file.write("# another line\n")
        digests.add(load_assignment(str(course)).sha256())
    assert len(digests) == 3


MISTAKE = """
    from backproof.misconceptions import misconception

    from ._factors import THREE

    @misconception(imitates="double", says="it is three times x", hint="Twice is 2 * x.")
    def double_is_triple(x):
        return THREE * x
"""


def test_misconceptions_lie_in_folders_too(tmp_path):
    """One in the folder of its module is found, names itself in a diagnosis, and is refused in another folder."""
    factors = "THREE = 3\n"
    files = {"misconceptions/numbers_/wrong.py": MISTAKE, "misconceptions/numbers_/_factors.py": factors}
    course = write_files(tmp_path / "course", BASE | HELPERS | LAYOUTS["a folder"] | files)
    assignment = load_assignment(str(course))
    contract = load_contract(assignment.folder("student_template"))
    assert list(load_misconceptions(assignment, contract)) == ["double_is_triple"]
    work = write_files(tmp_path / "work", {"numbers_.py": RIGHT.replace("2 * x", "x + x + x")})
    failed = results(work, assignment=course)["numbers_/test_double_of_small_numbers"]
    assert [named.misconception for named in failed.failure.diagnosis] == ["double_is_triple"]
    (course / "misconceptions/numbers_").rename(course / "misconceptions/others")
    with pytest.raises(UsageProblem, match="belongs into numbers_"):
        load_misconceptions(assignment, contract)


def test_an_upload_carries_the_folders_and_the_whole_engine(tmp_path):
    """`backproof export` copies the topics of a course, and the engine with its model checks."""
    write_files(tmp_path / "course", BASE | HELPERS | LAYOUTS["a folder"])
    done = backproof("export", "classroom50", "upload", "--assignment", "course", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("assignment/checks/numbers_/test_half.py", "assignment/checks/numbers_/_inputs.py"):
        assert (tmp_path / "upload" / name).is_file()
    assert (tmp_path / "upload/backproof/model_checks/checks/gradients.py").is_file()
    assert (tmp_path / "upload/backproof/checks/losses/test_cross_entropy.py").is_file()
