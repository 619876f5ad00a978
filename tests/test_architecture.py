"""Checks and learners' code stay where they belong."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
CHECK_FILES = sorted((TOP / "checks").glob("*.py"))


@pytest.mark.parametrize("file", CHECK_FILES, ids=lambda file: file.name)
def test_checks_import_the_toolkit_and_nothing_else_of_the_engine(file):
    """A check knows the toolkit and its fixtures, nothing of submissions, points or reports."""
    allowed = {"backproof.testing", "hypothesis", "numpy", "pytest"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or any((name + ".").startswith(part + ".") for part in allowed), name


@pytest.mark.parametrize("folder", ["student_template", "reference", "example"])
def test_submissions_need_no_backproof(folder):
    """Template, reference and example run without the grader: they import NumPy and each other."""
    for file in (TOP / folder).glob("*.py"):
        assert "backproof" not in file.read_text(encoding="utf-8"), file


def test_loading_the_plugin_is_cheap():
    """A pytest run that has nothing to check does not load NumPy, Hypothesis or the engine."""
    heavy = {"numpy", "torch", "hypothesis", "rich", "msgspec"}
    code = f"import sys, backproof.plugin; print([m for m in sys.modules if m.partition('.')[0] in {heavy}])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_local_way_imports_nothing_that_only_linux_has():
    """Modules that are missing on Windows or macOS are not needed for a local grade."""
    missing = ("resource", "fcntl", "pwd", "grp", "termios", "landlock", "seccomp")
    code = (
        "import sys\n"
        f"sys.modules.update({{name: None for name in {missing}}})\n"
        "sys.argv = ['backproof', 'grade', 'reference', '--check', 'losses/test_equal_logits_cost_log_c']\n"
        "import backproof.commands\n"
        "backproof.commands.main()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP)
    assert run.returncode == 0, run.stderr
    assert "1 of 1 checks passed" in run.stdout
