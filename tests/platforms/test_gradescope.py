"""Gradescope's results.json, against its specification."""

from typing import Any

from tests.platforms.grades import HOSTILE, checked, graded, mixed, rendered_json

TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip


def document(grade) -> dict[str, Any]:
    """Return the document, and assert that Gradescope knows all keys."""
    made = rendered_json("gradescope", grade)
    assert made.keys() <= TOP
    assert all(test.keys() <= TEST for test in made["tests"])
    return made


def test_values_are_of_the_specification():
    """Scores are numbers, a status is passed or failed, formats and visibilities are those of the specification."""
    made = document(mixed())
    assert (made["score"], made["execution_time"]) == (1.0, 1.5)
    assert made["output"] == "1 of 5 checks passed, 1 failed, 1 raised, 1 timed out, 1 to do: 1 of 5 points"
    assert [test["status"] for test in made["tests"]] == ["passed", "failed", "failed", "failed", "failed"]
    assert [test["score"] for test in made["tests"]] == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert {test["max_score"] for test in made["tests"]} == {1.0}
    assert {made[key] for key in ("output_format", "test_output_format", "test_name_format")} == {"text"}


def test_no_test_has_the_visibility_hidden():
    """One such test would hide the student's total; hidden checks are one visible entry."""
    made = document(graded(checked(), checked("losses/test_b", "failed", hidden=True, max_points=3.0)))
    assert {made["visibility"], *(test["visibility"] for test in made["tests"])} == {"visible"}
    assert [(test["name"], test["score"], test["max_score"]) for test in made["tests"]] == [
        ("losses/test_mean", 1.0, 1.0),
        ("hidden", 0.0, 3.0),
    ]


def test_score_is_the_sum():
    """The score at the top level overrides the sum of the tests, which has rounding errors."""
    made = document(graded(*(checked(f"losses/test_{n}", max_points=0.1) for n in range(10))))
    assert made["score"] == 1.0
    assert sum(test["max_score"] for test in made["tests"]) != 1.0


def test_messages_are_plain_text():
    """A message is never HTML or Markdown, and a very long one is cut with a note."""
    short, long = (
        document(graded(checked(outcome="failed", message=message)))["tests"][0]["output"]
        for message in (HOSTILE, "x" * 100_000)
    )
    assert "<script>alert(1)</script>" in short
    assert len(long) < 11_000
    assert "characters cut]" in long
