"""The replay command of a failure reproduces that failure, and nothing else."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.helpers import (
    REFERENCE,
    copied_reference,
    double_the_loss,
    graded_json,
    without_seconds,
    write_files,
)

BROKEN = "layers/test_two_linear_layers_equal_one"
GIVEN = "losses/test_loss_is_mean_negative_log_probability"
ONE = "losses/test_equal_logits_cost_log_c"


def assert_replays(grade: dict[str, Any], cwd: Path) -> None:
    """Run the replay commands of a few failures in a shell, and assert that each reproduces its failure."""
    failures = [check for check in grade["checks"] if check["outcome"] in ("failed", "error")]
    assert failures
    for check in [*failures[:2], failures[-1]]:
        command = check["failure"]["replay"].replace("backproof ", f"{shlex.quote(sys.executable)} -m backproof ", 1)
        done = subprocess.run(
            f"{command} --json again.json", shell=True, cwd=cwd, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        again = json.loads((cwd / "again.json").read_text())
        assert [without_seconds(found) for found in again["checks"]] == [without_seconds(check)]


def test_replay_gives_the_same_failure(tmp_path):
    """The replay command of a failure reproduces that failure alone, number by number."""
    folder = copied_reference(tmp_path / "wrong", "losses", "activations")
    write_files(folder, {"layers.py": "def linear_forward(:\n"})
    double_the_loss(folder)
    assert_replays(graded_json("wrong", "--check", ONE, "--check", GIVEN, "--check", BROKEN, cwd=tmp_path), tmp_path)


def test_replay_of_an_adapted_submission_with_spaces(tmp_path):
    """The replay command names the adapter, and works in a shell for paths with spaces."""
    folder = copied_reference(tmp_path / "my work", "losses", "activations")
    double_the_loss(folder)
    write_files(tmp_path, {"my adapter.py": "from losses import *\n"})
    assert_replays(graded_json("my work", "--adapter", "my adapter.py", "--check", ONE, cwd=tmp_path), tmp_path)


def test_replay_of_an_instructors_assignment(tmp_path):
    """The replay command names the assignment: an instructor's own check is found, with its points."""
    check = (
        "from backproof.testing import check\n@check(source='us', hint='')\ndef test_mine(relu):\n    assert False\n"
    )
    write_files(tmp_path / "course", {"assignment.toml": 'title = "Ours"', "checks/test_activations.py": check})
    assert_replays(graded_json(REFERENCE, "--assignment", "course", cwd=tmp_path), tmp_path)
