"""What a submission is to the checks, wherever its functions run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from backproof.contract import FunctionSpec
from backproof.submission.call_batch import CallBatch
from backproof.submission.source import Source

if TYPE_CHECKING:
    from torch.nn import Module


class Submission(Protocol):
    """Calls the functions of a submission by their contract names.

    Every method may raise a :class:`~backproof.problems.Problem`, which is the submission's fault.
    """

    source: Source
    isolation: Literal["confined", "local"]

    @property
    def confinement(self) -> str:
        """How it is confined, in words; empty where it is not."""

    def begin_check(self) -> None:
        """Hear that another check begins."""

    def outcome_of_same_replies(self, check: str, functions: Sequence[FunctionSpec]) -> Any:
        """Return what came of a check for others that answered as this one does; None if it must run."""

    def store_replies(self, check: str, outcome: Any) -> None:
        """Hear that a check was passed, and what came of it: others may answer the same."""

    def find(self, spec: FunctionSpec) -> object:
        """Make sure that there is such a function."""

    def call(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function with copies of the arguments; arrays of the result are copies too."""

    def call_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Call a function with one set of arguments after the other; yield each result, or the problem instead."""

    def attempt_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Do the same with arguments that should be refused: of an exception the type and message are told alone."""

    def call_with_global_seed(self, spec: FunctionSpec, arguments: Mapping[str, Any], seed: int) -> tuple[Any, bool]:
        """Seed every global generator and call a function; return its result, and whether it left them alone."""

    def module(self, returned: Any) -> "Module":
        """Return the torch module that a function returned."""

    def changed_arguments(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the names of the arguments that it changed in place."""

    def warnings(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the texts of the warnings that it gave."""

    def seed_global_generators(self, seed: int) -> None:
        """Seed every global generator that the submission could reach."""

    def close(self) -> None:
        """Hear that nothing more will be asked."""
