"""Hidden checks count, and no output for learners describes them."""

import base64
import json

import msgspec
import pytest

from backproof.platforms import GRADE_FORMATS, render
from backproof.result import Grade, as_shown_to_learners
from tests.helpers import run_pytest, write_files
from tests.platforms.grades import SECRET, checked, course, grade_course, graded

SILENT = "def double(x):\n    raise NotImplementedError\n"
RAISES = "def double(x):\n    raise ValueError(x)\n"
BROKEN = "def double(x:\n"


def everything(folder) -> str:
    """Return the texts of all files in a folder, also decoded from base64."""
    texts = [file.read_text() for file in folder.rglob("*") if file.is_file()]
    for text in list(texts):
        try:
            texts.append(base64.b64decode(text, validate=False).decode())
        except ValueError:
            continue
    return "\n".join(texts)


@pytest.mark.parametrize("submission", ["right", "wrong", "silent", "raises", "broken"])
def test_no_output_for_learners_describes_them(tmp_path, submission):
    """Terminal, job summary, outputs and all formats lack their name, property, hint, source, message and plot."""
    course(tmp_path, silent=SILENT, raises=RAISES, broken=BROKEN)
    (tmp_path / "seen").mkdir()
    files = {key: str(tmp_path / "seen" / key) for key in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    options = "--json", "grade.json", "--format", "github-actions"
    done = grade_course(tmp_path, submission, *options, environment=files)
    assert done.returncode == 0
    grade = msgspec.json.decode((tmp_path / "grade.json").read_bytes(), type=Grade)
    for name in GRADE_FORMATS:
        (tmp_path / "seen" / name).write_text(render(name, grade))
    seen = done.stdout + done.stderr + everything(tmp_path / "seen")
    assert "double_of_two" in seen
    assert SECRET not in seen.lower()
    for word in ("double_of_three", "double_of_four", "31337", "62674", "41414", "82828", "plotted"):
        assert word not in seen


def test_their_points_count(tmp_path):
    """Their one entry has the sum of their points, and the score is that of all checks."""
    course(tmp_path)
    for submission, hidden_points in (("right", 24 / 7), ("wrong", 6 / 7)):
        done = grade_course(tmp_path, submission, "--format", "gradescope", "--output", "out")
        made = json.loads((tmp_path / "out").read_text())
        assert done.returncode == 0
        assert made["score"] == pytest.approx({"right": 6, "wrong": 12 / 7}[submission])
        assert [test["name"] for test in made["tests"]][-1] == "hidden"
        assert made["tests"][-1]["score"] == pytest.approx(hidden_points)
        assert made["tests"][-1]["max_score"] == pytest.approx(24 / 7)
        assert sum(test["max_score"] for test in made["tests"]) == pytest.approx(6)


def test_json_is_for_the_instructor(tmp_path):
    """``--json`` has every check; only hidden ones have the key ``hidden``."""
    course(tmp_path)
    assert grade_course(tmp_path, "wrong", "--json", "grade.json").returncode == 0
    checks = json.loads((tmp_path / "grade.json").read_text())["checks"]
    assert [check.get("hidden", "not there") for check in checks] == ["not there", "not there", True, True]
    keys = {"id", "module", "functions", "property", "outcome", "points", "max_points", "seconds", "failure"}
    assert [check.keys() - {"hidden"} for check in checks] == [keys] * 4
    assert f"{SECRET} tested" in checks[2]["failure"]["message"]


def test_a_learners_own_folder_does_not_run_them(tmp_path):
    """Plain pytest deselects them, and the other checks have the same points as in the autograder."""
    course(tmp_path)
    project = f"[tool.backproof]\nassignment = '{tmp_path / 'course'}'\n[tool.pytest.ini_options]\n"
    write_files(tmp_path, {"right/pyproject.toml": project})
    done = run_pytest("-v", cwd=tmp_path / "right")
    assert "2 passed, 2 deselected" in done.stdout
    assert "2.57143 of 2.57143 points" in done.stdout
    assert SECRET not in done.stdout


def shown(*hidden: tuple[str, float, float]) -> Grade:
    """Fold hidden checks of these outcomes and points into a grade with one visible check."""
    checks = [
        checked(f"{SECRET}/test_{place}", outcome, points, most, message=SECRET, hidden=True)  # type: ignore[arg-type]
        for place, (outcome, points, most) in enumerate(hidden)
    ]
    return as_shown_to_learners(graded(*checks[:1], checked(), *checks[1:]))


def test_they_are_one_entry():
    """They are one check, the last: passed if all are, failed otherwise; their number is not shown."""
    grade = shown(("passed", 1.0, 1.0), ("error", 0.0, 2.0), ("todo", 0.0, 0.5))
    assert [check.id for check in grade.checks] == ["losses/test_mean", "hidden"]
    folded = grade.checks[-1]
    assert (folded.outcome, folded.points, folded.max_points) == ("failed", 1.0, 3.5)
    assert (grade.score, grade.max_score) == (2.0, 4.5)
    assert (grade.counts.total, grade.counts.failed, grade.counts.error) == (2, 1, 0)
    assert SECRET not in repr(grade)
    assert shown(("passed", 1.0, 1.0)).checks[-1].failure is None


def test_without_hidden_checks_nothing_changes():
    """A grade without any is shown unchanged."""
    grade = graded(checked())
    assert as_shown_to_learners(grade) is grade
