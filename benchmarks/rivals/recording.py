"""What the suite does, for graders that know no property: the calls of each check, and the reference's answers."""

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
# Statistical checks draw samples that are larger; no value of theirs is compared.
LARGEST_ANSWER = 2**16


class Suite(NamedTuple):
    """What was recorded: the ids of the checks, how many calls they make, and how many of them are in the file."""

    checks: list[str]
    calls: int
    replayed: int


class Recording:
    """Notes every call of the reference in a grade, by check.

    A call is the function's name, the arguments, whether they were refused, and the answer, which is empty if it is
    not to be compared; both are pickled. Calls with functions as arguments cannot be, and are only counted.
    """

    def __init__(self) -> None:
        self.checks: dict[str, list[tuple[str, bytes, bool, bytes]]] = {}
        self.calls = 0
        self._running: list[tuple[str, bytes, bool, bytes]] = []

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Nothing is to be noted yet."""

    def finished(self, result: CheckResult) -> None:
        """Keep the calls since the last check as those of this one."""
        self.checks[result.id], self._running = self._running, []

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, which notes its calls."""

        @wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            arguments, is_refused, answer = pickled((args, kwargs)), True, None
            try:
                answer = function(*args, **kwargs)
                is_refused = False
            finally:
                if arguments:
                    self._running.append((name, arguments, is_refused, pickled(answer, LARGEST_ANSWER)))
            return answer

        return recorded


def pickled(value: Any, most_bytes: float = float("inf")) -> bytes:
    """Return the value as bytes: none if it cannot be pickled, or is too large."""
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
