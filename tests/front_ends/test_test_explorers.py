"""Test explorers list a learner's checks, open their source and run them one by one: VS Code and PyCharm rely on it.

VS Code's plugin reads of each item: path, nodeid, location, name, parent, and originalname if it has a callspec. Its id
of an item is ``PATH::NAME``, with the item's path, and it runs the item by that id with ``--rootdir``. PyCharm reads
nodeid and location of each report, and runs a failed test again by the name in its location.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import CHECKS, REFERENCE, run_pytest, write_files

EXPLORER = '''
    """Writes the attributes of items and reports that explorers read."""

    import json
    import os

    import pytest

    def write(**record):
        with open(os.environ["EXPLORER_FILE"], "a") as file:
            print(json.dumps(record), file=file)

    def pytest_collection_finish(session):
        for item in session.items:
            write(
                kind="item",
                id="::".join([str(item.path), *item.nodeid.split("::")[1:]]),
                nodeid=item.nodeid,
                name=item.name,
                path=str(item.path),
                location=item.location,
                is_in_file=isinstance(item.parent, pytest.File) and item.parent.path == item.path,
                is_in_session=item.path.is_relative_to(session.path),
                function=item.originalname if hasattr(item, "callspec") else item.name,
            )

    def pytest_runtest_logreport(report):
        if report.when == "call" or report.outcome != "passed":
            write(kind="report", nodeid=report.nodeid, location=report.location, outcome=report.outcome)
'''


def explored(folder: Path, *arguments: str, cwd: Path | None = None) -> list[dict[str, Any]]:
    """Run pytest as an explorer does, and return the records of its plugin."""
    place = write_files(folder.parent / "explorer", {"explorer.py": EXPLORER})
    file = place / "records.jsonl"
    file.unlink(missing_ok=True)
    done = run_pytest(
        f"--rootdir={folder}",
        "-p",
        "explorer",
        *arguments,
        cwd=cwd or folder,
        environment={"PYTHONPATH": str(place), "EXPLORER_FILE": str(file)},
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def listed(folder: Path, *arguments: str, cwd: Path | None = None) -> list[str]:
    """Return the ids that ``--collect-only -q`` prints."""
    done = run_pytest("--collect-only", "-q", *arguments, cwd=cwd or folder)
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.fixture(scope="module")
def first_list(initial_folder) -> list[str]:
    """List the checks of the initial folder once."""
    ids = listed(initial_folder)
    assert len(set(ids)) == len(ids) > 100
    return ids


def test_ids_are_stable(initial_folder, first_list, tmp_path):
    """They are the same the next time, and from another folder."""
    assert listed(initial_folder) == first_list
    options = f"--rootdir={initial_folder}", str(initial_folder)
    assert listed(initial_folder, *options, cwd=tmp_path) == first_list


def test_ids_do_not_depend_on_the_learners_code(homework, first_list):
    """A written file, a file with a syntax error and one with other functions change no id, and hide no other file."""
    shutil.copyfile(REFERENCE / "losses.py", homework / "losses.py")
    write_files(homework, {"layers.py": "def linear_forward(x, weight, bias:\n", "data.py": "import missing_library\n"})
    assert listed(homework) == first_list


def test_a_missing_file_keeps_its_ids(homework, first_list):
    """Its checks are listed too, as to do."""
    (homework / "layers.py").unlink()
    assert sorted(listed(homework)) == sorted(first_list)


def test_every_item_has_a_location(homework):
    """The location is a line of an existing file; the parent is that file; the name has function and parameters."""
    (homework / "layers.py").unlink()
    write_files(homework, {"data.py": "def train_val_test_split(:\n"})
    items = explored(homework, "--collect-only")
    assert items
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        path = Path(item["path"])
        file, line, name = item["location"]
        assert path.parent == (CHECKS if file == "layers.py" else homework)
        assert 0 <= line < len(path.read_text(encoding="utf-8").splitlines())
        assert item["is_in_file"]
        assert item["is_in_session"] or file == "layers.py"
        assert name == item["name"]
        assert item["nodeid"] == f"{file}::{name}"
        assert name.partition("[")[0] == item["function"]


@pytest.mark.parametrize(
    ("folder", "name", "outcome"),
    [
        ("", "test_equal_logits_cost_log_c", "failed"),
        ("absolute", "test_inputs_are_not_changed[cross_entropy]", "passed"),
    ],
)
def test_an_item_runs_alone_by_its_id(begun, folder, name, outcome):
    """Its id, relative or absolute, and so the name in its location, selects exactly this check."""
    item, report = explored(begun, f"{begun}/losses.py::{name}" if folder else f"losses.py::{name}")
    assert item["nodeid"] == report["nodeid"] == f"losses.py::{name}"
    assert item["id"] == f"{begun}/losses.py::{name}"
    assert report["outcome"] == outcome
    assert report["location"] == item["location"]
    assert report["location"][2] == name


def test_all_ids_run_together(begun):
    """'Run all' names every check; a file that is missing or cannot be imported does not stop the others."""
    (begun / "layers.py").unlink()
    write_files(begun, {"data.py": "def train_val_test_split(:\n"})
    files = ("losses.py", "layers.py", "data.py")
    ids = [item["id"] for item in explored(begun, "--collect-only") if item["nodeid"].startswith(files)]
    assert any(name.startswith(str(CHECKS)) for name in ids)
    records = explored(begun, *ids)
    assert [item["id"] for item in records if item["kind"] == "item"] == ids
    reports = [report for report in records if report["kind"] == "report"]
    assert len(reports) == len(ids)
    assert {report["outcome"] for report in reports if report["nodeid"].startswith("data.py")} == {"failed"}
    assert {report["outcome"] for report in reports if "layers.py" in report["nodeid"]} == {"skipped"}
