"""Calls from a check to the submission, recorded so that a failure can be pasted and replayed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from backproof.contract import FunctionSpec, verified
from backproof.problems import ContractBroken, Problem, SubmissionRaised
from backproof.submission import Opaque, Submission
from backproof.submission.call_batch import CallBatch, with_results

BatchMethod = Callable[[FunctionSpec, CallBatch], Iterator[Any]]

_recording: ContextVar[bool] = ContextVar("recording", default=True)

# A larger array would hide the rest of a counterexample; checks keep theirs below this size, or constant.
MOST_ELEMENTS = 300
# A replay shows the calls before the failure; of a long loop the last few are enough.
LONGEST_LOG = 6


@dataclass(eq=False)
class Call:
    """One call.

    Attributes
    ----------
    arguments : dict
        As the check passed them.
    snapshots : dict
        The same, with copies of the arrays that are small enough to print.
    generator_states : dict
        The state of each generator among the arguments, before the call.
    states_after : dict
        The same after the call, if it returned.
    returned : object
        As the check received it; None if the call raised.
    broken : str
        How the result broke the contract, if it did.
    changed : list of str or None
        The arguments that the call changed in place; None if not measured.
    """

    spec: FunctionSpec
    arguments: dict[str, Any]
    snapshots: dict[str, Any]
    generator_states: dict[str, Mapping[str, Any]]
    states_after: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    returned: Any = None
    broken: str = ""
    changed: list[str] | None = None


class CallLog:
    """The last calls of one check."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Record a call, except in a block of :func:`unrecorded`."""
        if _recording.get():
            self.calls = [*self.calls[1 - LONGEST_LOG :], call]

    def clear(self) -> None:
        """Remove all calls before a new example."""
        self.calls = []


@contextmanager
def unrecorded() -> Iterator[None]:
    """Omit the calls of this block from the counterexample: probes around the relevant call."""
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class CallContext(Protocol):
    """The current submission and the log of the current check; both change while the functions stay."""

    @property
    def submission(self) -> Submission:
        """The submission whose functions are called."""

    @property
    def log(self) -> CallLog:
        """The log of the check's calls."""


@dataclass(frozen=True)
class FixedContext:
    """A context whose submission and log do not change."""

    submission: Submission
    log: CallLog


class ContractFunction:
    """A function of the contract, as a check calls it: the fixture of that name.

    Arguments and results are NumPy arrays, also for submissions in PyTorch. The result is verified against the
    contract: the number of its parts, and their kinds and shapes in the template's docstring.
    """

    def __init__(self, spec: FunctionSpec, context: CallContext) -> None:
        self.spec = spec
        self._context = context

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the submission's function.

        Raises
        ------
        Problem
            If it is not implemented, raises, or breaks the contract.
        """
        arguments = self.spec.named(args, kwargs)
        call = self._record(arguments)
        return _checked_result(call, self._context.submission.call(self.spec, arguments))

    def each(self, batch: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        """Call the submission's function with one set of arguments after the other, and yield the results.

        A confined submission receives the calls of a batch together, in a fraction of the time of single calls.
        An argument may be :class:`~backproof.submission.ResultOf`, a part of the result of an earlier call.

        Parameters
        ----------
        batch : iterable of mapping
            The arguments of each call by name.

        Raises
        ------
        Problem
            At the first call that is not implemented, raises, or breaks the contract.
        """
        results: list[Any] = []
        for call, reply in self._replies(batch, results, self._context.submission.call_batch):
            results.append(_checked_result(call, reply))
            yield results[-1]

    def of(self, arguments: Callable[[Any], Mapping[str, Any]], part: int | None = None) -> "SingleValueFunction":
        """Return the function as a function of a single value.

        Parameters
        ----------
        arguments : callable
            Returns the arguments of a call by name, given the value.
        part : int, optional
            The part of the result to return; all of it by default.
        """
        return SingleValueFunction(self, arguments, part)

    def with_global_seed(self, seed: int, **kwargs: Any) -> tuple[Any, bool]:
        """Seed the global generators and call the function; return its result, and whether their state is unchanged."""
        arguments = self.spec.named((), kwargs)
        call = self._record(arguments)
        returned, is_left_alone = self._context.submission.call_with_global_seed(self.spec, arguments, seed)
        return _checked_result(call, returned), is_left_alone

    def module(self, *args: Any, seed: int, **kwargs: Any) -> Any:
        """Seed the global generators, call the function, and return its torch module."""
        self._context.submission.seed_global_generators(seed)
        return self._context.submission.module(self(*args, **kwargs))

    def changed_arguments(self, *args: Any, **kwargs: Any) -> list[str]:
        """Call the function and return the names of the arguments that it changed in place."""
        arguments = self.spec.named(args, kwargs)
        call = self._record(arguments)
        call.changed = self._context.submission.changed_arguments(self.spec, arguments)
        return call.changed

    def warnings(self, *args: Any, **kwargs: Any) -> list[str]:
        """Call the function and return its warnings."""
        arguments = self.spec.named(args, kwargs)
        self._record(arguments)
        return self._context.submission.warnings(self.spec, arguments)

    def exception(self, *args: Any, **kwargs: Any) -> SubmissionRaised | None:
        """Call the function with bad arguments and return its exception, or None if it returned anything."""
        return next(self.exceptions([self.spec.named(args, kwargs)]))

    def exceptions(self, batch: Iterable[Mapping[str, Any]]) -> Iterator[SubmissionRaised | None]:
        """Call the function with bad arguments, and yield each exception, or None for a call that returned."""
        for _, reply in self._replies(batch, (), self._context.submission.attempt_batch):
            if isinstance(reply, Problem) and reply.outcome in ("todo", "timeout"):
                raise reply
            yield reply if isinstance(reply, SubmissionRaised) else None

    def __repr__(self) -> str:
        return f"<{self.spec}>"

    def _replies(
        self, batch: Iterable[Mapping[str, Any]], results: Sequence[Any], send: BatchMethod
    ) -> Iterator[tuple[Call, Any]]:
        """Yield each call of a batch and its reply from ``send``; ``results`` are those of earlier calls."""
        named = [self.spec.named((), arguments) for arguments in batch]
        replies = send(self.spec, named)
        for arguments in named:
            call = self._record(with_results(arguments, results))
            yield call, next(replies)

    def _record(self, arguments: dict[str, Any]) -> Call:
        call = Call(self.spec, dict(arguments), _snapshot(arguments), _generator_states(arguments))
        self._context.log.add(call)
        return call


class SingleValueFunction:
    """A function of the contract as a function of a single value, for one value or for many."""

    def __init__(
        self, function: ContractFunction, arguments: Callable[[Any], Mapping[str, Any]], part: int | None
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._part = part

    def __call__(self, value: Any) -> Any:
        """Return the function's value."""
        return next(self.each([value]))

    def each(self, values: Iterable[Any]) -> Iterator[Any]:
        """Yield the function's value at each of ``values``, as :meth:`ContractFunction.each` does."""
        for result in self._function.each(map(self._arguments, values)):
            yield result if self._part is None else result[self._part]


def _checked_result(call: Call, reply: Any) -> Any:
    """Return the result of a call, verified against the contract, and record it; raise the reply if it is a problem."""
    if isinstance(reply, Problem):
        raise reply
    try:
        returned = verified(call.spec, reply, call.arguments)
    except ContractBroken as problem:
        call.broken = problem.message
        raise
    call.returned = returned
    call.states_after = {name: call.arguments[name].bit_generator.state for name in call.generator_states}
    for part in returned if isinstance(returned, tuple) else ():
        if isinstance(part, Opaque):
            part.maker = call
    return returned


def _generator_states(arguments: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    generators = {name: value for name, value in arguments.items() if isinstance(value, np.random.Generator)}
    return {name: rng.bit_generator.state for name, rng in generators.items()}


def _snapshot(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.size <= MOST_ELEMENTS:
        return value.copy()
    return {key: _snapshot(item) for key, item in value.items()} if isinstance(value, dict) else value
