"""The files that a grade is left in: whenever the grader ends, and however, each holds a whole result."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from backproof.problems import GraderFault, UsageProblem
from backproof.result import DID_NOT_FINISH, CheckResult, Failure, Grade, with_checks

# How long to wait before what is known so far is written again.
SECONDS = 1.0
# Stands for the checks until it is known which there are.
GRADER = CheckResult(
    id="grader",
    module="grader",
    functions=[],
    property="The grader finishes.",
    outcome="error",
    points=0.0,
    max_points=0.0,
    seconds=0.0,
    failure=Failure(DID_NOT_FINISH),
)

Writer = Callable[[Grade], str | bytes]


class ResultFiles:
    """Writes zeros before the submission runs, the points so far while it does, and the grade at the end.

    Hears how a run goes on, as ``backproof.runner.Progress``.

    Parameters
    ----------
    writers : mapping of Path to function
        What to write to each file.
    ungraded : Grade
        The grade before any check.

    Raises
    ------
    UsageProblem
        If a file cannot be written.
    """

    def __init__(self, writers: Mapping[Path, Writer], ungraded: Grade) -> None:
        for file in writers:
            _refuse_bad_target(file)
        self._writers = writers
        self._ungraded = ungraded
        self._results: dict[str, CheckResult] = {}
        self.write(with_checks(ungraded, [GRADER]))

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Write zeros for all checks."""
        self._results = {check.id: check for check in unfinished}
        self._write_so_far()

    def finished(self, result: CheckResult) -> None:
        """Write the points so far, now and then."""
        self._results[result.id] = result
        if time.monotonic() - self._written > SECONDS:
            self._write_so_far()

    def write(self, grade: Grade) -> None:
        """Write a grade to all files."""
        contents = {file: writer(grade) for file, writer in self._writers.items()}
        for file, content in contents.items():
            _write_whole(file, content)

    def _write_so_far(self) -> None:
        self.write(with_checks(self._ungraded, list(self._results.values())))
        self._written = time.monotonic()


def _refuse_bad_target(file: Path) -> None:
    """Find out before the grade whether its result can be written."""
    if file.is_dir():
        raise UsageProblem(f"{file} is a folder; name a file to write the result to")
    if file.exists() and not file.is_file():
        raise UsageProblem(f"{file} is no ordinary file; name a file to write the result to")
    if not file.parent.is_dir():
        raise UsageProblem(f"{file.parent} does not exist; make it first, or name another file")
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise UsageProblem(f"nothing can be written to {file.parent}: {error.strerror}") from error


def _write_whole(file: Path, content: str | bytes) -> None:
    """Write to a temporary name and rename: a reader never sees half a result."""
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
            temporary.write(content.encode() if isinstance(content, str) else content)
        Path(temporary.name).chmod(0o666 & ~_umask())
        Path(temporary.name).replace(file)
    except OSError as error:
        raise GraderFault(f"{file} could not be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
