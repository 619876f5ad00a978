"""A recording of the suite for graders without properties: the calls of each check, and the reference's results."""

import pickle
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.result import CheckResult
from backproof.submission import LocalSubmission

TOP = Path(__file__).resolve().parents[2]
# Samples of statistical checks are larger, and are not compared.
LARGEST_RESULT = 2**16


class Suite(NamedTuple):
    """The ids of the checks, the number of their calls, and the number of recorded calls."""

    checks: list[str]
    calls: int
    replayed: int


class Recording:
    """Records every call of the reference in a grade, by check.

    A call is the function's name, the pickled arguments, whether they were refused, and the pickled result, which is
    empty if it is not to be compared. Calls with functions as arguments cannot be pickled, and are only counted.
    """

    def __init__(self) -> None:
        self.checks: dict[str, list[tuple[str, bytes, bool, bytes]]] = {}
        self.calls = 0
        self._running: list[tuple[str, bytes, bool, bytes]] = []

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Do nothing: there are no calls yet."""

    def finished(self, result: CheckResult) -> None:
        """Store the calls since the last check as those of this one."""
        self.checks[result.id], self._running = self._running, []

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, recording its calls."""

        @wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            arguments, is_refused, result = pickled((args, kwargs)), True, None
            try:
                result = function(*args, **kwargs)
                is_refused = False
            finally:
                if arguments:
                    self._running.append((name, arguments, is_refused, pickled(result, LARGEST_RESULT)))
            return result

        return recorded


def pickled(value: Any, most_bytes: float = float("inf")) -> bytes:
    """Return the pickled value, or no bytes if it cannot be pickled or is too large."""
    try:
        data = pickle.dumps(value)
    except (AttributeError, TypeError, pickle.PicklingError):
        return b""
    return data if len(data) <= most_bytes else b""


def record_suite(file: Path, seed: int = 0) -> Suite:
    """Write the calls of all checks into a file for ``replay.py``."""
    submission, assignment, contract = load_submission(TOP / "reference")
    assert isinstance(submission, LocalSubmission)
    recording = Recording()
    specs = [contract.functions[name] for name in assignment.graded_functions(contract)]
    replacements = {spec.name: recording.of(spec.name, submission.find(spec)) for spec in specs}
    grade(LocalSubmission(submission.source, replacements), assignment, contract, seed=seed, progress=[recording])
    file.write_bytes(pickle.dumps(list(recording.checks.items())))
    return Suite(list(recording.checks), recording.calls, sum(map(len, recording.checks.values())))
