"""The report in a terminal: the failure to fix first and its cause, on one screen."""

from io import StringIO

from msgspec.structs import replace
from rich.console import Console

from backproof.reports.causes import causes
from backproof.reports.terminal import print_grade
from backproof.result import Diagnosis, Failure
from tests.helpers import copied_reference, double_the_loss, results, run_pytest, write_files
from tests.platforms.grades import checked, graded

SCREENFUL = 40


def printed(grade, detail="next", width=80):
    """Return the lines of a report."""
    console = Console(highlight=False, width=width, record=True, file=StringIO())
    print_grade(grade, console, detail=detail)
    return [line.rstrip() for line in console.export_text().splitlines()]


def named(check, *misconceptions):
    """Return a failed check with known mistakes as diagnosis."""
    found = [Diagnosis(name, f"{name} was made.") for name in misconceptions]
    return replace(check, failure=replace(check.failure, diagnosis=found))


def test_the_most_expensive_cause_comes_first():
    """A cause of three failed checks comes before a single check of fewer points, and is listed once."""
    spread = [checked(f"a/test_{number}", "failed", message="broken import") for number in range(3)]
    dear = checked("b/test_dear", "failed", max_points=2.0, message="another")
    found = causes([dear, checked("c/test_fine"), *spread])
    assert [(cause.check.id, len(cause.others), cause.points) for cause in found] == [
        ("a/test_0", 2, 3.0),
        ("b/test_dear", 0, 2.0),
    ]


def test_one_known_mistake_is_one_cause():
    """Failures of one known mistake are one cause, even if their messages differ; known mistakes come first."""
    first, second = (
        named(checked(f"a/test_{text}", "failed", max_points=0.5, message=text), "mean") for text in ("x", "y")
    )
    unnamed = checked("a/test_z", "failed", message="z")
    assert [cause.reason for cause in causes([unnamed, first, second])] == ["mean was made.", "z"]


def test_the_simplest_check_shows_the_cause():
    """It is a check of the fewest functions, and of these the one with the shortest counterexample."""
    checks = [
        replace(checked("a/test_both", "failed"), functions=["mean", "train"], failure=Failure("wrong")),
        replace(checked("a/test_long", "failed"), failure=Failure("wrong", counterexample="x = np.ones(100)")),
        replace(checked("a/test_short", "failed"), failure=Failure("wrong", counterexample="x = 1")),
    ]
    (cause,) = causes(checks)
    assert cause.check.id == "a/test_short"


def test_the_entry_for_hidden_checks_comes_last():
    """It comes last even if it costs the most points: a learner does not know these checks."""
    hidden = replace(checked("hidden", "failed", max_points=50.0, message="not all"), module="hidden", functions=[])
    assert [cause.check.id for cause in causes([hidden, checked("a/test_b", "failed")])] == ["a/test_b", "hidden"]


def test_a_hundred_failures_fit_on_a_screen():
    """The first is shown in full, a few in a line each, then the number of the others and the option to see them."""
    failed = [checked(f"a/test_{number}", "failed", message=f"reason {number}") for number in range(100)]
    lines = printed(graded(*failed))
    assert lines[0] == "Fix this first"
    assert any(line.endswith("test_0  failed") for line in lines)
    assert "and 91 more; all in full: --verbose, or as a page: --html FILE" in lines
    assert "reason 9" not in "\n".join(lines)
    assert len(lines) < SCREENFUL
    in_full = "\n".join(printed(graded(*failed), "all"))
    assert all(f"what happened: reason {number}\n" in in_full for number in range(100))


def test_brief_is_a_line_for_each_module():
    """A line has the progress and the next step of a module, cut at the edge of the terminal."""
    todo = replace(checked("b/test_2", "todo"), failure=Failure("", expected="mean"))
    lines = printed(graded(checked("a/test_1"), todo, checked("c/test_3", "error", message="x" * 200)), "brief")
    assert lines[:2] == ["✓ a    1 of   1", "· b    0 of   1  to do: mean"]
    assert lines[2].startswith("! c    0 of   1  xxx")
    assert len(lines[2]) == 80
    assert len(lines) == 5


def test_a_module_that_is_not_begun_is_only_named():
    """It has no row, and its functions are not listed."""
    todo = [replace(checked(f"{name}/test_1", "todo"), failure=Failure("", expected="mean")) for name in "bcd"]
    text = "\n".join(printed(graded(checked("a/test_1"), *todo)))
    assert "not begun: b, c, d" in text
    assert "mean" not in text


def test_the_reason_of_an_exception_is_one_line(tmp_path):
    """It has the function that raised, and the last line of the traceback."""
    folder = write_files(tmp_path, {"losses.py": "def mean_squared_error(prediction, target):\n    return 1 / 0\n"})
    (first, *_) = causes(list(results(folder, functions=("mean_squared_error",)).values()))
    assert first.reason == "mean_squared_error raised. ZeroDivisionError: division by zero"


def test_pytest_ends_with_the_failure_to_fix_first(tmp_path):
    """The last lines have the check, the known mistake, the hint and the command."""
    folder = copied_reference(tmp_path, "losses", "activations")
    double_the_loss(folder)
    write_files(folder, {"pyproject.toml": "[tool.backproof]\n"})
    done = run_pytest("losses.py", cwd=folder)
    *_, advice = done.stdout.partition("fix this first: ")
    lines = advice.splitlines()
    assert lines[0].startswith("losses/test_")
    assert [line.split()[0] for line in lines[2:4]] == ["hint:", "replay:"]
    assert lines[4].startswith("=====")
    assert len(lines) == 5
