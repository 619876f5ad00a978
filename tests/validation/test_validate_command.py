"""``backproof validate`` measures whether checks can be trusted."""

import json
from textwrap import dedent

import pytest

from backproof.grading.warm_grader import Job, WarmGrader
from backproof.submission import find_source
from tests.helpers import assert_usage_error, backproof, write_files

TEMPLATE = '''
    """Numbers."""


    def double(value):
        """Twice a number.

        Parameters
        ----------
        value : float
            A number.

        Returns
        -------
        doubled : float
            Twice that.

        References
        ----------
        Euclid, Elements, book 7.
        """
        raise NotImplementedError("double")
'''
CHECK = '''
    from backproof.testing import assert_close, check

    @check(points=1, source="Euclid, Elements, book 7", hint="Add it to itself.")
    def test_double(double, rng):
        """Twice a number."""
        value = rng.uniform(1, 2)
        assert_close(double(value), {expected}, "doubled")
'''
MISTAKES = """
    from backproof.misconceptions import misconception

    @misconception(imitates="double", says="the number is squared instead of doubled", hint="Add it to itself.")
    def double_squares(value):
        return value * value

    @misconception(imitates="double", says="the number is returned as it came in", hint="Add it to itself.")
    def double_does_nothing(value):
        return value
"""
COURSE = {
    "course/assignment.toml": "",
    "course/student_template/numbers_.py": TEMPLATE,
    "course/reference/numbers_.py": "def double(value):\n    return 2 * value\n",
    "course/misconceptions/numbers_.py": MISTAKES,
}


TWO_MODULES = {
    "course/student_template/words.py": TEMPLATE.replace("double", "triple"),
    "course/reference/words.py": "def triple(value):\n    return 3 * value\n",
    "course/checks/test_words.py": CHECK.format(expected="3 * value").replace("double", "triple"),
    "wrong/numbers_.py": "def double(value):\n    return value\n",
}


def test_a_grade_that_stops_early_does_not_affect_the_next(tmp_path):
    """After a failure that ends a grade, the checks of another module run as usual."""
    check = dedent(CHECK.format(expected="2 * value"))
    checks = {"course/checks/test_numbers_.py": check + check.replace("test_double", "test_double_again")}
    write_files(tmp_path, COURSE | checks | TWO_MODULES)
    grader = WarmGrader(str(tmp_path / "course"))
    wrong, right = (find_source(tmp_path / name) for name in ("wrong", "course/reference"))
    stopped = grader.grade(Job("wrong", wrong, 0, is_stopped_by_failure=True))
    assert [check.outcome for check in stopped.checks] == ["failed"]
    after = grader.grade(Job("right", right, 0, only=("words/test_triple",)))
    assert [(check.outcome, check.failure) for check in after.checks] == [("passed", None)]


def validated(folder, expected, *options, **files):
    """Validate a course whose check expects an expression; return the process and the JSON."""
    write_files(folder, COURSE | {"course/checks/test_numbers_.py": CHECK.format(expected=expected)} | files)
    file = folder / "validation.json"
    done = backproof("validate", "course", "--repeats", "3", "--json", file, *options, cwd=folder)
    return done, json.loads(file.read_text()) if file.is_file() else None


def test_good_checks_are_trusted(tmp_path):
    """Right work passes, both mistakes and every mutant are found; the page is self-contained."""
    done, found = validated(tmp_path, "2 * value", "--html", tmp_path / "page.html")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the checks can be trusted" in done.stdout
    assert [item["killed_by"] for item in found["misconceptions"]] == [["numbers_/test_double"]] * 2
    assert found["mutants"] == found["mutants_killed"] > 5
    (check,) = found["checks"]
    assert (check["right_grades"], check["false_failures"], len(check["kills"])) == (3, [], 2)
    assert 0.6 < check["upper_bound"] < 0.7  # 1 - 0.05 ** (1/3)
    assert found["points_by_module"] == {"numbers_": 1.0}
    page = (tmp_path / "page.html").read_text()
    assert "double_squares" in page
    assert not any(mark in page for mark in ("http://", "https://", "src="))


def test_false_failures_are_reported(tmp_path):
    """A check that right work fails is reported with variant, seed and message, and the exit code is 1."""
    done, found = validated(tmp_path, "3 * value")
    assert done.returncode == 1
    failures = found["checks"][0]["false_failures"]
    assert failures
    assert {failure["variant"] for failure in failures} == {"reference"}
    assert "false failures: 1" in done.stdout
    assert not next(item for item in found["thresholds"] if item["name"] == "false failures")["is_met"]


def test_gaps_are_reported(tmp_path):
    """A check that a mistake passes is not trusted; the mistake and the mutants are reported, with diffs."""
    done, found = validated(tmp_path, "2 * value if double(3.0) == 6.0 else double(value)")
    assert done.returncode == 1
    assert "misconceptions not caught: 2" in done.stdout
    assert "the number is squared instead of doubled" in done.stdout
    assert found["useless"] == ["numbers_/test_double"]
    assert any("- return 2 * value" in survivor["diff"] for survivor in found["survivors"])


def test_a_reason_makes_a_mutant_equivalent(tmp_path):
    """A mutant that is listed beside the reference is no gap, and is reported with its reason."""
    _, found = validated(tmp_path, "2 * value if double(3.0) == 6.0 else double(value)")
    names = [survivor["name"] for survivor in found["survivors"]]
    reasons = f'[[equivalent]]\nreason = "for a test"\nmutants = {json.dumps(names)}\n'
    _, found = validated(
        tmp_path,
        "2 * value if double(3.0) == 6.0 else double(value)",
        **{"course/reference/equivalent_mutants/numbers_.toml": reasons},
    )
    assert {survivor["reason"] for survivor in found["survivors"]} == {"for a test"}
    assert next(item for item in found["thresholds"] if item["name"] == "mutants killed")["is_met"]


def test_a_right_variant_is_graded_too(tmp_path):
    """Each file in variants/ is right work in another convention."""
    _, found = validated(tmp_path, "2 * value", **{"course/variants/adds.py": "def double(x):\n    return x + x\n"})
    assert found["variants"] == ["reference", "adds"]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"course/assignment.toml": "[validation]\nmutants = 1\n"}, "mutants_killed"),
        ({"course/reference/equivalent_mutants/numbers_.toml": "[[equivalent]]\n"}, "numbers_.toml"),
        (
            {
                "course/reference/equivalent_mutants/numbers_.toml": "[[equivalent]]\nreason = 'none'\n"
                "mutants = ['numbers_.double: x -> y']\n"
            },
            "numbers_.double: x -> y",
        ),
    ],
)
def test_mistakes_in_the_course_are_one_line(tmp_path, files, names):
    """A wrong key, or a reason without mutants or for an unknown one, is wrong usage that names it."""
    done, _ = validated(tmp_path, "2 * value", **files)
    assert_usage_error(done)
    assert names in done.stderr


def test_a_course_without_a_reference_cannot_be_validated(tmp_path):
    """The message names what is missing."""
    write_files(tmp_path, {name: text for name, text in COURSE.items() if "reference" not in name})
    done = backproof("validate", "course", cwd=tmp_path)
    assert_usage_error(done)
    assert "reference does not exist" in done.stderr
