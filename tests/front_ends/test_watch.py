"""``backproof watch``: the checks of each saved file, until Ctrl-C."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers import REFERENCE, assert_usage_error, backproof, write_files

WAITING = "waiting for changes, Ctrl-C ends\n"
ENDLESS = "def linear_forward(x, weight, bias):\n    while True:\n        pass\n"
DEADLINE = 40


class Watching:
    """A watch in a separate process, with its output."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._output = folder.parent / "output.txt"
        self._read = 0
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backproof", "watch", *arguments],
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def until(self, text: str) -> str:
        """Return the new output up to a text."""
        deadline = time.monotonic() + DEADLINE
        while (end := self._new().find(text)) < 0:
            assert self.process.poll() is None, self._output.read_text()
            assert time.monotonic() < deadline, self._output.read_text()
            time.sleep(0.02)
        new = self._new()[: end + len(text)]
        self._read += len(new)
        return new

    def after(self, change: Callable[[], object]) -> str:
        """Make a change and return the output that it caused."""
        change()
        return self.until(WAITING)

    def press_ctrl_c(self) -> None:
        """Interrupt all processes of the group, as a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def _new(self) -> str:
        return self._output.read_text(encoding="utf-8")[self._read :]


@pytest.fixture
def watching() -> Iterator[Callable[..., Watching]]:
    """Yield a function that starts a watch; kill the running ones at the end."""
    started: list[Watching] = []

    def start(folder: Path, *arguments: str) -> Watching:
        started.append(Watching(folder, *arguments))
        started[-1].until(WAITING)
        return started[-1]

    yield start
    for watch in started:
        if watch.process.poll() is None:
            os.killpg(watch.process.pid, signal.SIGKILL)
        watch.process.wait()


def checked_modules(report: str) -> list[str]:
    """Return the modules in the table of a report."""
    return re.findall(r"^([a-z]+) .* \d+ of \d+ +[\d.]+ of [\d.]+$", report, re.MULTILINE)


def put(name: str, folder: Path) -> None:
    """Save a file of the reference in a learner's folder."""
    (folder / name).write_bytes((REFERENCE / name).read_bytes())


def test_only_the_checks_of_the_saved_file_run(begun, watching):
    """Each save prints a report of the file's current text, without the other files."""
    watch = watching(begun)
    report = watch.after(lambda: (begun / "losses.py").touch())
    assert "losses.py saved" in report
    assert "(ratio 2)" in report
    assert checked_modules(report) == ["losses"]
    report = watch.after(lambda: put("losses.py", begun))
    assert checked_modules(report) == ["losses"]
    assert "(100 %)" in report
    assert checked_modules(watch.after(lambda: put("activations.py", begun))) == ["activations"]


def test_a_syntax_error_is_a_result_like_any_other(begun, watching):
    """It is shown with its line, and the next save is checked."""
    watch = watching(begun)
    report = watch.after(lambda: write_files(begun, {"losses.py": "def cross_entropy(logits:\n"}))
    assert "losses.py:1" in report
    assert "SyntaxError" in report
    assert "Traceback" not in report
    assert "(100 %)" in watch.after(lambda: put("losses.py", begun))


def test_the_next_save_ends_an_endless_loop(begun, watching):
    """The report is of the newest text, and names the line of the loop."""
    watch = watching(begun)
    write_files(begun, {"layers.py": ENDLESS})
    watch.until("layers.py saved")
    report = watch.after(lambda: put("layers.py", begun))
    assert "layers.py:2 in linear_forward" in report or "layers.py:3 in linear_forward" in report
    assert "(100 %)" in report


def test_code_that_catches_everything_is_ended_too(begun, watching):
    """A loop that cannot be interrupted is killed."""
    stubborn = "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass\n"
    watch = watching(begun)
    write_files(begun, {"layers.py": stubborn})
    watch.until("layers.py saved")
    assert "(100 %)" in watch.after(lambda: put("layers.py", begun))


def test_ctrl_c_stops_the_run_and_then_ends_the_watch(begun, watching):
    """Ctrl-C stops running checks; while the watch waits, it ends it with exit code 0 and no traceback."""
    watch = watching(begun)
    write_files(begun, {"layers.py": ENDLESS})
    watch.until("layers.py saved")
    time.sleep(0.5)  # until the loop runs
    assert "in linear_forward" in watch.after(watch.press_ctrl_c)
    assert "(100 %)" in watch.after(lambda: put("layers.py", begun))
    watch.press_ctrl_c()
    assert watch.process.wait(DEADLINE) == 0
    assert watch.until("") == ""
    assert "Traceback" not in (begun.parent / "output.txt").read_text()


def test_code_that_crashes_python_does_not_end_the_watch(begun, watching):
    """The signal is named, and the next save is checked."""
    watch = watching(begun)
    crash = "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    assert "Segmentation fault" in watch.after(lambda: write_files(begun, {"layers.py": crash}))
    assert "(100 %)" in watch.after(lambda: put("layers.py", begun))


def test_a_helper_module_starts_all_checks_and_is_imported_anew(begun, watching):
    """A file that another one imports concerns all modules; a file without users concerns none."""
    write_files(begun, {"factor.py": "FACTOR = 2\n"})
    losses = (begun / "losses.py").read_text()
    (begun / "losses.py").write_text(
        "from factor import FACTOR\n" + losses.replace("return 2 * loss", "return FACTOR * loss")
    )
    watch = watching(begun)
    assert "(ratio 2)" in watch.after(lambda: (begun / "losses.py").touch())
    write_files(begun, {"scratch.py": "print('not mine')\n"})
    report = watch.after(lambda: write_files(begun, {"factor.py": "FACTOR = 1\n"}))
    assert "scratch" not in report
    assert "(ratio 2)" not in report
    assert set(checked_modules(report)) == {"losses", "activations"}
    assert re.search(r"^not begun: .*layers", report, re.MULTILINE)


def test_editors_that_write_a_new_file_in_place_of_the_old(begun, watching):
    """Renaming over a file, and deleting it and making it anew, are saves."""
    watch = watching(begun)

    def rename_over() -> None:
        shutil.copyfile(REFERENCE / "losses.py", begun / "losses.py___jb_tmp___")
        (begun / "losses.py").rename(begun / "losses.py___jb_old___")
        (begun / "losses.py___jb_tmp___").rename(begun / "losses.py")
        (begun / "losses.py___jb_old___").unlink()

    assert "(100 %)" in watch.after(rename_over)
    deleted = watch.after(lambda: (begun / "losses.py").unlink())
    assert "losses.py deleted" in deleted
    assert "39 to do" in deleted or "to do in losses" in deleted
    assert "(100 %)" in watch.after(lambda: put("losses.py", begun))


def test_printed_output_of_the_first_failure_is_shown(begun, watching):
    """It is shown as by pytest, with the name of the check."""
    watch = watching(begun)
    text = (
        (begun / "losses.py")
        .read_text()
        .replace("return 2 * loss", "print('the shape is', logits.shape); return 2 * loss")
    )
    report = watch.after(lambda: write_files(begun, {"losses.py": text}))
    assert re.search(r"printed in losses/test_\w+.*:\n(.*\n)*the shape is \(", report)


@pytest.mark.parametrize("kind", ["work.py", "work.ipynb"])
def test_one_file_with_all_functions(tmp_path, watching, kind):
    """Only that file is watched, and all checks run."""
    text = "def relu(x):\n    return x * (x > 0)\n"
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    file = write_files(tmp_path / "mine", {kind: notebook if kind.endswith("ipynb") else text}) / kind
    watch = watching(file.parent, kind, "--brief")
    write_files(file.parent, {"other.py": "def relu(x):\n    return x\n"})
    report = watch.after(file.touch)
    assert f"{kind} saved" in report
    assert "other.py" not in report
    assert "activations" in report
    assert "losses" in report


def test_invalid_settings_are_one_line(begun, watching):
    """A submission that cannot be read does not end the watch."""
    watch = watching(begun)
    right = (begun / "pyproject.toml").read_text()
    report = watch.after(lambda: write_files(begun, {"pyproject.toml": "[tool.backproof\n"}))
    assert re.match(r"backproof: .*pyproject.toml is not valid TOML", report)
    assert "activations" in watch.after(lambda: write_files(begun, {"pyproject.toml": right}))


def test_wrong_usage(tmp_path):
    """A missing path is one line and exit code 2."""
    assert_usage_error(backproof("watch", "missing", cwd=tmp_path))


def test_a_breakpoint_is_at_the_learners_terminal(begun):
    """``breakpoint()`` opens a debugger at the terminal that accepts input."""
    with_breakpoint = (begun / "losses.py").read_text().replace("return 2 * loss", "breakpoint(); return 2 * loss")
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "backproof", "watch"],
        cwd=begun,
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    )
    try:
        read_until(terminal, "Ctrl-C ends")
        write_files(begun, {"losses.py": with_breakpoint})
        read_until(terminal, "(Pdb)")
        os.write(terminal, b"p 'it is', 6 * 7\n")
        read_until(terminal, "('it is', 42)")
        put("losses.py", begun)
        read_until(terminal, "(100 %)")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(terminal)
        os.close(other_end)


def read_until(terminal: int, text: str) -> None:
    """Read from a terminal up to a text."""
    seen, deadline = "", time.monotonic() + DEADLINE
    while text not in seen:
        assert time.monotonic() < deadline, seen
        seen += os.read(terminal, 4096).decode(errors="replace")
