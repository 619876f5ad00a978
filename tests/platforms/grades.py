"""Grades for the tests of platforms: made by hand, and made by a small course with hidden checks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backproof.platforms import render
from backproof.problems import Outcome
from backproof.result import CheckResult, Counts, Failure, Grade, GradedSubmission, with_checks
from tests.helpers import Finished, backproof, write_files

# A message of a submission, with every special character of some client.
HOSTILE = (
    "line one\nline two\r\n::error file=x::forged\n  ::add-mask::s\n%0A %25 \"quoted\" 'single' a|b | c\n"
    "<script>alert(1)</script> </details> ]]> &amp; `` ``` ```` @everyone ![x](http://e.example/x.png)\n"
    "=1+1, score: 100 scores:{\x00\x07\x1b[31m\x9b\ud800\ufffe\u2028é日本"
)
CLASSROOM50 = {
    "CLASSROOM": "deep-learning",
    "ASSIGNMENT": "week-2",
    "SUBMISSION_TAG": "submit/20260901T120000Z-abcdef0",
    "COMMIT_URL": "https://git.example/c/abcdef0",
    "RELEASE_URL": "https://git.example/r/1",
    "REVIEW_URL": "https://git.example/compare/1...2",
}
SECRET = "secretly"


def checked(
    name: str = "losses/test_mean",
    outcome: Outcome = "passed",
    points: float | None = None,
    max_points: float = 1.0,
    message: str = "the mean is wrong",
    hidden: bool = False,
) -> CheckResult:
    """Return the result of a check; by default it has all points or none."""
    return CheckResult(
        id=name,
        module=name.partition("/")[0],
        functions=["mean"],
        property="The mean of equal numbers is that number.",
        outcome=outcome,
        points=points if points is not None else max_points * (outcome == "passed"),
        max_points=max_points,
        seconds=0.25,
        failure=None if outcome == "passed" else Failure(message, hint="Divide by N.", replay="backproof grade ."),
        hidden=hidden,
    )


def graded(*checks: CheckResult, assignment: str = "week-2", path: str = "/submissions/ada") -> Grade:
    """Return a grade with these results."""
    ungraded = Grade(
        suite_version="0.1.0",
        assignment=assignment,
        seed=7,
        isolation="local",
        submission=GradedSubmission(path=path, sha256="0" * 64),
        score=0.0,
        max_score=0.0,
        seconds=1.5,
        counts=Counts(),
        checks=[],
    )
    return with_checks(ungraded, checks)


def mixed() -> Grade:
    """Return a grade with every outcome."""
    outcomes: tuple[Outcome, ...] = ("passed", "failed", "todo", "error", "timeout")
    return graded(*(checked(f"losses/test_{outcome}", outcome) for outcome in outcomes))


def long() -> Grade:
    """Return a grade with 20 MB of failures."""
    return graded(*(checked(f"losses/test_{number}", "failed", message="x" * 40_000) for number in range(500)))


def rendered_json(name: str, grade: Grade) -> Any:
    """Return the document of a JSON format, and refuse constants that JSON lacks."""
    return json.loads(render(name, grade), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(constant)


COURSE = {
    "course/assignment.toml": "[points]\nwords = 6\n",
    "course/student_template/words.py": '''
        def double(x):
            """Twice a number.

            Parameters
            ----------
            x : float

            Returns
            -------
            y : float
            """
            raise NotImplementedError("double")
    ''',
    "course/checks/test_words.py": f'''
        import pytest

        from backproof.testing import check


        @check(source="a book", hint="Add it to itself.")
        def test_double_of_one(double):
            """Twice 1 is 2."""
            assert double(1.0) == 2.0


        @check(source="a book", hint="Add it to itself.", points=2)
        def test_double_of_two(double):
            """Twice 2 is 4."""
            assert double(2.0) == 4.0


        @check(source="the {SECRET} kept book", hint="Try {SECRET} hard.", points=3, hidden=True)
        def test_{SECRET}_double_of_three(double):
            """Twice 31337 is {SECRET} 6."""
            assert double(31337.0) == 62674.0, "{SECRET} tested"


        @pytest.mark.hidden
        def test_{SECRET}_double_of_four(double, plot):
            """Twice 41414 is {SECRET} 8."""
            plot.line("{SECRET} plotted", [1], [2], label="{SECRET}")
            assert double(41414.0) == 82828.0
    ''',
    "right/words.py": "def double(x):\n    return x + x\n",
    # Right in the first and the last check only.
    "wrong/words.py": "def double(x):\n    return {1: 2.0, 41414: 82828.0}.get(x, 0.0)\n",
}


def course(folder: Path, **submissions: str) -> Path:
    """Write the course, and submissions to it by name."""
    return write_files(folder, {**COURSE, **{f"{name}/words.py": text for name, text in submissions.items()}})


def grade_course(
    folder: Path, submission: str, *options: str | Path, environment: Mapping[str, str] | None = None
) -> Finished:
    """Grade a submission to the course with the command line."""
    return backproof(
        "grade", submission, "--assignment", "course", "--isolation", "local", "--seed", "1", *options,
        cwd=folder, environment=environment,
    )  # fmt: skip
