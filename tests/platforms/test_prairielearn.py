"""PrairieLearn's results.json, read as pl-external-grader-results.py reads it."""

from typing import Any

import pytest

from backproof.platforms import render
from tests.platforms.grades import HOSTILE, checked, graded, long, mixed, rendered_json

TEST = {"name", "description", "points", "max_points", "message", "output", "images"}


def document(grade) -> dict[str, Any]:
    """Return the document; every test has points, or they would be disabled for all."""
    made = rendered_json("prairielearn", grade)
    assert made.keys() <= {"score", "gradable", "format_errors", "message", "output", "images", "tests"}
    assert 0 <= made["score"] <= 1
    for test in made["tests"]:
        assert test.keys() <= TEST
        assert type(test["points"]) is type(test["max_points"]) is float
    return made


@pytest.mark.parametrize("points", [0.1, 1 / 3, 1.0, 0.7, 1e-3])
@pytest.mark.parametrize("count", [1, 3, 10, 49])
def test_a_full_score_is_exactly_one(points, count):
    """All points give exactly 1, since only 1 is shown as correct; the sum of ten times 0.1 is not 1."""
    made = document(graded(*(checked(f"losses/test_{n}", max_points=points) for n in range(count))))
    assert made["score"] == 1.0


def test_less_than_all_is_less_than_one():
    """The score is the share of the points."""
    assert document(mixed())["score"] == 0.2
    right = [checked(f"losses/test_{n}", max_points=0.1) for n in range(999)]
    assert document(graded(*right, checked("losses/test_b", "failed", max_points=0.001)))["score"] < 1
    assert document(graded(checked(max_points=0.0)))["score"] == 0


def test_the_document_fits_into_a_megabyte():
    """Failures are cut, with a note, until it fits; points and names stay."""
    assert len(render("prairielearn", long()).encode()) <= 1_000_000
    made = document(long())
    assert len(made["tests"]) == 500
    assert "characters cut]" in made["tests"][0]["output"]


def test_too_many_checks_leave_the_score():
    """If the names do not fit either, the score does."""
    grade = graded(*(checked(f"losses/test_{n}") for n in range(20_000)))
    assert len(render("prairielearn", grade).encode()) <= 1_000_000
    assert document(grade)["score"] == 1.0


def test_hostile_messages_have_no_null():
    """PrairieLearn's database accepts no null characters, and turns colours of a terminal into HTML."""
    output = document(graded(checked(outcome="failed", message=HOSTILE)))["tests"][0]["output"]
    assert not {"\x00", "\x1b"} & set(output)
    assert "<script>" in output
