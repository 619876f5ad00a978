"""``backproof init``: a learner's first folder."""

import tomllib

import pytest

from tests.helpers import TEMPLATE, assert_usage_error, backproof, write_files

# A model is an assignment of its own.
TEMPLATE_FILES = {file.name for file in TEMPLATE.glob("*.py")} - {"model.py"}


def contents(folder):
    """Return every file of a folder with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_creates_the_template_and_a_project_file(tmp_path):
    """The new folder holds the unchanged stubs and a pyproject.toml; the output names the next step."""
    done = backproof("init", "some/where", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    created = contents(tmp_path / "some" / "where")
    assert created.keys() == TEMPLATE_FILES | {"pyproject.toml"}
    assert all(created[name] == (TEMPLATE / name).read_bytes() for name in TEMPLATE_FILES)
    assert "cd some/where" in done.stdout
    assert "pytest losses.py" in done.stdout


@pytest.mark.parametrize(("options", "array"), [((), "numpy"), (("--array", "torch"), "torch")])
def test_project_file_sets_the_kind_of_array(tmp_path, options, array):
    """``--array`` is written to [tool.backproof]."""
    assert backproof("init", "homework", *options, cwd=tmp_path).returncode == 0
    project = tomllib.loads((tmp_path / "homework" / "pyproject.toml").read_text())
    assert project["tool"]["backproof"] == {"array": array}


def test_creates_another_assignment(tmp_path):
    """``--assignment model`` copies the stub of a model, and plain pytest runs its checks."""
    done = backproof("init", "homework", "--assignment", "model", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(tmp_path / "homework").keys() == {"model.py", "pyproject.toml"}
    project = tomllib.loads((tmp_path / "homework" / "pyproject.toml").read_text())
    assert project["tool"]["backproof"] == {"array": "numpy", "assignment": "model"}
    assert "pytest model.py" in done.stdout


@pytest.mark.parametrize("existing", ["losses.py", "pyproject.toml"])
def test_refuses_to_overwrite_and_changes_nothing(tmp_path, existing):
    """A folder that has one of the files stays unchanged, and the message names the file."""
    write_files(tmp_path / "homework", {existing: "mine = 1\n", "notes.txt": "mine too\n"})
    before = contents(tmp_path)
    done = backproof("init", "homework", cwd=tmp_path)
    assert_usage_error(done)
    assert existing in done.stderr
    assert contents(tmp_path) == before


def test_a_folder_with_other_files_is_fine(tmp_path):
    """Files with other names stay, and the template is copied beside them."""
    write_files(tmp_path / "homework", {"notes.txt": "mine\n"})
    assert backproof("init", "homework", cwd=tmp_path).returncode == 0
    created = contents(tmp_path / "homework")
    assert created.keys() == TEMPLATE_FILES | {"pyproject.toml", "notes.txt"}
    assert created["notes.txt"] == b"mine\n"


@pytest.mark.parametrize(
    "arguments", [(), ("a.txt",), ("a.txt/inside",), ("new", "--array", "jax"), ("new", "--what"), ("new", "other")]
)
def test_wrong_usage_is_one_line(tmp_path, arguments):
    """A folder that cannot be made and options that do not exist are one line and exit code 2; nothing is made."""
    write_files(tmp_path, {"a.txt": "mine\n"})
    before = contents(tmp_path)
    assert_usage_error(backproof("init", *arguments, cwd=tmp_path))
    assert contents(tmp_path) == before
    assert not (tmp_path / "new").exists()
