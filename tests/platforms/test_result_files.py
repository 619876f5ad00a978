"""Result files of a killed grader are whole: they have zeros, the points so far, or the final points."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from backproof.platforms import GRADE_FORMATS
from tests.platforms.grades import SECRET, course, grade_course
from tests.platforms.test_autolab import scores

KILLER = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
UNFINISHED = "the grader did not finish"
SLOW = "import time\n\ndef double(x):\n    time.sleep(0.1)\n    return x + x\n"
# The points after each check; more than zeros are written only where the grader is slow.
SO_FAR = [round(6 * points / 7, 6) for points in (0, 1, 3, 6)]
# Four checks of one call each, and the approximate time of a grader before and after them.
WHOLE = 0.4 + 0.6


def started(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start a grader without waiting for it."""
    command = ["backproof", "grade", "slow", "--assignment", "course", "--isolation", "local", "--seed", "1"]
    return subprocess.Popen([sys.executable, "-m", *command, *options], cwd=folder, stdout=subprocess.DEVNULL)


def files(folder: Path) -> dict[str, Any]:
    """Read the two results, and assert that both are whole."""
    made = {name: (folder / name).read_text() for name in ("grade.json", "results.json")}
    return {name: json.loads(text) for name, text in made.items()}


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_a_random_moment(tmp_path, seed):
    """Once the zeros are written, a kill leaves whole files, with the points so far or with all points."""
    course(tmp_path, slow=SLOW)
    options = "--json", "grade.json", "--format", "gradescope", "--output", "results.json"
    process = started(tmp_path, *options)
    while not (tmp_path / "results.json").exists():
        assert process.poll() is None
        time.sleep(0.001)
    time.sleep(random.Random(seed).uniform(0, WHOLE))
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = files(tmp_path)
    grade, results = found["grade.json"], found["results.json"]
    for score, is_unfinished in (
        (grade["score"], any((check["failure"] or {}).get("message") == UNFINISHED for check in grade["checks"])),
        (results["score"], UNFINISHED in results["output"]),
    ):
        assert score in (SO_FAR if is_unfinished else [6])


def test_killed_before_the_zeros_are_written(tmp_path):
    """There is no file yet, or a whole file; never an empty or partial one."""
    course(tmp_path, slow=SLOW)
    for delay in (0.0, 0.05, 0.15, 0.3, 0.45):
        process = started(tmp_path, "--json", "grade.json")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (tmp_path / "grade.json").exists():
            assert json.loads((tmp_path / "grade.json").read_text())["score"] == 0


@pytest.mark.parametrize("name", GRADE_FORMATS)
def test_zeros_are_written_before_the_submission_runs(tmp_path, name):
    """If a submission kills the grader at its first line, there is a valid file with a score of 0 and all checks."""
    course(tmp_path, killer=KILLER)
    done = grade_course(tmp_path, "killer", "--json", "grade.json", "--format", name, "--output", "out")
    assert done.returncode == -signal.SIGKILL
    grade = json.loads((tmp_path / "grade.json").read_text())
    assert (grade["score"], grade["max_score"], grade["counts"]["error"]) == (0, 6, 4)
    assert {check["failure"]["message"] for check in grade["checks"]} == {UNFINISHED}
    text = (tmp_path / "out").read_text()
    assert SECRET not in text
    if name == "autolab":
        assert scores(text)["scores"] == {"words": 0, "hidden": 0}
    elif name == "junit":
        assert len(ElementTree.fromstring(text).findall(".//error")) == 2
    elif name in ("gradescope", "classroom50", "prairielearn"):
        assert json.loads(text)["score"] == 0
    if name not in ("csv", "github-reporter"):  # the one has no place for it, the other is base64
        assert UNFINISHED in text


def test_an_older_result_is_replaced(tmp_path):
    """A killed grader does not leave an older result, which may be a better one."""
    course(tmp_path, killer=KILLER)
    options = "--format", "gradescope", "--output", "out"
    assert grade_course(tmp_path, "right", *options).returncode == 0
    assert json.loads((tmp_path / "out").read_text())["score"] == 6
    grade_course(tmp_path, "killer", *options)
    assert json.loads((tmp_path / "out").read_text())["score"] == 0


def test_points_so_far_are_written(tmp_path):
    """A platform's time-out loses no points that were earned before it: they are written at intervals."""
    text = f"import time\n\ndef double(x):\n    if x == 2:\n        time.sleep(1.1)\n    if x > 2:\n        {KILLER}"
    text = text.replace("import os, signal\n", "import os, signal; ") + "    return x + x\n"
    course(tmp_path, late=text)
    done = grade_course(tmp_path, "late", "--format", "gradescope", "--output", "out", "--json", "grade.json")
    assert done.returncode == -signal.SIGKILL
    grade = json.loads((tmp_path / "grade.json").read_text())
    assert [check["outcome"] for check in grade["checks"]] == ["passed", "passed", "error", "error"]
    results = json.loads((tmp_path / "out").read_text())
    assert results["score"] == grade["score"] == pytest.approx(18 / 7)
    assert UNFINISHED in results["output"]


def test_a_grader_that_cannot_run_leaves_zeros(tmp_path):
    """A check file that cannot be imported gives exit code 3, and a valid result with a note."""
    course(tmp_path)
    (tmp_path / "course/checks/test_more.py").write_text("import nothing_of_that_name\n")
    done = grade_course(tmp_path, "right", "--format", "gradescope", "--output", "out")
    assert done.returncode == 3
    results = json.loads((tmp_path / "out").read_text())
    assert results["score"] == 0
    assert UNFINISHED in results["output"]


def test_a_removed_folder_is_one_line(tmp_path):
    """If the result can no longer be written, the grader prints it, with exit code 3 and no traceback."""
    course(tmp_path, spoiler="import shutil\nshutil.rmtree('results')\n")
    done = grade_course(tmp_path, "spoiler", "--format", "junit", "--output", "results/out")
    assert done.returncode == 3
    assert "could not be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_temporary_file_is_left(tmp_path):
    """Only the results are left, with the permissions of the umask."""
    course(tmp_path)
    assert grade_course(tmp_path, "right", "--json", "a/x", "--format", "junit", "--output", "b/x").returncode == 2
    assert grade_course(tmp_path, "right", "--json", "x", "--format", "junit", "--output", "b/x").returncode == 0
    assert [file.name for file in (tmp_path / "b").iterdir()] == ["x"]
    assert {file.name for file in tmp_path.iterdir() if file.is_file()} == {"x"}
    assert (tmp_path / "b/x").stat().st_mode & 0o400
