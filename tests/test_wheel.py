"""A wheel has all content, and works without a checkout."""

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
CONTENT = ("assignments", "checks", "example", "misconceptions", "reference", "student_template")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the source distribution, as for a release."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, TOP], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_every_content_file_and_no_cache(wheel):
    """The wheel has each file of the content folders once, and nothing else beside them."""
    names = [name for name in zipfile.ZipFile(wheel).namelist() if name.split("/")[1] in CONTENT]
    expected = {
        f"backproof/{file.relative_to(TOP).as_posix()}"
        for folder in CONTENT
        for file in (TOP / folder).rglob("*")
        if file.suffix in (".py", ".toml", ".md", ".json")
    }
    assert set(names) == expected
    assert len(names) == len(expected) > 25


def test_wheel_grades_from_an_unrelated_folder(wheel, tmp_path):
    """In a fresh virtual environment, the wheel creates a folder, grades it, and grades its own reference."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    install = [scripts / "python", "-m", "pip", "install", "--quiet", "--constraint", TOP / "constraints.txt"]
    # torch alone and first: its pin may exist in a local build only, so it must be resolved before any other.
    subprocess.run([*install, "torch"], check=True, capture_output=True)
    subprocess.run([*install, wheel], check=True, capture_output=True)
    current = tmp_path / "current"
    current.mkdir()

    def backproof(*arguments):
        return subprocess.run(
            [scripts / "backproof", *arguments], cwd=current, check=True, capture_output=True, text=True
        )

    backproof("init", "homework")
    backproof("grade", "homework", "--json", "homework.json")
    grade = json.loads((current / "homework.json").read_text())
    assert grade["counts"]["todo"] == len(grade["checks"]) > 100
    where = "import backproof.content as content; print(content.content_root())"
    command = [scripts / "python", "-c", where]
    root = Path(subprocess.run(command, cwd=current, check=True, capture_output=True, text=True).stdout.strip())
    assert root.is_relative_to(environment)
    backproof("grade", str(root / "reference"), "--json", "reference.json")
    grade = json.loads((current / "reference.json").read_text())
    assert grade["score"] == grade["max_score"] > 0
    plain = subprocess.run(
        [scripts / "python", "-m", "pytest"], cwd=current / "homework", capture_output=True, text=True
    )
    assert plain.returncode == 0, plain.stdout
    assert "to do" in plain.stdout
