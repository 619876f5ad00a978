"""Exports with pseudonyms: they contain no name, and a learner has the same pseudonym in all of them."""

import csv
import io
import json
import re
import stat

import pyarrow.parquet
import pytest

from tests.gradebook.conftest import LEARNERS, unpacked
from tests.helpers import assert_usage_error

# Verbatim, and as JSON, HTML, Python and a shell write them.
NAMES = {*LEARNERS, "handed-in", "pytest", "Noether", "cmd|", "O&#39;Neil", "O\\'Neil", "Hopper", "Neil"}
PSEUDONYM = re.compile(r"learner-[0-9a-f]{10}")


def assert_nameless(text):
    """Assert that a text contains no name as a word."""
    assert PSEUDONYM.search(text)
    assert [name for name in NAMES if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("name", ["canvas", "csv", "jsonl"])
def test_texts_contain_no_name(report, name):
    """No learner, path, message, traceback or command contains one."""
    named = report("--format", name, "--output", "-").stdout
    assert "grace.hopper" in named
    done = report("--format", name, "--output", "-", "--pseudonymous")
    assert (done.returncode, done.stderr) == (0, "")
    assert_nameless(done.stdout)


def test_parquet_contains_no_name(report, tmp_path):
    """Its metadata contain none either."""
    assert report("--format", "parquet", "--output", "class.parquet", "--pseudonymous").returncode == 0
    table = pyarrow.parquet.read_table(tmp_path / "class.parquet")
    assert_nameless(json.dumps(table.to_pylist(), default=str, ensure_ascii=False))
    assert b"grace.hopper" not in (tmp_path / "class.parquet").read_bytes()


def test_page_and_summary_contain_no_name(report, tmp_path):
    """``--html`` and the terminal use pseudonyms."""
    done = report("--html", "class.html", "--pseudonymous")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_nameless(unpacked((tmp_path / "class.html").read_text(encoding="utf-8")))
    assert_nameless(report("--pseudonymous").stdout)


def test_only_names_are_replaced_in_messages(report):
    """Messages without names are unchanged."""
    options = "--format", "jsonl", "--output", "-"
    named = {line["learner"]: line for line in map(json.loads, report(*options).stdout.splitlines())}
    nameless = [json.loads(line) for line in report(*options, "--pseudonymous").stdout.splitlines()]

    def texts(line):
        return {check["id"]: check["failure"] for check in line["grade"]["checks"] if check["failure"]}

    raising = [line for line in nameless if line["grade"] and line["grade"]["counts"]["error"]]
    assert len(raising) == 3
    messages = [failure["message"] for line in raising for failure in texts(line).values()]
    messages = [message for message in messages if "cannot" in message]
    assert messages
    assert all(re.search(r"""cannot open ["']learner-[0-9a-f]{10}/losses\.py["']""", message) for message in messages)
    (mistaken,) = (line for line in nameless if line["attempts"] == 2)
    for name, failure in texts(mistaken).items():
        assert failure == {**texts(named["ada"])[name], "replay": ""}


def learners(report, *options):
    """Return the first column of the CSV file, and the points beside it."""
    text = report("--format", "csv", "--output", "-", *options).stdout
    return [(row["learner"], row["score"]) for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_rows_are_sorted_by_pseudonym(report):
    """In the order of the names, a class list would identify the learners."""
    found = learners(report, "--pseudonymous")
    assert found == sorted(found)
    assert sorted(score for _, score in found) == sorted(score for _, score in learners(report))


def test_pseudonyms_depend_on_the_key(report, tmp_path):
    """Two exports with one key agree. The key lies beside the gradebook; only its owner can read it."""
    first = learners(report, "--pseudonymous")
    assert learners(report, "--pseudonymous") == first
    key = tmp_path / "class.sqlite.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    assert {name for name, _ in learners(report, "--pseudonymous")}.isdisjoint(name for name, _ in first)


def test_without_the_option_no_key_is_made(report, tmp_path):
    """An export with names needs none."""
    report("--format", "csv", "--output", "class.csv")
    assert {file.suffix for file in tmp_path.iterdir()} <= {".sqlite", ".csv", ".sqlite-wal", ".sqlite-shm"}


def test_an_invalid_key_is_refused(report, tmp_path):
    """A short key could be guessed."""
    (tmp_path / "class.sqlite.key").write_bytes(b"1234")
    done = report("--pseudonymous")
    assert_usage_error(done)
    assert "class.sqlite.key" in done.stderr
