"""The page of a class: figures, learners without a grade, and texts of submissions, which never become HTML."""

import weakref
from datetime import datetime

import pytest
from msgspec.structs import replace

from backproof.gradebook.report import page
from backproof.gradebook.report.page import as_page
from backproof.result import DID_NOT_FINISH, Failure
from tests.gradebook.standings import DUE, MEAN, TWICE, large_class, mistaken, records_in, small_class, standing
from tests.platforms.grades import HOSTILE, checked
from tests.reports.test_page import text_of


def page_of(*standings, **settings):
    """Return the page of a class."""
    return as_page(iter(standings), title="Week 2", **settings)


def shown_of(*standings, **settings):
    """Return the text of the page of a class."""
    return text_of(page_of(*standings, **settings))


def test_the_header_summarizes_the_class():
    """It has the number of learners, median and quartiles of the points, late attempts and the grading time."""
    text = shown_of(*small_class(), due=DUE)
    assert "4 learners: 3 graded, 1 could not be graded, 1 late (due " in text
    # Of 1, 2 and 3 points.
    assert "2 of 3 points in the median; half of the class between 1.5 and 2.5" in text
    assert "Grading took 12.0 s in total, 4.0 s each." in text
    assert "late" not in shown_of(*small_class()).partition("Learners")[0]


def test_a_due_time_without_a_zone_is_local():
    """The zone of the machine counts."""
    local = DUE.astimezone().replace(tzinfo=None)
    assert isinstance(local, datetime)
    assert "1 late" in shown_of(*small_class(), due=local)


def test_learners_without_a_grade_are_named_with_the_reason():
    """A submission that is not graded yet is named too."""
    text = shown_of(*small_class(), replace_problem(standing("zoe", problem="x"), ""))
    assert (
        "! not graded 2 learners mallory : losses.py line 3: SyntaxError: invalid syntax zoe : not graded yet" in text
    )


def replace_problem(made, problem):
    """Return a standing with another problem."""
    return type(made)(made.attempt, made.attempts, made.grade, problem)


def test_misconceptions_come_by_the_number_of_learners():
    """Each has its percentage of the graded learners, the explanation and the names."""
    text = shown_of(*small_class())
    assert "67 % kept entries are divided by keep_prob twice 2 learners" in text
    assert "33 % dbias is the mean over the samples, not the sum 1 learner " in text
    assert text.index("keep_prob twice") < text.index("dbias is the mean")
    assert "dropout_divides_twice show them in the table bob eve" in text


def test_a_mistake_that_another_check_settles_is_one_mistake():
    """If one check names two mistakes and another one of them, that one is shown; otherwise both are."""
    both, one = mistaken("a/test_1", TWICE, MEAN), mistaken("a/test_2", MEAN)
    settled = shown_of(standing("ada", both, one))
    assert " or: " not in settled
    assert "100 % dbias is the mean" in settled
    assert "dbias is the mean over the samples, not the sum or: kept entries" in shown_of(standing("ada", both))
    assert records_in(page_of(standing("ada", both), standing("bob", mistaken("a/test_1", MEAN, TWICE))))[
        "mistakes"
    ] == [{"names": [MEAN.misconception, TWICE.misconception], "says": f"{MEAN.says} or: {TWICE.says}"}]


def test_checks_most_failed_and_topics():
    """Failed checks come by the number of learners; passed ones are only below their topics; hidden ones are marked."""
    text = shown_of(*small_class())
    failed = text.rpartition("Checks most failed")[2].partition("Topics")[0]
    assert failed.index("layers/test_a") < failed.index("67 % · 2") < failed.index("losses/test_c hidden")
    assert "33 % · 1" in failed
    assert "layers/test_b" not in failed
    topics = text.rpartition("Topics")[2]
    assert "layers 67 % of the points" in topics
    assert "losses 67 % of the points" in topics
    assert "layers/test_b" in topics


def test_checks_to_do_are_not_failed():
    """They have a separate colour."""
    html = page_of(standing("ada", checked("a/test_1", "todo")), standing("bob", checked("a/test_1", "error")))
    assert 'aria-label="50.0 % to do, 50.0 % failed"' in html
    assert "show the 1 learner who failed a/test_1" in html


def test_each_learner_has_a_report():
    """It has outcomes, points by topic, causes, and the learner's command; reports come by score and name."""
    failure = Failure("off", hint="h", replay="backproof grade /else/where --assignment dir --check a/test_1 --seed 3")
    failed = replace(checked("a/test_1", "failed"), failure=failure)
    unfinished = [checked("a/test_1"), checked("b/test_2", "error", message=DID_NOT_FINISH)]
    found = records_in(
        page_of(
            standing("zoe", failed, checked("b/test_2")), standing("Ada", *unfinished), standing("who", problem="no")
        )
    )
    assert [learner["name"] for learner in found["learners"]] == ["Ada", "zoe", "who"]
    ada, zoe, who = found["learners"]
    assert (ada["note"], ada["outcomes"], ada["score"]) == (DID_NOT_FINISH, "pe", 1.0)
    assert zoe["points"] == {"a": [0.0, 1.0], "b": [1.0, 1.0]}
    assert zoe["command"] == "backproof grade /submissions/zoe --assignment dir --seed 3"
    (cause,) = zoe["causes"]
    assert found["checks"][cause["check"]]["id"] == "a/test_1"
    assert found["failures"][cause["failure"]]["message"] == "off"
    assert (who["score"], who["problem"]) == (None, "no")


def test_grades_may_lack_checks():
    """If the suite has changed in between, each check is a column, and a grade that lacks a check did not fail it."""
    one, other = checked("a/test_1"), checked("b/test_2", "failed")
    found = records_in(page_of(standing("ada", one), standing("bob", other), standing("zoe")))
    assert {learner["name"]: learner["outcomes"] for learner in found["learners"]} == {
        "ada": "p ",
        "bob": " f",
        "zoe": "  ",
    }


def test_texts_stay_texts():
    """Names, messages, reasons and the title never become HTML."""
    attack = f"{HOSTILE}</script><script>pwned()</script>\u202e"
    html = as_page(
        [standing(attack, mistaken("a/test_1", TWICE, message=attack)), standing("b" + attack, problem=attack)],
        title=attack,
    )
    assert html.count("<script") == 2
    assert html.count("</script>") == 2
    assert "\x1b" not in html
    assert "<img src=x" not in html
    found = records_in(html)
    assert found["learners"][1]["problem"].startswith("line one\nline two")
    assert "</script><script>" in found["failures"][0]["message"]


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ([], "0 learners: 0 graded."),
        ([standing("eve", problem="no file")], "1 learner: 0 graded, 1 could not be graded."),
        ([standing("ada", checked())], "1 learner: 1 graded. Grading took 1.5 s in total, 1.5 s each."),
        ([standing("ada")], "0 of 0 points"),
    ],
)
def test_a_class_of_one_or_none_has_a_page(standings, expected):
    """It has no undefined figure."""
    text = shown_of(*standings)
    assert expected in text
    assert "nan" not in text


def test_a_class_that_made_no_mistake():
    """The page states it."""
    text = shown_of(*(standing(name, checked(), checked("losses/test_b")) for name in ("ada", "bob")))
    assert "Misconceptions most met None of the known ones." in text
    assert "None: nobody failed a check." in text


def test_pictures_need_matplotlib(monkeypatch):
    """Without it the page names the package to install, and is complete otherwise."""
    with_pictures = page_of(*small_class())
    assert with_pictures.count("data:image/svg+xml") == 3
    monkeypatch.setattr(page, "find_spec", lambda _: None)
    without = page_of(*small_class())
    assert "data:image" not in without
    assert "pip install 'backproof[report]'" in text_of(without)
    assert "67 % kept entries" in text_of(without)


def test_no_grade_is_retained():
    """At most one earlier grade is in memory when the next one is made."""
    grades = []

    def watched():
        for made in large_class(learners=10, checks=30):
            grades.append(weakref.ref(made))
            yield made
            del made
            assert sum(grade() is not None for grade in grades) <= 1

    as_page(watched(), title="Week 2")
    assert len(grades) == 10
