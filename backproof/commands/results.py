"""The result files of a grade: each holds a whole result at any moment, however the grader ends."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from backproof.files import refuse_bad_target, write_atomically
from backproof.result import DID_NOT_FINISH, CheckResult, Failure, Grade, with_checks

# Between two writes of the points so far.
SECONDS = 1.0
# The only result until the checks are collected.
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

    A progress listener, see ``backproof.grading.runner.Progress``.

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
            refuse_bad_target(file)
        self._writers = writers
        self._ungraded = ungraded
        self._results: dict[str, CheckResult] = {}
        self.write(with_checks(ungraded, [GRADER]))

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Write zeros for all checks."""
        self._results = {check.id: check for check in unfinished}
        self._write_so_far()

    def finished(self, result: CheckResult) -> None:
        """Write the points so far, at most once in ``SECONDS``."""
        self._results[result.id] = result
        if time.monotonic() - self._written > SECONDS:
            self._write_so_far()

    def write(self, grade: Grade) -> None:
        """Write a grade to all files."""
        contents = {file: writer(grade) for file, writer in self._writers.items()}
        for file, content in contents.items():
            write_atomically(file, content)

    def _write_so_far(self) -> None:
        self.write(with_checks(self._ungraded, list(self._results.values())))
        self._written = time.monotonic()
