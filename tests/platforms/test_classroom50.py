"""Classroom 50's result.json, against its schema and the rules that its runner enforces in code."""

import re
from typing import Any

import pytest

from backproof.platforms import render
from backproof.problems import UsageProblem
from tests.platforms.grades import CLASSROOM50, checked, course, grade_course, graded, mixed, rendered_json

REQUIRED = {
    "schema", "classroom", "assignment", "submission", "commit", "release", "review", "datetime", "score", "max-score",
    "tests", "assignment_type",
}  # fmt: skip
OPTIONAL = {"owner", "graded_at", "submitted_by"}


def document(grade) -> dict[str, Any]:
    """Return the document, and assert that it fits the schema."""
    made = rendered_json("classroom50", grade)
    assert REQUIRED <= made.keys() <= REQUIRED | OPTIONAL
    assert made["schema"] == "classroom50/result/v1"
    assert made["assignment_type"] in ("individual", "group")
    assert made["submission"].startswith("submit/")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", made["datetime"])
    assert all(isinstance(made[key], str) and made[key] for key in REQUIRED - {"score", "max-score", "tests"})
    for part in (made, *made["tests"]):
        assert type(part["score"]) is type(part["max-score"]) is int
        assert 0 <= part["score"] <= part["max-score"]
    for test in made["tests"]:
        assert test["test-name"]
        assert type(test["passed"]) is bool
    assert made["score"] == sum(test["score"] for test in made["tests"])
    assert made["max-score"] == sum(test["max-score"] for test in made["tests"])
    return made


def test_identity_comes_from_the_environment(monkeypatch):
    """The runner's facts about the submission are in the document."""
    made = document(mixed())
    assert [made[key] for key in ("classroom", "assignment", "submission", "commit", "release", "review")] == [
        *CLASSROOM50.values()
    ]
    assert "owner" not in made
    monkeypatch.setenv("OWNER", "ada")
    monkeypatch.setenv("ASSIGNMENT_TYPE", "group")
    assert (document(mixed())["owner"], document(mixed())["assignment_type"]) == ("ada", "group")


@pytest.mark.parametrize("variable", CLASSROOM50)
def test_a_missing_variable_is_named(monkeypatch, variable):
    """Outside of the runner the format cannot be written, and the message names the variable."""
    monkeypatch.delenv(variable)
    with pytest.raises(UsageProblem, match=variable):
        render("classroom50", mixed())


def test_a_missing_variable_is_found_before_the_submission_runs(tmp_path, monkeypatch):
    """It is a usage error, and nothing is written."""
    monkeypatch.delenv("REVIEW_URL")
    course(tmp_path, loud="print('ran')\n")
    done = grade_course(tmp_path, "loud", "--format", "classroom50", "--output", "result.json", "--json", "grade.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "REVIEW_URL" in done.stderr
    assert not (tmp_path / "result.json").exists()
    assert not (tmp_path / "grade.json").exists()


def test_a_tag_must_be_of_a_submission(monkeypatch):
    """The schema requires submit/ at the beginning."""
    monkeypatch.setenv("SUBMISSION_TAG", "v1")
    with pytest.raises(UsageProblem, match="submit/"):
        render("classroom50", mixed())


def test_whole_points_stay():
    """Points that are whole numbers are written as they are."""
    made = document(graded(checked(max_points=3.0), checked("losses/test_b", "failed", max_points=2.0)))
    assert [made["score"], made["max-score"]] == [3, 5]


@pytest.mark.parametrize("count", [3, 7, 60])
def test_partial_points_are_scaled(count):
    """Ten points of any number of checks are a thousand hundredths, and all of them if all checks passed."""
    right = [checked(f"losses/test_{n}", max_points=10 / count) for n in range(count)]
    made = document(graded(*right))
    assert [made["score"], made["max-score"]] == [1000, 1000]
    made = document(graded(checked(right[0].id, "failed", max_points=10 / count), *right[1:]))
    assert made["max-score"] == 1000
    assert abs(made["score"] - 1000 * (count - 1) / count) <= 1


def test_a_part_of_hidden_points():
    """If some hidden checks passed, they are one test with a part of its points that is not passed."""
    made = document(
        graded(checked("losses/test_a", hidden=True), checked("losses/test_b", "failed", max_points=2.0, hidden=True))
    )
    assert [(test["passed"], test["score"], test["max-score"]) for test in made["tests"]] == [(False, 1, 3)]


def test_all_but_nothing_is_not_all():
    """Rounding gives no check all points that has less."""
    made = document(graded(checked(outcome="failed", points=0.9999, max_points=1.0)))
    assert made["score"] == made["max-score"] - 1


def test_failures_are_an_exit_of_zero(tmp_path):
    """The runner takes any other exit code for a fault of the infrastructure."""
    course(tmp_path)
    assert grade_course(tmp_path, "wrong", "--format", "classroom50", "--output", "result.json").returncode == 0
