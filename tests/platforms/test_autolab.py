"""Autolab's last two lines, read as Autolab reads them."""

import json
import re
from typing import Any

from backproof.platforms import render
from tests.platforms.grades import HOSTILE, checked, course, grade_course, graded, mixed


def scores(output: str) -> dict[str, Any]:
    """Read the last line as ``parseAutoresult`` does, which puts quotation marks around every ``word:``."""
    line = output.rstrip().split("\n")[-1]
    return json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', line))


def feedback(output: str) -> dict[str, Any]:
    """Read the line before the last as ``parseFeedback`` does."""
    document = json.loads(output.rstrip().split("\n")[-2])
    assert document["_presentation"] == "semantic"
    assert all(document[stage] for stage in document["stages"])
    return document


def test_a_problem_is_a_module():
    """Problems have the names of the modules, and the points of their checks."""
    output = render("autolab", graded(checked("losses/test_a", max_points=2.0), checked("layers/test_b", "failed")))
    assert scores(output) == {"scores": {"losses": 2.0, "layers": 0.0}, "scoreboard": [2.0]}
    assert len(output.splitlines()) == 2


def test_feedback_by_stage():
    """Each check is a case of its module's stage, with the failure as text."""
    document = feedback(render("autolab", mixed()))
    assert document["stages"] == ["checks of losses"]
    cases = document["checks of losses"]
    assert cases["losses/test_passed"] == {"passed": True}
    assert "the mean is wrong" in cases["losses/test_failed"]["hint"]
    assert [case["passed"] for case in cases.values()] == [True, False, False, False, False]


def test_no_module_takes_the_place_of_a_key():
    """A module may have the name of one of Autolab's own keys."""
    document = feedback(render("autolab", graded(checked("stages/test_a"), checked("_presentation/test_b"))))
    assert document["stages"] == ["checks of stages", "checks of _presentation"]


def test_words_before_colons_survive_the_parser():
    """Neither a hostile message nor an odd name of a module has a ``word:`` that the parser would quote."""
    module = "week 2: losses: a"
    output = render("autolab", graded(checked(f"{module}/test_a", "failed", message=HOSTILE)))
    assert not re.search(r"[a-zA-Z0-9]:", output)
    assert scores(output)["scores"] == {module: 0.0}
    hint = feedback(output)[f"checks of {module}"][f"{module}/test_a"]["hint"]
    assert "score: 100 scores:{" in hint
    assert output.isascii()


def test_the_scores_are_the_last_line_of_standard_output(tmp_path):
    """The report for people comes before them, and nothing after: without ``--output`` and with ``-``."""
    course(tmp_path)
    for options in ((), ("--output", "-")):
        done = grade_course(tmp_path, "right", "--format", "autolab", *options)
        assert done.returncode == 0
        assert "checks passed" in done.stdout
        assert scores(done.stdout)["scores"]["words"] > 0
        assert feedback(done.stdout)["checks of words"]["words/test_double_of_one"] == {"passed": True}
