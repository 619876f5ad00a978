"""Submissions with files that Python, pytest or the grader might import as their own."""

import json
import sys

import pytest

from tests.helpers import python
from tests.hostile.stage import PATIENT

# Leaves a file, and patches the grader, wherever it is imported except in the candidate.
HIJACK = """
try:
    open({canary!r}, "w").close()
except OSError:
    pass
import sys
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "") == "backproof.result":
        module.with_checks = lambda grade, checks: grade
"""
WRONG = "def mean(x):\n    return -1.0\n"
MANIFEST = "Metadata-Version: 2.1\nName: hijack\nVersion: 1\n"
SHADOWS = {
    "conftest.py": {"conftest.py": HIJACK},
    "checks of its own": {"test_target.py": HIJACK, "checks/test_target.py": HIJACK, "checks/conftest.py": HIJACK},
    "pytest.ini": {"pytest.ini": "[pytest]\naddopts = -p hijack --collect-only\n", "hijack.py": HIJACK},
    "pyproject.toml": {
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p hijack -x"\npythonpath = ["."]\n',
        "hijack.py": HIJACK,
    },
    "tox.ini and setup.cfg": {
        "tox.ini": "[pytest]\naddopts = -p hijack\n",
        "setup.cfg": "[tool:pytest]\naddopts = -p hijack\n",
        "hijack.py": HIJACK,
    },
    "sitecustomize.py": {"sitecustomize.py": HIJACK, "usercustomize.py": HIJACK},
    "modules of the standard library": {f"{name}.py": HIJACK for name in ("random", "json", "tempfile", "secrets")},
    "modules that the grader uses": {
        f"{name}.py": HIJACK for name in ("click", "rich", "msgspec", "pytest", "_pytest")
    },
    "a package called backproof": {"backproof/__init__.py": HIJACK, "backproof/__main__.py": HIJACK},
    "a .pth file": {"hijack.pth": "import hijack\n", "hijack.py": HIJACK},
    "an installed plugin": {
        "hijack.py": HIJACK,
        "hijack-1.dist-info/METADATA": MANIFEST,
        "hijack-1.dist-info/entry_points.txt": "[pytest11]\nhijack = hijack\n[hypothesis]\nhijack = hijack\n",
    },
    "a result that is there already": {"grade.json": '{"score": 10.0, "max_score": 10.0}'},
    "a compiled file beside the source": {"target.pyc": HIJACK, "__pycache__/target.cpython-311.pyc": HIJACK},
}


@pytest.mark.parametrize("name", SHADOWS)
def test_files_of_a_submission_are_not_the_graders(stage, name):
    """Only modules of the submission are imported, and only in the candidate, also if the grader runs in the folder."""
    stage.limit(**PATIENT)
    canary = stage.folder / "canary"
    files = {file: text.replace("{canary!r}", repr(str(canary))) for file, text in SHADOWS[name].items()}
    work = stage.submit(WRONG, files)
    # `python -m backproof` would import a folder of that name first, before the grader runs.
    options = ["-P"] if "backproof/__init__.py" in files else []
    arguments = ["-m", "backproof", "grade", ".", "--assignment", stage.course, "--json", "grade.json", "--seed", "1"]
    done = python(*options, *arguments, cwd=work)
    assert done.returncode == 0, done.stderr
    assert "8 of 10 checks passed, 2 failed: 8 of 10 points (80 %)" in done.stdout
    assert json.loads((work / "grade.json").read_text(encoding="utf-8"))["score"] == 8
    assert not canary.exists()


def test_a_shadowed_library_affects_the_submission_only(stage):
    """A folder called numpy replaces NumPy for the submission, and for no other process."""
    stage.limit(**PATIENT)
    stage.submit("", {"numpy/__init__.py": "raise RuntimeError('not today')\n"})
    grade = stage.grade()
    assert grade.score == 0
    assert all("RuntimeError: not today" in check.failure.message for check in grade.checks)
    assert sys.modules["numpy"].__name__ == "numpy"


def test_a_result_that_is_a_link(stage):
    """A link in the place of the result is replaced; its target, the reference, stays."""
    stage.limit(**PATIENT)
    work = stage.submit(WRONG)
    reference = stage.course / "reference" / "target.py"
    before = reference.read_bytes()
    (work / "grade.json").symlink_to(reference)
    done = python("-m", "backproof", "grade", ".", "--assignment", stage.course, "--json", "grade.json", cwd=work)
    assert done.returncode == 0, done.stderr
    assert json.loads((work / "grade.json").read_text(encoding="utf-8"))["score"] == 8
    assert reference.read_bytes() == before
