"""The interface of a submission to the checks, whichever process its functions run in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from backproof.contract import FunctionSpec
from backproof.problems import Isolation
from backproof.submission.call_batch import CallBatch
from backproof.submission.source import Source

if TYPE_CHECKING:
    from torch.nn import Module


class Submission(Protocol):
    """Calls the functions of a submission by their contract names.

    Every method may raise a :class:`~backproof.problems.Problem`: an error of the submission.
    """

    source: Source
    isolation: Isolation

    @property
    def confinement(self) -> str:
        """A description of the confinement; empty where there is none."""

    def begin_check(self) -> None:
        """Start a new check."""
        return

    def outcome_of_same_replies(self, check: str, functions: Sequence[FunctionSpec]) -> Any:  # noqa: ARG002
        """Return a check's outcome for another submission with the same replies; None if the check must run."""
        return None

    def store_replies(self, check: str, outcome: Any) -> None:  # noqa: ARG002
        """Store the outcome of a passed check with the replies, for other submissions with the same replies."""
        return

    def find(self, spec: FunctionSpec) -> object:
        """Make sure that the function exists."""

    def call(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function with copies of the arguments; arrays of the result are copies too."""

    def call_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Call a function with one set of arguments after the other; yield each result, or the problem instead."""

    def attempt_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Do the same with arguments that should be refused: an exception is reported by type and message alone."""

    def call_with_global_seed(self, spec: FunctionSpec, arguments: Mapping[str, Any], seed: int) -> tuple[Any, bool]:
        """Seed every global generator and call a function; return its result, and whether their state is unchanged."""

    def module(self, returned: Any) -> "Module":
        """Return the torch module that a function returned."""

    def changed_arguments(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the names of the arguments that it changed in place."""

    def warnings(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the texts of its warnings."""

    def seed_global_generators(self, seed: int) -> None:
        """Seed every global generator that the submission could reach."""

    def close(self) -> None:
        """End the submission: no call follows."""
        return
