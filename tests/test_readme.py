"""The README is up to date."""

import re
from pathlib import Path

from rich.console import Console

from backproof.diagnosis.catalogue import load_misconceptions
from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.reports.terminal import print_grade
from tests.model_checks.faulty_models import FAULTY_MODELS
from tests.model_checks.right_models import RIGHT_MODELS

TOP = Path(__file__).resolve().parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def test_the_failure_is_one_of_the_example(monkeypatch, capsys):
    """The block under 'What a failure looks like' is part of the output of `backproof grade example --verbose`."""
    monkeypatch.chdir(TOP)
    block = README.partition("## What a failure looks like")[2].split("```")[1].strip()
    shown = grade(*load_submission(TOP / "example", assignment="example"), seed=0).grade
    print_grade(shown, Console(highlight=False, width=80), detail="all")
    assert block in capsys.readouterr().out


def test_the_figures_are_correct():
    """README and changelog have the right numbers of misconceptions, checks and functions."""
    _, assignment, contract = load_submission(TOP / "reference")
    count = len(load_misconceptions(assignment, contract))
    assert re.search(rf"proved on {count} known mistakes", README)
    template = TOP / "student_template"
    names = ("optimization", "model")
    checks = sum(grade(*load_submission(template, assignment=name), seed=0).grade.counts.total for name in names)
    changelog = " ".join((TOP / "CHANGELOG.md").read_text(encoding="utf-8").split())
    assert f"{checks} checks of {len(contract.functions)} functions" in changelog
    assert f"{count} misconceptions" in changelog


def test_the_numbers_of_models_are_correct():
    """The numbers of right models and of faults are those in tests/model_checks."""
    text = " ".join(README.split())
    assert f"{len(RIGHT_MODELS)} right models" in text
    assert f"{len(FAULTY_MODELS)} of {len(FAULTY_MODELS)} seeded faults" in text


def test_the_assignment_is_valid(tmp_path):
    """The assignment.toml in the README grades, and distributes its points as its comments state."""
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "assignment.toml").write_text(block[1])
    result = grade(*load_submission(TOP / "reference", assignment=str(tmp_path)), seed=0).grade
    assert {check.module for check in result.checks} == {"losses", "layers", "activations"}
    points = {check.id: check.max_points for check in result.checks}
    assert points["layers/test_gradients_agree_with_finite_differences"] == 4
    assert abs(sum(value for name, value in points.items() if name.startswith("losses/")) - 10) < 1e-9
    assert abs(sum(value for name, value in points.items() if name.startswith("layers/")) - 10) < 1e-9
