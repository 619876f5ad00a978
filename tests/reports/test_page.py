"""The page of one submission: its contents, and what it must not contain."""

import subprocess
import sys
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from backproof.reports import page
from backproof.reports.page import as_page
from backproof.result import DID_NOT_FINISH, Failure
from backproof.testing.plots import Plot
from tests.helpers import assert_usage_error, copied_reference, double_the_loss, run_pytest, write_files
from tests.platforms.grades import SECRET, checked, course, grade_course, graded


def text_of(html: str) -> str:
    """Return the text of a page in one line."""
    parser, texts = HTMLParser(), []
    parser.handle_data = texts.append
    parser.feed(html.partition("<body>")[2].rpartition("<script>")[0])
    return " ".join(" ".join(texts).split())


def next_step(html: str) -> str:
    """Return the page's section about the next step."""
    return text_of(html).partition("What to do next ")[2].partition(" Progress by topic")[0]


def a_plot(title="Loss"):
    """Return a record of one curve."""
    plot = Plot()
    plot.line(title, [1, 2], [3, 4], label="loss")
    return plot.recorded


def test_the_next_step():
    """It is the cause that costs the most points, with its hint; else a function to write; else nothing."""
    passed, todo = checked("a/test_1"), replace(checked("a/test_2", "todo"), failure=Failure("", expected="mean"))
    failures = checked("b/test_3", "error", message="a"), checked("c/test_4", "failed", max_points=2.0)
    found = next_step(as_page(graded(passed, todo, *failures), {}))
    assert found == "The mean of equal numbers is that number. c/test_4 Divide by N."
    assert next_step(as_page(graded(passed, todo), {})) == "To write, in a: mean."
    assert next_step(as_page(graded(passed), {})) == "Nothing: every check has passed."


def test_every_outcome_is_shown():
    """The page has the score, the counts and each topic's share; failed checks come first, then to do, then passed."""
    outcomes = ("passed", "failed", "todo", "error", "timeout")
    checks = [checked(f"losses/test_{outcome}", outcome, message=f"it {outcome}") for outcome in outcomes]
    html = as_page(graded(*checks), {})
    text = text_of(html)
    assert "1 of 5 points (20 %)" in text
    assert "1 of 5 checks passed, 1 failed, 1 raised, 1 timed out, 1 to do" in text
    assert "losses 1 of 5 checks, 1 of 5 points" in text
    places = [text.index(label) for label in ("✗ failed", "! raised", "⏱ timed out", "· to do", "✓ passed")]
    assert places == sorted(places)
    assert 'aria-label="1 passed, 1 failed, 1 raised, 1 timed out, 1 to do"' in html


def test_one_cause_is_shown_once():
    """Checks of the same cause are listed with the first one, parameters together."""
    names = ["losses/test_a[x]", "losses/test_a[y]", "losses/test_b"]
    text = text_of(as_page(graded(*(checked(name, "error", message="no such library") for name in names)), {}))
    assert text.count("no such library") == 1
    assert "The same in 2 more" in text
    assert "losses/test_a[y]" in text
    passed = text_of(as_page(graded(*(checked(name) for name in names)), {}))
    assert "losses/test_a[x, y]" in passed


def test_an_unfinished_grade_has_a_note():
    """A stopped grader leaves a page with the points so far."""
    html = as_page(graded(checked(), checked("losses/test_2", "error", message=DID_NOT_FINISH)), {})
    assert "The grader did not finish: these are the points so far." in text_of(html)


def test_a_grade_without_checks_has_a_page():
    """It shows 0 of 0 points."""
    assert "0 of 0 points" in text_of(as_page(graded(), {}))


def test_plots_of_hidden_checks_are_left_out():
    """They are left out under a shared title too."""
    grade = graded(checked("a/test_1"), checked("a/test_2", hidden=True), checked("a/test_3", hidden=True))
    html = as_page(grade, {"a/test_1": a_plot(), "a/test_2": a_plot(), "a/test_3": a_plot(SECRET)})
    assert html.count("<figure") == 1
    assert "drawn by a/test_1" in html
    for word in (SECRET, "test_2", "test_3"):
        assert word not in html


def test_without_matplotlib_the_package_to_install_is_named(monkeypatch):
    """It is not named if there is nothing to draw."""
    monkeypatch.setattr(page, "find_spec", lambda _: None)
    line = "Pictures of what the checks saw: pip install 'backproof[report]'"
    assert line in text_of(as_page(graded(checked()), {"losses/test_mean": a_plot()}))
    assert "backproof[report]" not in as_page(graded(checked()), {"losses/test_mean": []})


def test_a_matplotlibrc_of_the_submission_is_not_read(tmp_path, monkeypatch):
    """matplotlib looks for one in the working folder when it is imported."""
    (tmp_path / "matplotlibrc").write_text("savefig.directory: /nowhere\nfigure.figsize: nonsense\n")
    code = (
        "import sys; from backproof.reports.page import as_page; from tests.platforms.grades import *;"
        "plot = {'title': 't', 'label': 'l', 'x': [1], 'y': [1], 'x_label': '', 'y_label': '', 'is_joined': True};"
        "assert 'matplotlib' not in sys.modules;"
        "assert '<figure' in as_page(graded(checked()), {'losses/test_mean': [plot]});"
        "import matplotlib; assert matplotlib.rcParams['savefig.directory'] != '/nowhere'"
    )
    monkeypatch.setenv("PYTHONPATH", ":".join(filter(None, sys.path)))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("isolation", ["local", "confined"])
def test_the_command_writes_it(tmp_path, isolation):
    """A confined submission has a page too; of hidden checks it has only the points."""
    course(tmp_path)
    done = grade_course(tmp_path, "wrong", "--isolation", isolation, "--html", "page.html")
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "page.html").read_text()
    assert "words/test_double_of_two" in html
    assert "hidden 0 of 1 checks, 0.857143 of 3.42857 points" in text_of(html)
    for word in (SECRET, "double_of_three", "31337", "41414", "plotted"):
        assert word not in html.lower()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--html", "."), "is a folder"),
        (("--html", "nowhere/page.html"), "does not exist"),
        (("--html", "out", "--json", "out"), "--json and --html both name out"),
        (("--html", "out", "--format", "junit", "--output", "out"), "--html and --output both name out"),
    ],
)
def test_a_bad_target_is_refused_first(tmp_path, options, expected):
    """It is a usage error, before the submission is loaded."""
    course(tmp_path, loud='raise SystemExit("imported")\n')
    done = grade_course(tmp_path, "loud", *options)
    assert_usage_error(done)
    assert expected in done.stderr


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_pytest_writes_it(tmp_path, options):
    """It has the score of the chosen checks, pictures of other processes, and modules in the assignment's order."""
    work = copied_reference(tmp_path / "work", "losses", "activations")
    double_the_loss(work)
    write_files(work, {"pyproject.toml": "[tool.backproof]\n"})
    chosen = "test_equal_logits_cost_log_c or test_gradient_agrees_with_finite_differences"
    files = "losses.py", "activations.py"
    done = run_pytest(*files, "-k", chosen, "--backproof-html", "page.html", *options, cwd=work)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "page: page.html" in done.stdout
    html = (work / "page.html").read_text()
    assert "Mean over the N samples" in next_step(html)
    assert text_of(html).index(" activations 5 of 5 checks") < text_of(html).index(" losses 0 of 2 checks")
    assert html.count("<figure") == 3


def test_pytest_refuses_a_bad_target(tmp_path):
    """It is a usage error of one line."""
    work = copied_reference(tmp_path / "work", "activations")
    done = run_pytest("--submission", work, "--backproof-html", "nowhere/page.html", cwd=tmp_path)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == "ERROR: nowhere does not exist; make it first, or name another file"
