"""The composite action of action.yml: its steps, run as scripts in GitHub's order."""

import os
import re
import subprocess

import yaml

from backproof.content import content_root
from tests.helpers import write_files
from tests.platforms.upload.conftest import ASSIGNMENT, SUBMISSION

TOP = content_root()
ACTION = yaml.safe_load((TOP / "action.yml").read_text())


def run_step(step, inputs, environment, cwd):
    """Run one step with its expressions replaced, in GitHub's shell."""
    context = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(TOP)}
    variables = {
        name: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: context[match[1]], value)
        for name, value in step["env"].items()
    }
    assert "${{" not in step["run"], "an expression in a script can be made to run what a learner wrote"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_a_submission_is_graded_and_annotated(tmp_path):
    """There are a summary, outputs and annotations, and a job below ``fail-under`` fails."""
    install, grade = ACTION["runs"]["steps"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GITHUB_ACTIONS": "true",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    homework = write_files(tmp_path / "homework", SUBMISSION)
    task = write_files(tmp_path / "task", ASSIGNMENT)
    inputs = {name: setting["default"] for name, setting in ACTION["inputs"].items()}
    inputs |= {"submission": str(homework), "assignment": str(task)}
    done = run_step(install, inputs, environment, tmp_path)
    assert done.returncode == 0, done.stderr
    done = run_step(grade, inputs, environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "::error " in done.stdout
    assert "data" in (tmp_path / "summary.md").read_text()
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert set(outputs) == set(ACTION["outputs"])
    assert 0 < float(outputs["percent"]) < 100
    assert run_step(grade, inputs | {"fail-under": "99"}, environment, tmp_path).returncode == 1
