"""Submissions whose files are no ordinary Python files."""

import os
import sys
from pathlib import Path

import pytest

from tests.helpers import backproof
from tests.hostile.stage import HONEST, POINTS, TARGET

RIGHT = TARGET.encode()
# The content of target.py, and the message; None if nothing is wrong.
CONTENTS = {
    "nothing": (b"", "mean is missing in target.py"),
    "only a comment": (b"# later\n", "mean is missing in target.py"),
    "a byte order mark": (b"\xef\xbb\xbf" + RIGHT, None),
    "lines of Windows": (RIGHT.replace(b"\n", b"\r\n"), None),
    "lines of the old Macintosh": (RIGHT.replace(b"\n", b"\r"), None),
    "latin-1, declared": (b"# -*- coding: latin-1 -*-\n# \xe9\n" + RIGHT, None),
    "latin-1, not declared": (RIGHT + b"x = '\xe9'\n", "SyntaxError"),
    "UTF-16": (TARGET.encode("utf-16"), "SyntaxError"),
    "an unknown encoding": (b"# -*- coding: klingon -*-\n" + RIGHT, "SyntaxError"),
    "rot13": (b"# -*- coding: rot13 -*-\n" + RIGHT, "could not be imported"),
    "a zero byte": (RIGHT + b"\0", "could not be imported"),
    "zero bytes": (b"\0" * 4096, "could not be imported"),
    "a syntax error": (RIGHT + b"\ndef mean(x:\n", "SyntaxError"),
    "tabs and spaces": (b"if True:\n\tx = 1\n        y = 2\n" + RIGHT, "TabError"),
    "Python 2": (b"print 'hello'\n" + RIGHT, "SyntaxError"),
    "an error when imported": (RIGHT + b"1 / 0\n", "ZeroDivisionError"),
    "an import of itself": (b"import target\n" + RIGHT, None),
    "an import of what is not there": (b"import no_such_module\n" + RIGHT, "No module named 'no_such_module'"),
    "ten megabytes": (RIGHT + b"#" * 10 * 2**20, "target.py is too large"),
    "a line of half a megabyte": (RIGHT + b"x = '" + b"x" * 2**19 + b"'\n", None),
    "parentheses without an end": (RIGHT + b"x = " + b"(" * 5000 + b")" * 5000, ""),
    "signs without an end": (RIGHT + b"x = " + b"-" * 200_000 + b"1\n", ""),
    "a sum without an end": (RIGHT + b"x = 1" + b" + 1" * 100_000 + b"\n", ""),
    "a program": (b"\x7fELF" + bytes(range(256)) * 16, "could not be imported"),
    "a notebook": (b'{"cells": [], "nbformat": 4}', "mean is missing in target.py"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_cannot_be_read_costs_its_own_checks(stage, name):
    """The message names the file and its fault, and the other file keeps its points."""
    content, message = CONTENTS[name]
    stage.limit()
    stage.submit("")
    (stage.submission / "target.py").write_bytes(content)
    check, *_ = (grade := stage.grade()).checks
    assert grade.score == (POINTS if message is None else 3)
    assert {check.outcome for check in grade.checks} <= {"passed", "todo", "error", "timeout"}
    if message is not None:
        assert message in check.failure.message


def make_folder(file: Path) -> None:
    file.mkdir()


def make_pipe(file: Path) -> None:
    os.mkfifo(file)


def make_loop(file: Path) -> None:
    file.symlink_to(file)


def make_dead_link(file: Path) -> None:
    file.symlink_to(file.with_name("gone.py"))


def make_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def make_unreadable(file: Path) -> None:
    file.write_text(TARGET)
    file.chmod(0)


PLACES = {
    make_folder: "target.py is missing",
    make_pipe: "target.py is not an ordinary file",
    make_loop: "target.py cannot be read",
    make_dead_link: "target.py cannot be read",
    make_device: "target.py is a link to a place outside of the submission",
    make_unreadable: "target.py cannot be read: Permission denied",
}


@pytest.mark.parametrize("make", PLACES, ids=lambda make: make.__name__)
def test_files_that_are_not_ordinary_are_not_opened(stage, make):
    """A folder, a pipe or a circular link is not opened, and the message names it."""
    if make is make_unreadable and os.geteuid() == 0:
        pytest.skip("root reads everything")
    stage.limit()
    stage.submit("")
    (stage.submission / "target.py").unlink()
    make(stage.submission / "target.py")
    grade = stage.grade()
    assert grade.score == 3
    assert PLACES[make] in grade.checks[0].failure.message


def test_circular_links_are_not_followed(stage):
    """A folder that contains itself is read once."""
    stage.limit()
    stage.submit("")
    (stage.submission / "again").symlink_to(stage.submission)
    (stage.submission / "others").symlink_to(stage.folder)
    assert stage.grade().score == POINTS


def test_file_names_that_are_not_text(stage):
    """Names in bytes, with line breaks, or with control characters change nothing."""
    stage.limit()
    stage.submit("")
    for name in (b"\xff\xfe.py", b"line\nbreak.py", b"\x1b[2J.py", b"-rf.py", "\N{RIGHT-TO-LEFT OVERRIDE}.py".encode()):
        (stage.submission / os.fsdecode(name)).write_text("")
    assert stage.grade().score == POINTS


def test_thousands_of_files(stage):
    """Thousands of files are read within the limits."""
    stage.limit()
    stage.submit("")
    for number in range(3000):
        (stage.submission / f"file{number}.py").write_text("")
    assert stage.grade().score == POINTS


@pytest.mark.parametrize(
    "text",
    [
        "array = " + "[" * 10_000,
        "array = " + "9" * 10_000,
        '[tool.backproof]\narray = "numpy"\n' + "#" * 2**22,
        "[tool.backproof",
        "\udcff",
    ],
    ids=["nested", "digits", "large", "cut short", "bytes"],
)
def test_a_project_file_that_cannot_be_read(stage, text):
    """An invalid pyproject.toml is wrong usage in one line, or ignored: never a traceback."""
    stage.limit()
    stage.submit("")
    (stage.submission / "pyproject.toml").write_text(text, errors="surrogateescape")
    done = backproof("grade", stage.submission, "--assignment", stage.course, cwd=stage.folder)
    assert done.returncode in (0, 2), done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_one_honest_file_is_enough(stage):
    """A submission of one file gets the points of that file."""
    stage.limit()
    stage.submission.mkdir()
    (stage.submission / "honest.py").write_text(HONEST)
    assert stage.grade().score == 3
    assert "target" not in sys.modules
