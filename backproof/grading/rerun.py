"""Run checks after each save: modules to check, the output of the first failure, a run that can be stopped."""

import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from backproof.plugin.outcomes import result_in
from backproof.submission import Source
from backproof.submission.files import SETTINGS

# On other systems a process that uses the system's libraries cannot be forked safely, or not at all.
CAN_FORK = sys.platform == "linux"
# A run that is interrupted has so long to end; then it is killed.
PATIENCE_SECONDS = 0.5


def modules_to_check(changed: Path, source: Source, modules: Sequence[str]) -> list[str]:
    """Return the modules that a changed file concerns: those that it holds, or all if they share the file."""
    own = [module for module in modules if source.module_file(module) == changed]
    return own or (list(modules) if _is_shared(changed, source) else [])


def _is_shared(file: Path, source: Source) -> bool:
    """Return whether a file is the whole submission, its settings, or a helper that another file names."""
    if file in (source.path, source.root / SETTINGS):
        return True
    name = file.parent.name if file.name == "__init__.py" else file.stem
    word = re.compile(rf"\b{re.escape(name)}\b".encode())
    return file.suffix == ".py" and any(
        word.search(text) for other, text in source.files.texts.items() if other != file
    )


class PrintedOutput:
    """A plugin of pytest that stores the output of the learner's code in the first check that did not pass."""

    def __init__(self) -> None:
        self.check = ""
        self.text = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Store the output of the first failure that has any."""
        result = result_in(report)
        if result is not None and report.failed and not self.text:
            self.check, self.text = result.id, report.capstdout


class ForkedRun:
    """A run in a child process, which shares the terminal with its parent.

    The child starts with all that the parent has imported, and with nothing of the submission.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._terminal = _terminal_settings()
        self._status: int | None = None
        self._child = os.fork()
        if self._child == 0:
            _work_and_exit(work)

    def has_ended(self) -> bool:
        """Return whether the child has ended."""
        if self._status is None:
            child, status = os.waitpid(self._child, os.WNOHANG)
            self._status = status if child else None
        return self._status is not None

    @property
    def signal_that_ended_it(self) -> str:
        """The name of the signal that ended the child; empty if none did."""
        if self._status is None or not os.WIFSIGNALED(self._status):
            return ""
        return signal.strsignal(os.WTERMSIG(self._status)) or "a signal"

    def stop(self) -> None:
        """Interrupt the child, so that it can report where it was; kill it if it does not end."""
        begin = time.monotonic()
        if not self.has_ended():
            os.kill(self._child, signal.SIGINT)
        while not self.has_ended():
            if time.monotonic() - begin > PATIENCE_SECONDS:
                os.kill(self._child, signal.SIGKILL)
                self._status = os.waitpid(self._child, 0)[1]
            time.sleep(0.005)
        _restore_terminal(self._terminal)


def _work_and_exit(work: Callable[[], None]) -> NoReturn:
    """Do the work and end this process, without the parent's clean-up at exit."""
    signal.signal(signal.SIGINT, _interrupt_once)
    try:
        work()
    except KeyboardInterrupt:
        pass
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's code
        traceback.print_exc(file=sys.__stderr__)
    finally:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        os._exit(0)


def _interrupt_once(*_: object) -> None:
    """Interrupt this process, and ignore the second signal: Ctrl-C comes from the terminal and from the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _terminal_settings() -> list[Any] | None:
    """Return the settings of the terminal: a debugger changes them, and cannot restore them when it is killed."""
    import termios

    return termios.tcgetattr(0) if os.isatty(0) else None


def _restore_terminal(settings: list[Any] | None) -> None:
    import termios

    if settings is not None:
        termios.tcsetattr(0, termios.TCSADRAIN, settings)
