"""The line for GitHub Classroom's reporter, read as the reporter reads it."""

import base64
import json
from typing import Any

import pytest

from backproof.platforms import render
from tests.platforms.grades import HOSTILE, checked, graded, long, mixed

TEST = {"name", "status", "message", "test_code", "filename", "line_no", "duration", "score", "output"}


def document(grade) -> dict[str, Any]:
    """Decode as ``src/main.js`` does, and refuse what ``src/notify-classroom.js`` and its console cannot handle."""
    line = render("github-reporter", grade)
    assert len(line.splitlines()) == 1
    made = json.loads(base64.b64decode(line.strip(), validate=True))
    assert made.keys() == {"version", "status", "max_score", "tests"}
    assert (made["version"], type(made["max_score"])) == (3, float)
    assert made["status"] in ("pass", "fail", "error")
    assert made["tests"]
    for test in made["tests"]:
        assert test.keys() == TEST
        assert test["status"] in ("pass", "fail", "error")
        assert type(test["score"]) is float
        assert test["line_no"] == 0
    return made


def total(made: dict[str, Any]) -> float:
    """Add up as the reporter does: in sequence, in floating point."""
    points = 0.0
    for test in made["tests"]:
        points += test["score"]
    return points


def test_every_outcome_has_a_status():
    """To do is a failure; an exception and a timeout are errors."""
    made = document(mixed())
    assert [test["status"] for test in made["tests"]] == ["pass", "fail", "fail", "error", "error"]
    assert (made["status"], made["max_score"], total(made)) == ("fail", 5.0, 1.0)
    assert document(graded(checked()))["status"] == "pass"
    assert document(graded(checked(), checked("losses/test_b", "error")))["status"] == "error"


def test_tests_are_never_empty():
    """A grade without checks has a test too: no test gives NaN."""
    assert len(document(graded())["tests"]) == 1


@pytest.mark.parametrize("count", [3, 10, 300])
def test_the_reporters_sum_is_exact(count):
    """Shares that are no binary fractions add up to the most points to the last bit."""
    made = document(graded(*(checked(f"losses/test_{n}", max_points=10 / count) for n in range(count))))
    assert total(made) == made["max_score"] == 10.0


def test_hostile_messages_survive():
    """Base64 holds any message."""
    message = document(graded(checked(outcome="failed", message=HOSTILE)))["tests"][0]["message"]
    assert "::error file=x::forged" in message
    assert "日本" in message


@pytest.mark.parametrize("grade", [long(), graded(*(checked(f"m{n}/test_{n}", "failed") for n in range(900)))])
def test_it_fits_into_an_environment_variable(grade):
    """Linux starts no process with a variable of 128 KiB; cutting loses no points."""
    assert len(render("github-reporter", grade)) < 128 * 1024
    assert document(grade)["max_score"] == grade.max_score


def test_a_long_grade_has_a_test_for_each_module():
    """If there are too many checks, even without failures, each module is one test with their points."""
    made = document(graded(*(checked(f"m{n % 3}/test_{n}", max_points=0.1) for n in range(3000))))
    assert [test["name"] for test in made["tests"]] == ["m0", "m1", "m2"]
    assert total(made) == made["max_score"] == 300.0
