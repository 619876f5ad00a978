"""Workflow commands, the job summary and the outputs of the step, read as GitHub's runner reads them."""

import re

from backproof.platforms import publish, render
from tests.platforms.grades import HOSTILE, checked, course, grade_course, graded, long, mixed

# The runner's syntax of a command; spaces before it are stripped.
COMMAND = re.compile(r"^::(?P<name>[\w-]+)(?: (?P<properties>[^:]*(?:%3A[^:]*)*))?::(?P<message>.*)$")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands that the runner finds in printed text, unescaped."""
    found = []
    stopped = None
    for line in text.splitlines():
        match = COMMAND.match(line.lstrip())
        if match is None:
            continue
        if stopped is not None:
            stopped = None if match["name"] == stopped else stopped
        elif match["name"] == "stop-commands":
            stopped = match["message"]
        else:
            pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if pair)
            found.append((match["name"], {key: plain(value) for key, _, value in pairs}, plain(match["message"])))
    assert stopped is None
    return found


def plain(text: str) -> str:
    """Undo the escapes, the percent sign last."""
    for escape, character in (("%2C", ","), ("%3A", ":"), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_errors_point_to_the_learners_line():
    """A failure is an error at the file, an exception at its line; a check to do gives none."""
    message = "mean raised.\nlosses.py:12 in mean\n    1 / 0\nZeroDivisionError: division by zero"
    grade = graded(checked("losses/test_a", "failed"), checked("losses/test_b", "error", message=message),
                   checked("losses/test_c", "todo"), checked("losses/test_d"))  # fmt: skip
    (first, where, text), (second, line, _), (third, title, score) = commands(render("github-actions", grade))
    assert (first, second, third) == ("error", "error", "notice")
    assert where == {"file": "/submissions/ada/losses.py", "line": "1", "title": "losses/test_a"}
    assert "the mean is wrong\nhint: Divide by N." in text
    assert line["line"] == "12"
    assert title == {"title": "backproof week-2"}
    assert score == "1 of 4 checks passed, 1 failed, 1 raised, 1 to do: 1 of 4 points"


def test_a_message_cannot_forge_a_command():
    """Newlines, percent signs, colons and commas are escaped, in properties and in the message."""
    name = "losses/test_a[x:1,y=%0A]"
    grade = graded(checked(name, "failed", message=HOSTILE), path="/submissions/a,b:c")
    text = render("github-actions", grade)
    (error, where, message), (notice, *_) = commands(text)
    assert len(text.splitlines()) == 2
    assert (error, notice) == ("error", "notice")
    assert (where["title"], where["file"]) == (name, "/submissions/a,b:c/losses.py")
    assert "::error file=x::forged\n" in message
    assert "%0A %25" in message


def test_no_more_errors_than_github_shows():
    """GitHub shows ten errors of a step; each is cut to a legible length."""
    found = commands(render("github-actions", long()))
    assert [name for name, *_ in found] == ["error"] * 10 + ["notice"]
    assert max(len(message) for *_, message in found) < 3000


def test_summary_and_outputs_are_appended(tmp_path, monkeypatch):
    """Texts of other tools are left there; the outputs are numbers."""
    for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        (tmp_path / variable).write_text("before=1\n")
        monkeypatch.setenv(variable, str(tmp_path / variable))
    publish("github-actions", mixed())
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "before=1\nscore=1\nmax-score=5\npercent=20\n"
    summary = (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    assert summary.startswith("before=1\n## week-2\n")
    publish("github-actions", long())
    assert (tmp_path / "GITHUB_STEP_SUMMARY").stat().st_size < 2 * 1024 * 1024


def test_a_text_of_a_submission_is_no_command(tmp_path):
    """The report quotes the submission, and the runner finds only our own commands."""
    course(tmp_path, forger="def double(x):\n    raise ValueError('\\n::error::forged\\n::set-env name=A::b')\n")
    done = grade_course(tmp_path, "forger", "--format", "github-actions")
    assert done.returncode == 0
    assert "    ::error::forged" in done.stdout
    assert {name for name, *_ in commands(done.stdout)} == {"error", "notice"}
    assert not any(message == "forged" for *_, message in commands(done.stdout))


def test_it_is_no_command_in_any_format(tmp_path):
    """In a job of GitHub, the report of every format is printed while commands are stopped."""
    course(tmp_path, forger="def double(x):\n    raise ValueError('\\n::error::forged')\n")
    options = "--format", "junit", "--output", "out.xml"
    done = grade_course(tmp_path, "forger", *options, environment={"GITHUB_ACTIONS": "true"})
    assert commands(done.stdout) == []
    assert "::error::forged" in done.stdout


def test_a_summary_that_cannot_be_written_is_one_line(tmp_path):
    """The fault is in the grader's environment: exit code 3, and no traceback."""
    course(tmp_path)
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "nowhere" / "summary")}
    done = grade_course(tmp_path, "right", "--format", "github-actions", environment=environment)
    assert done.returncode == 3
    assert "GITHUB_STEP_SUMMARY" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_step_of_a_job(tmp_path):
    """The command writes the final grade once to each of the job's files."""
    course(tmp_path)
    environment = {name: str(tmp_path / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    done = grade_course(tmp_path, "right", "--format", "github-actions", environment=environment)
    assert done.returncode == 0
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "score=6\nmax-score=6\npercent=100\n"
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().count("## course") == 1
