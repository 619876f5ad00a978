"""Calls from a check to the submission, remembered so that a failure can be pasted and replayed."""

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

_recording: ContextVar[bool] = ContextVar("recording", default=True)

# Larger arrays would terminate the rest of a counterexample; checks keep theirs below this, or constant.
MOST_ELEMENTS = 300
# A replay shows the calls that led to the failure; of a long loop the last few are enough.
LONGEST_LOG = 6


@dataclass(eq=False)
class Call:
    """One call.

    Attributes
    ----------
    spec : FunctionSpec
    arguments : dict
        As the check gave them.
    snapshots : dict
        The same, with copies of the arrays that are small enough to be printed.
    generator_states : dict
        For each argument that is a generator, its state before the call.
    states_after : dict
        The same after the call, if it returned.
    returned : object
        As the check got it; None if the call raised.
    broken : str
        How the result broke the contract, if it did.
    changed : list of str or None
        The arguments that the call changed in place, where that was asked for.
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
        """Note a call, unless :func:`unrecorded` is in force."""
        if _recording.get():
            self.calls = [*self.calls[1 - LONGEST_LOG :], call]

    def clear(self) -> None:
        """Forget everything: a new example begins."""
        self.calls = []


@contextmanager
def unrecorded() -> Iterator[None]:
    """Leave the calls made in this block out of the counterexample: probes around the call that matters."""
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class Graded(Protocol):
    """What is graded now, and by which check: both change, and the functions stay."""

    @property
    def submission(self) -> Submission:
        """Whose functions are called."""

    @property
    def log(self) -> CallLog:
        """Where the calls of the check are noted."""


@dataclass(frozen=True)
class OneCheck:
    """A submission and a log that stay."""

    submission: Submission
    log: CallLog


class ContractFunction:
    """A function of the contract, as a check calls it: the fixture of that name.

    Arguments and results are NumPy arrays whatever the submission works on. What comes back has been held against
    the contract: as many parts, of the kinds and shapes that the template's docstring tells.
    """

    def __init__(self, spec: FunctionSpec, grade: Graded) -> None:
        self.spec = spec
        self._grade = grade

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the submission's function.

        Raises
        ------
        Problem
            If it is not implemented, raises, or breaks the contract.
        """
        arguments = self.spec.named(args, kwargs)
        call = self._note(arguments)
        return _finished(call, self._grade.submission.call(self.spec, arguments))

    def each(self, batch: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        """Call the submission's function with one set of arguments after the other, and yield the results.

        The calls of a batch reach a confined submission together, in a fraction of the time that they take alone.
        An argument may be :class:`~backproof.submission.ResultOf`, a part of what an earlier call returned.

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
        for call, answer in self._answers(batch, results, self._grade.submission.call_batch):
            results.append(_finished(call, answer))
            yield results[-1]

    def of(self, arguments: Callable[[Any], Mapping[str, Any]], part: int | None = None) -> "FunctionOfOne":
        """Return the function as one of a single value.

        Parameters
        ----------
        arguments : callable
            Returns the arguments of a call by name, given the value.
        part : int, optional
            The part of what is returned that counts.
        """
        return FunctionOfOne(self, arguments, part)

    def with_global_seed(self, seed: int, **kwargs: Any) -> tuple[Any, bool]:
        """Seed the global generators and call the function; return its result, and whether it left them alone."""
        arguments = self.spec.named((), kwargs)
        call = self._note(arguments)
        returned, is_left_alone = self._grade.submission.call_with_global_seed(self.spec, arguments, seed)
        return _finished(call, returned), is_left_alone

    def module(self, *args: Any, seed: int, **kwargs: Any) -> Any:
        """Seed the global generators, call the function, and return the torch module that it made."""
        self._grade.submission.seed_global_generators(seed)
        return self._grade.submission.module(self(*args, **kwargs))

    def changed_arguments(self, *args: Any, **kwargs: Any) -> list[str]:
        """Call the function and return the names of the arguments that it changed in place."""
        arguments = self.spec.named(args, kwargs)
        call = self._note(arguments)
        call.changed = self._grade.submission.changed_arguments(self.spec, arguments)
        return call.changed

    def warnings(self, *args: Any, **kwargs: Any) -> list[str]:
        """Call the function and return the warnings that it gave."""
        arguments = self.spec.named(args, kwargs)
        self._note(arguments)
        return self._grade.submission.warnings(self.spec, arguments)

    def exception(self, *args: Any, **kwargs: Any) -> SubmissionRaised | None:
        """Call the function with bad arguments and return what it raised, or None if it returned anything."""
        return next(self.exceptions([self.spec.named(args, kwargs)]))

    def exceptions(self, batch: Iterable[Mapping[str, Any]]) -> Iterator[SubmissionRaised | None]:
        """Call the function with bad arguments, and yield what each call raised, or None if it returned anything."""
        for _, answer in self._answers(batch, (), self._grade.submission.attempt_batch):
            if isinstance(answer, Problem) and answer.outcome in ("todo", "timeout"):
                raise answer
            yield answer if isinstance(answer, SubmissionRaised) else None

    def __repr__(self) -> str:
        return f"<{self.spec}>"

    def _answers(
        self,
        batch: Iterable[Mapping[str, Any]],
        results: Sequence[Any],
        each: Callable[[FunctionSpec, CallBatch], Iterator[Any]],
    ) -> Iterator[tuple[Call, Any]]:
        """Yield each call of a batch and what ``each`` says that it came to; ``results`` are those of earlier ones."""
        named = [self.spec.named((), arguments) for arguments in batch]
        answers = each(self.spec, named)
        for arguments in named:
            call = self._note(with_results(arguments, results))
            yield call, next(answers)

    def _note(self, arguments: dict[str, Any]) -> Call:
        call = Call(self.spec, dict(arguments), _snapshot(arguments), _generator_states(arguments))
        self._grade.log.add(call)
        return call


class FunctionOfOne:
    """A function of the contract as one of a single value, at one or at many of which it can be evaluated."""

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
        """Yield the function's value at one after the other, as :meth:`ContractFunction.each` does."""
        for result in self._function.each(map(self._arguments, values)):
            yield result if self._part is None else result[self._part]


def _finished(call: Call, answer: Any) -> Any:
    """Return what a call returned, held against the contract, and note it; raise the problem if it came to one."""
    if isinstance(answer, Problem):
        raise answer
    try:
        returned = verified(call.spec, answer, call.arguments)
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
