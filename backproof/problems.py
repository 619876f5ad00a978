"""What can go wrong with a submission, each with the outcome that a check gets from it."""

from typing import ClassVar, Literal
from unittest import SkipTest

Outcome = Literal["passed", "failed", "todo", "error", "timeout"]


class UsageProblem(Exception):
    """The command cannot be carried out as given; the message is one line that names the thing and the remedy."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback."""
        return [f"backproof: {self}"]


class GraderFault(Exception):
    """The grader itself could not run; the submission is not to blame."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback."""
        return [f"backproof: the grader could not run: {self}"]


class Problem(Exception):
    """Why a check did not pass.

    Attributes
    ----------
    message : str
        What a learner reads.
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
    """A function is missing, or raises NotImplementedError: the check is to do.

    A ``SkipTest``, since Hypothesis does not look for a smaller example of one.
    """

    outcome = "todo"


class SubmissionRaised(Problem):
    """The submission raised.

    Attributes
    ----------
    exception_types : tuple of str
        Names of the exception's class and of its bases, nearest first: names, since the class itself may belong to
        another process.
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
    """A function has another signature, or returned something of another kind or shape, than the contract says."""

    outcome = "failed"


class WrongSignature(ContractBroken):
    """A function cannot be called as the contract says."""


class NoAnswer(Problem, SkipTest):
    """The submission did not answer in time, or its process died.

    A ``SkipTest``, since Hypothesis does not try on then: each try would take as long.
    """

    outcome = "timeout"


class PropertyViolated(Problem, AssertionError):
    """A property does not hold."""

    outcome = "failed"
