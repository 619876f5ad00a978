"""Several calls of one function, the later of which may take what the earlier ones returned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.contract import FunctionSpec
from backproof.problems import Problem

CallBatch = Sequence[Mapping[str, Any]]


class ResultOf:
    """An argument that is a part of what an earlier call of the same batch returned, times a factor if there is one.

    Parameters
    ----------
    call : int
        Its place in the batch.
    part : int
        The part's place in the tuple that it returned.
    factor : array, optional
        Multiplies it, and has its precision: so the gradient of a bowl follows the parameter.
    """

    # No dataclass: the channel's codec would take it for a message of its own.
    def __init__(self, call: int, part: int, factor: np.ndarray | None = None) -> None:
        self.call = call
        self.part = part
        self.factor = factor

    def of(self, part: Any) -> Any:
        """Return the argument, given the part."""
        if self.factor is None or not isinstance(part, np.ndarray):
            return part
        return self.factor.astype(part.dtype) * part


def with_results(arguments: Mapping[str, Any], results: Sequence[Any]) -> dict[str, Any]:
    """Return arguments with what earlier calls returned where that was asked for."""
    return {
        name: value.of(results[value.call][value.part]) if isinstance(value, ResultOf) else value
        for name, value in arguments.items()
    }


def one_by_one(
    call: Callable[[FunctionSpec, Mapping[str, Any]], Any], spec: FunctionSpec, batch: CallBatch
) -> Iterator[Any]:
    """Make one call after the other, each when it is asked for; yield its result, or the problem that it came to."""
    results: list[Any] = []
    for arguments in batch:
        try:
            results.append(call(spec, with_results(arguments, results)))
        except Problem as problem:
            results.append(problem)
        yield results[-1]
