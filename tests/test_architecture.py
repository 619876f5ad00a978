"""Checks, learners' code and engine import only what they may."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

TOP = Path(__file__).resolve().parents[1]
CHECK_FILES = sorted((TOP / "checks").rglob("*.py"))


@pytest.mark.parametrize("file", CHECK_FILES, ids=lambda file: str(file.relative_to(TOP / "checks")))
def test_checks_import_the_toolkit_and_nothing_else_of_the_engine(file):
    """A check imports the toolkit, and nothing of submissions, points or reports."""
    allowed = {"backproof.testing", "hypothesis", "numpy", "pytest"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or any((name + ".").startswith(part + ".") for part in allowed), name


@pytest.mark.parametrize("folder", ["student_template", "reference", "example"])
def test_submissions_need_no_backproof(folder):
    """Template, reference and example run without the grader: they import NumPy and each other."""
    for file in (TOP / folder).glob("*.py"):
        assert "backproof" not in file.read_text(encoding="utf-8"), file


def test_no_modules_import_each_other_in_a_circle():
    """Neither at the top, nor in functions, nor for type checking; the error names the circle."""
    graph = grimp.build_graph("backproof", exclude_type_checking_imports=False, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # `backproof` imports its public names (notebook, model checks) when they are used; modules import its version.
    imports["backproof"] = set()
    TopologicalSorter(imports).prepare()


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
