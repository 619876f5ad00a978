"""Call batches: several calls of one function, of which a later one may take the results of earlier ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.contract import FunctionSpec
from backproof.problems import Problem

CallBatch = Sequence[Mapping[str, Any]]


class ResultOf:
    """An argument that is a part of the result of an earlier call of the same batch, times a factor if there is one.

    Parameters
    ----------
    call : int
        Index of the earlier call in the batch.
    part : int
        Index of the part in the returned tuple.
    factor : array, optional
        Multiplies the part, in its precision: so the gradient of a quadratic function follows the parameter.
    """

    # Not a dataclass: the channel's codec would take it for one of its messages.
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
    """Return arguments with the results of earlier calls in place of each :class:`ResultOf`."""
    return {
        name: value.of(results[value.call][value.part]) if isinstance(value, ResultOf) else value
        for name, value in arguments.items()
    }


def one_by_one(
    call: Callable[[FunctionSpec, Mapping[str, Any]], Any], spec: FunctionSpec, batch: CallBatch
) -> Iterator[Any]:
    """Make one call after the other, each when its result is requested; yield the result, or the problem instead."""
    results: list[Any] = []
    for arguments in batch:
        try:
            results.append(call(spec, with_results(arguments, results)))
        except Problem as problem:
            results.append(problem)
        yield results[-1]
