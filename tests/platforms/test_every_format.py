"""Properties of every format: any grade can be written, without values that a client refuses."""

import re

import msgspec
import pytest

from backproof.platforms import GRADE_FORMATS, is_printed, publish, render
from backproof.result import Grade, to_json
from tests.platforms.grades import HOSTILE, checked, course, grade_course, graded, long, mixed

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def test_all_formats_are_found():
    """The formats are those of the modules of the package."""
    expected = "autolab classroom50 csv github-actions github-reporter gradescope junit markdown prairielearn"
    assert " ".join(GRADE_FORMATS) == expected
    assert {name for name in GRADE_FORMATS if is_printed(name)} == {"autolab", "github-actions"}


@pytest.mark.parametrize("name", GRADE_FORMATS)
def test_hostile_texts_are_written(name):
    """A message with control characters, an unpaired surrogate and special characters of all clients is legible."""
    grade = graded(checked("losses/test_a", "failed", message=HOSTILE), path='/submissions/a,"b\nc', assignment="w|<2>")
    text = render(name, grade)
    assert text.encode()
    assert not CONTROL.search(text)
    assert b"\\ud800" in to_json(grade)


@pytest.mark.parametrize("name", GRADE_FORMATS)
@pytest.mark.parametrize("grade", [mixed(), long(), graded(), graded(checked(max_points=0.0))])
def test_no_number_is_nan(name, grade):
    """Every outcome, very long failures, no check at all and checks without points give plain numbers."""
    text = render(name, grade)
    assert not re.search(r"\b(NaN|nan|null|[Ii]nfinity|inf)\b", text)


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "-1.0"])
def test_points_that_are_no_number_are_refused(tmp_path, points):
    """Points of NaN, infinity or less than 0 are wrong usage, before anything is graded."""
    course(tmp_path)
    checks = tmp_path / "course/checks/test_words.py"
    checks.write_text(checks.read_text().replace("points=2", f"points=float('{points}')"))
    done = grade_course(tmp_path, "right")
    assert done.returncode == 2
    assert "words/test_double_of_two: points" in done.stderr


@pytest.mark.parametrize("name", GRADE_FORMATS)
def test_the_command_writes_what_render_returns(tmp_path, name):
    """``--format NAME --output FILE`` creates the folder, writes the file, and prints a report.

    PrairieLearn requires its grader to create the folder.
    """
    course(tmp_path)
    options = "--json", "grade.json", "--format", name, "--output", "grade/results/out"
    done = grade_course(tmp_path, "wrong", *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1.71429 of 6 points" in done.stdout
    assert [file.name for file in (tmp_path / "grade/results").iterdir()] == ["out"]
    grade = msgspec.json.decode((tmp_path / "grade.json").read_bytes(), type=Grade)
    time = re.compile(r'"datetime": ".*?"')
    assert time.sub("", (tmp_path / "grade/results/out").read_text()) == time.sub("", render(name, grade))


@pytest.mark.parametrize("name", ["autolab", "github-actions", "markdown"])
def test_a_dash_is_standard_output(tmp_path, name):
    """``--output -`` prints the format after the report."""
    course(tmp_path)
    done = grade_course(tmp_path, "wrong", "--format", name, "--output", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("-*")) == []
    report, _, printed = done.stdout.partition(" s\n")
    assert "1.71429 of 6 points" in report
    assert printed


def test_only_github_actions_publishes(tmp_path, monkeypatch):
    """It alone has files for summaries."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for name in GRADE_FORMATS:
        publish(name, mixed())
        assert summary.exists() == (name >= "github-actions")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--output", "out.json"), "--format"),
        (("--format", "gradescope"), "--output"),
        (("--format", "gradescope", "--output", "out.json", "--json", "out.json"), "out.json"),
        (("--format", "moodle", "--output", "out"), "gradescope"),
        (("--format", "junit", "--output", "course"), "course"),
        (("--format", "junit", "--output", "right/words.py/out.xml"), "right/words.py"),
        (("--format", "junit", "--output", "/proc/nowhere/out.xml"), "/proc/nowhere"),
    ],
)
def test_wrong_usage_is_one_line(tmp_path, options, names):
    """A format without a file, a file without a format and an unknown format give one line with the remedy."""
    course(tmp_path)
    done = grade_course(tmp_path, "right", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert names in done.stderr
