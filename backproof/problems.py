"""Errors: of usage, of the grader, and of a submission, each with the outcome of the check that it ends."""

from typing import ClassVar, Literal
from unittest import SkipTest

Outcome = Literal["passed", "failed", "todo", "error", "timeout"]
Isolation = Literal["confined", "local"]


class UsageProblem(Exception):
    """The command cannot be carried out as given; the message is one line with the cause and the remedy."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows in place of a traceback."""
        return [f"backproof: {self}"]


class GraderFault(Exception):
    """The grader itself could not run: this is no fault of the submission."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows in place of a traceback."""
        return [f"backproof: the grader could not run: {self}"]


class Problem(Exception):
    """Why a check did not pass.

    Attributes
    ----------
    message : str
        The text for the learner.
    expected, got : str
        The two sides of a mismatch, or empty.
    """

    outcome: ClassVar[Outcome]

    def __init__(self, message: str, *, expected: str = "", got: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.got = got


class NotYetImplemented(Problem, SkipTest):
    """A function is missing or not implemented. A ``SkipTest``, for which Hypothesis searches no smaller example."""

    outcome = "todo"


class SubmissionRaised(Problem):
    """The submission raised.

    Attributes
    ----------
    exception_types : tuple of str
        Names of the exception's class and of its bases, nearest first; the class may exist in another process only.
    exception_message : str
        ``str(exception)``.
    """

    outcome = "error"

    def __init__(self, message: str, *, exception_types: tuple[str, ...], exception_message: str) -> None:
        super().__init__(message, got=f"{exception_types[0]}: {exception_message}")
        self.exception_types = exception_types
        self.exception_message = exception_message


class NotImportable(Problem):
    """A file of the submission could not be read or imported."""

    outcome = "error"


class ContractBroken(Problem):
    """A function has another signature, or returned a value of another kind or shape, than in the contract."""

    outcome = "failed"


class WrongSignature(ContractBroken):
    """A function does not allow every call of the contract."""


class NoReply(Problem, SkipTest):
    """No reply in time, or the process ended. A ``SkipTest``: Hypothesis stops, as each example would take as long."""

    outcome = "timeout"


class PropertyViolated(Problem, AssertionError):
    """A property does not hold."""

    outcome = "failed"
