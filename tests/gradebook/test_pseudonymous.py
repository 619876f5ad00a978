"""Exports without names: nothing that names a learner is left, and the same learner has the same pseudonym."""

import csv
import io
import json
import re
import stat

import pyarrow.parquet
import pytest

from tests.gradebook.conftest import LEARNERS, unpacked
from tests.helpers import assert_one_line_of_complaint

# As they are, and as JSON, HTML, Python and a shell write them.
NAMES = {*LEARNERS, "handed-in", "pytest", "Noether", "cmd|", "O&#39;Neil", "O\\'Neil", "Hopper", "Neil"}
PSEUDONYM = re.compile(r"learner-[0-9a-f]{10}")


def assert_nameless(text):
    """Assert that no name is in a text, as a word of its own."""
    assert PSEUDONYM.search(text)
    assert [name for name in NAMES if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("name", ["canvas", "csv", "jsonl"])
def test_texts_name_nobody(report, name):
    """Neither as a learner, nor in a path, a message, a traceback or a command."""
    named = report("--format", name, "--output", "-").stdout
    assert "grace.hopper" in named
    done = report("--format", name, "--output", "-", "--pseudonymous")
    assert (done.returncode, done.stderr) == (0, "")
    assert_nameless(done.stdout)


def test_parquet_names_nobody(report, tmp_path):
    """Not even in its metadata."""
    assert report("--format", "parquet", "--output", "class.parquet", "--pseudonymous").returncode == 0
    table = pyarrow.parquet.read_table(tmp_path / "class.parquet")
    assert_nameless(json.dumps(table.to_pylist(), default=str, ensure_ascii=False))
    assert b"grace.hopper" not in (tmp_path / "class.parquet").read_bytes()


def test_the_page_and_the_summary_name_nobody(report, tmp_path):
    """``--html`` and the terminal."""
    done = report("--html", "class.html", "--pseudonymous")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_nameless(unpacked((tmp_path / "class.html").read_text(encoding="utf-8")))
    assert_nameless(report("--pseudonymous").stdout)


def test_messages_keep_what_names_nobody(report):
    """A message about a learner's file is still the message; what the others say is the same as with names."""
    options = "--format", "jsonl", "--output", "-"
    named = {line["learner"]: line for line in map(json.loads, report(*options).stdout.splitlines())}
    nameless = [json.loads(line) for line in report(*options, "--pseudonymous").stdout.splitlines()]

    def texts(line):
        return {check["id"]: check["failure"] for check in line["grade"]["checks"] if check["failure"]}

    raising = [line for line in nameless if line["grade"] and line["grade"]["counts"]["error"]]
    assert len(raising) == 3
    told = [
        failure["message"] for line in raising for failure in texts(line).values() if "cannot" in failure["message"]
    ]
    assert told
    assert all(re.search(r"""cannot open ["']learner-[0-9a-f]{10}/losses\.py["']""", message) for message in told)
    (mistaken,) = (line for line in nameless if line["attempts"] == 2)
    for name, failure in texts(mistaken).items():
        assert failure == {**texts(named["ada"])[name], "replay": ""}


def learners(report, *options):
    """Return the first column of the CSV file, and the points beside it."""
    text = report("--format", "csv", "--output", "-", *options).stdout
    return [(row["learner"], row["score"]) for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_the_order_tells_nothing(report):
    """Rows are not in the order of the names, which who has a class list knows."""
    found = learners(report, "--pseudonymous")
    assert found == sorted(found)
    assert sorted(score for _, score in found) == sorted(score for _, score in learners(report))


def test_two_exports_agree_and_those_of_another_gradebook_do_not(report, tmp_path):
    """The key lies beside the gradebook; only its owner can read it."""
    first = learners(report, "--pseudonymous")
    assert learners(report, "--pseudonymous") == first
    key = tmp_path / "class.sqlite.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    assert {name for name, _ in learners(report, "--pseudonymous")}.isdisjoint(name for name, _ in first)


def test_without_the_option_no_key_is_made(report, tmp_path):
    """Nor is one needed."""
    report("--format", "csv", "--output", "class.csv")
    assert {file.suffix for file in tmp_path.iterdir()} <= {".sqlite", ".csv", ".sqlite-wal", ".sqlite-shm"}


def test_a_key_that_is_none_is_refused(report, tmp_path):
    """A short one could be guessed."""
    (tmp_path / "class.sqlite.key").write_bytes(b"1234")
    done = report("--pseudonymous")
    assert_one_line_of_complaint(done)
    assert "class.sqlite.key" in done.stderr
