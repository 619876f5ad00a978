"""An archive is graded like the folder that was packed, and is never unpacked to disk."""

import unicodedata
from pathlib import Path

import pytest

from backproof.problems import UsageProblem
from backproof.submission import find_source
from tests.helpers import (
    REFERENCE,
    assert_usage_error,
    backproof,
    copied_reference,
    double_the_loss,
    graded_json,
    outcomes,
    results,
    run_pytest,
    write_files,
)
from tests.submission.packing import KINDS, notebook, packed

LOSS = "losses/test_equal_logits_cost_log_c"
INITIAL = "losses/test_expected_initial_loss_is_log_c"
WORK = {name: (REFERENCE / name).read_bytes() for name in ("activations.py", "losses.py")}


def names_in(path: Path) -> set[str]:
    """Return the paths of the files that are read from an archive."""
    return {file.relative_to(path).as_posix() for file in find_source(path).files.texts}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_graded_as_its_folder(tmp_path, kind):
    """The results and the digest of an archive are those of the folder."""
    folder = copied_reference(tmp_path / "work", "activations", "losses")
    archive = packed(tmp_path / f"work.{kind}", dict(reversed(WORK.items())))
    found = results(archive, LOSS)
    assert outcomes(found) == {"passed"}
    assert find_source(archive).sha256() == find_source(folder).sha256()
    assert find_source(archive).path == archive
    assert sorted(tmp_path.iterdir()) == [folder, archive]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_one_folder_around_everything_is_ignored(tmp_path, kind):
    """The folder that GitHub adds, and the files that macOS adds, change nothing."""
    junk = dict.fromkeys(
        ["__MACOSX/work-main/._losses.py", "work-main/._losses.py", ".DS_Store", "work-main/.DS_Store"], ""
    )
    wrapped = {f"work-main/{name}": text for name, text in WORK.items()}
    archive = packed(
        tmp_path / f"work.{kind}", {**junk, **wrapped, "work-main/README.md": "", "work-main/sub/a.py": ""}
    )
    assert names_in(archive) == {*WORK, "sub/a.py"}
    assert outcomes(results(archive, LOSS)) == {"passed"}


def test_a_package_folder_is_not_ignored(tmp_path):
    """The name of a package is a part of the code, which an adapter imports."""
    package = {"nn/__init__.py": "", "nn/losses.py": "def log_c(c):\n    from math import log\n    return log(c)\n"}
    adapter = "from nn.losses import log_c\ndef expected_initial_loss(num_classes):\n    return log_c(num_classes)\n"
    write_files(tmp_path, {"adapter.py": adapter})
    archive = packed(tmp_path / "work.zip", package)
    assert outcomes(results(archive, INITIAL, adapter=tmp_path / "adapter.py")) == {"passed"}


def test_only_own_python_is_read(tmp_path):
    """Data, caches, environments, hidden folders and archives inside of the archive are not read."""
    others = [
        "data/mnist.bin",
        "__pycache__/losses.py",
        ".venv/lib/losses.py",
        ".ipynb_checkpoints/work.ipynb",
        "env/pyvenv.cfg",
        "env/bin/activate_this.py",
        "node_modules/x.py",
        "inner.zip",
    ]
    archive = packed(tmp_path / "work.zip", {**WORK, **dict.fromkeys(others, "1"), "helpers/a.py": ""})
    assert names_in(archive) == {*WORK, "helpers/a.py"}


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_its_settings_count(tmp_path, kind):
    """The pyproject.toml at the top of an archive sets the kind of arrays; one further down does not."""
    settings = '[tool.backproof]\narray = "torch"\n'
    top = packed(tmp_path / f"top.{kind}", {"a/pyproject.toml": settings, "a/losses.py": ""})
    below = packed(tmp_path / f"below.{kind}", {"losses.py": "", "sub/pyproject.toml": settings})
    assert (find_source(top).array, find_source(below).array) == ("torch", "numpy")
    for wrong in ('array = "jax"', "array = ", "arrays = 'numpy'", "#" * 100_000):
        packed(top, {"losses.py": "", "pyproject.toml": f"[tool.backproof]\n{wrong}"})
        with pytest.raises(UsageProblem, match=r"pyproject\.toml"):
            find_source(top)


@pytest.mark.parametrize(
    "written",
    [
        {"./losses.py": "from helpers.numbers import ten"},
        {"work\\losses.py": "from helpers.numbers import ten"},
        {"losses.py": "from helpers.numbers import ten", "Losses.py": "1 / 0", "LOSSES.PY": "1 / 0"},
    ],
    ids=["dot", "backslash", "case"],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_are_normalized(tmp_path, kind, written):
    """A leading dot, the separator of Windows, and names that differ only in case are accepted."""
    separator = "\\" if any("\\" in name for name in written) else "/"
    prefix = next(iter(written)).removesuffix("losses.py")
    helper = {f"{prefix}helpers{separator}numbers.py": "from math import log as ten\n"}
    code = {
        name: f"{text}\ndef expected_initial_loss(num_classes):\n    return ten(num_classes)\n"
        for name, text in written.items()
    }
    archive = packed(tmp_path / f"work.{kind}", {**helper, **code})
    assert outcomes(results(archive, INITIAL)) == {"passed"}


def test_accents_are_found_in_either_unicode_form(tmp_path):
    """macOS writes an accent as a character of its own, and an import does not."""
    code = "from möbel import log\ndef expected_initial_loss(num_classes):\n    return log(num_classes)\n"
    name = unicodedata.normalize("NFD", "möbel.py")
    archive = packed(tmp_path / "work.tar", {name: "from math import log\n", "losses.py": code})
    assert outcomes(results(archive, INITIAL)) == {"passed"}


def test_messages_name_archive_and_file(tmp_path):
    """The messages of a traceback and of a missing file name the file in the archive."""
    code = "def expected_initial_loss(num_classes):\n    return 1 / 0\n"
    archive = packed(tmp_path / "work.zip", {"hw/losses.py": code})
    found = results(archive, INITIAL, "activations/test_softmax_of_known_logits")
    messages = [check.failure.message for check in found.values()]
    assert any("work.zip/losses.py:2 in expected_initial_loss\n    return 1 / 0" in message for message in messages)
    assert any("work.zip/activations.py is missing" in message for message in messages)


def test_a_file_that_does_not_count_is_not_read(tmp_path):
    """An assignment's ``policy.files`` and ``limits.submission_kb`` hold for an archive as for a folder."""
    archive = packed(tmp_path / "work.zip", {**WORK, "extra.py": "#" * 3000})
    source = find_source(archive, patterns=["losses.py"])
    assert [file.name for file in source.files.texts] == ["losses.py"]
    source = find_source(archive, most_kilobytes=2)
    assert {file.name for file in source.files.refused} >= {"extra.py", "losses.py"}
    assert all("is too large" in why for why in source.files.refused.values())


def test_a_notebook_is_the_submission_where_no_module_is(tmp_path):
    """The only notebook of an archive or a folder without Python at its top is graded; of several, none."""
    text = notebook(
        tmp_path / "x.ipynb", "import math", "def expected_initial_loss(num_classes):\n    return math.log(num_classes)"
    )
    content = text.read_bytes()
    write_files(tmp_path, {"folder/helpers/a.py": ""})
    (tmp_path / "folder" / "hw.ipynb").write_bytes(content)
    alone = packed(tmp_path / "alone.zip", {"alice/hw.ipynb": content, "alice/data/x.csv": ""})
    for place in (tmp_path / "folder", alone):
        assert outcomes(results(place, INITIAL)) == {"passed"}
    beside = packed(tmp_path / "beside.zip", {"hw.ipynb": content, "losses.py": ""})
    assert find_source(beside).entry is None
    with pytest.raises(UsageProblem, match="2 notebooks and no Python file"):
        find_source(packed(tmp_path / "two.zip", {"a.ipynb": content, "b.ipynb": content}))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("empty.zip", b"", "not a zip file"),
        ("empty.tar", b"", "empty file"),
        ("text.zip", b"print('hello')\n" * 100, "not a zip file"),
        ("text.tar.gz", b"print('hello')\n" * 100, "invalid header"),
    ],
)
def test_an_invalid_archive_is_reported_in_one_line(tmp_path, name, content, expected):
    """A file with the suffix of an archive that is none is wrong usage, with the remedy."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        find_source(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name} cannot be read: {str(caught.value).split('read: ')[1]}"
    assert expected in str(caught.value)
    assert str(caught.value).endswith("; pack it again")


def test_an_archive_without_python_is_wrong_usage(tmp_path):
    """Nothing to grade is exit code 2 and one line, as for a folder."""
    packed(tmp_path / "work.zip", {"inner.zip": "", "README.md": ""})
    done = backproof("grade", "work.zip", cwd=tmp_path)
    assert_usage_error(done)
    assert "work.zip holds no Python file; pack the .py files themselves" in done.stderr


def test_confined_and_by_the_command_line(tmp_path):
    """A grade of an archive is confined by default, and its replay line grades the archive again."""
    folder = copied_reference(tmp_path / "work", "activations", "losses")
    double_the_loss(folder)
    packed(tmp_path / "work.tar.gz", {f"./work/{file.name}": file.read_bytes() for file in folder.iterdir()})
    grade = graded_json("work.tar.gz", "--check", LOSS, "--check", INITIAL, "--seed", "1", cwd=tmp_path)
    assert grade["isolation"] == "confined"
    assert grade["submission"]["path"] == str(tmp_path / "work.tar.gz")
    assert [check["outcome"] for check in grade["checks"]] == ["failed", "passed"]
    assert grade["checks"][0]["failure"]["replay"] == f"backproof grade work.tar.gz --check {LOSS} --seed 1"


def test_pytest_takes_an_archive(tmp_path):
    """``pytest --submission work.zip`` runs the checks on it."""
    packed(tmp_path / "work.zip", WORK)
    done = run_pytest("--submission", "work.zip", "-k", "test_equal_logits_cost_log_c", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
