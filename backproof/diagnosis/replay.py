"""Replay a check's calls on the reference, with or without a misconception in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.contract import verified
from backproof.diagnosis.difference import elements
from backproof.problems import ContractBroken, Problem
from backproof.submission import LocalSubmission, Opaque
from backproof.testing.calls import Call

# Of the fifty steps of an optimiser, each of which passes its state to the next, the first ones suffice.
LONGEST_CHAIN = 12
# A function that draws so many right numbers at once, as weights of a given shape, does so the next time, too.
MANY_DRAWS = 1000


class ReplayError(Exception):
    """The call cannot be replayed, or raises."""


class Replay:
    """Replays calls on one submission; a cache or state is made by replaying the call that made it.

    Parameters
    ----------
    submission : LocalSubmission
        It must be trusted.
    """

    def __init__(self, submission: LocalSubmission) -> None:
        self._submission = submission
        self._results: dict[int, Any] = {}

    def outcome(self, call: Call) -> Any:
        """Return what can be compared: the result, how it breaks the contract, or the changed arguments.

        Raises
        ------
        ReplayError
            If the call cannot be replayed, or raises.
        """
        if call.changed is not None:
            return self._submission.changed_arguments(call.spec, self._arguments(call))
        try:
            return self.result(call)
        except ContractBroken as problem:
            return problem.message

    def result(self, call: Call) -> Any:
        """Return the result of the replayed call.

        Raises
        ------
        ReplayError
        ContractBroken
        """
        if id(call) not in self._results:
            arguments = self._arguments(call)
            try:
                returned = verified(call.spec, self._submission.call(call.spec, arguments), arguments)
            except ContractBroken:
                raise
            except (Problem, ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
                # A function of the check may raise the other kinds: it is called with other values now.
                raise ReplayError(str(error)) from error
            self._results[id(call)] = returned
        return self._results[id(call)]

    def _arguments(self, call: Call) -> dict[str, Any]:
        return {name: self._argument(call, name) for name in call.arguments}

    def _argument(self, call: Call, name: str) -> Any:
        value = call.snapshots[name]
        if isinstance(value, np.random.Generator):
            rng = np.random.default_rng(0)  # a seed from the operating system takes longer
            rng.bit_generator.state = call.generator_states[name]
            return rng
        if isinstance(value, Opaque):
            return self._remade(value)
        return value

    def _remade(self, value: Opaque) -> Opaque:
        if not isinstance(value.maker, Call):
            raise ReplayError("the origin of this cache is unknown")
        parts = value.maker.returned
        place = next((k for k, part in enumerate(parts) if part is value), None) if isinstance(parts, tuple) else None
        if place is None:
            raise ReplayError("the origin of this cache is unknown")
        if _chain_length(value.maker) > LONGEST_CHAIN:
            raise ReplayError("the chain of calls that made this cache is too long")
        made: Opaque = self.result(value.maker)[place]
        return made


def outcome_of(call: Call) -> Any:
    """Return the outcome of a call in the form of :meth:`Replay.outcome`; None if it raised."""
    return call.changed if call.changed is not None else call.broken or call.returned


def without_redraws(calls: Sequence[Call]) -> list[Call]:
    """Leave out calls that draw with the same arguments as an earlier call that drew many numbers."""
    kept: list[Call] = []
    for call in calls:
        if not any(_is_redraw(call, earlier) for earlier in kept):
            kept.append(call)
    return kept


def _is_redraw(call: Call, earlier: Call) -> bool:
    fewest = min(elements(outcome_of(one)) for one in (call, earlier))
    if not call.generator_states or fewest < MANY_DRAWS:
        return False
    given, given_before = _without_generators(call), _without_generators(earlier)
    # A large result computed from arrays may come from a single draw.
    return elements(given) == 0 and given == given_before


def _without_generators(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.snapshots.items() if name not in call.generator_states}


def _chain_length(call: Call) -> int:
    """Return the length of the chain of calls that made the arguments of a call, counted no further than needed."""
    count = 0
    makers = [call]
    while makers and count <= LONGEST_CHAIN:
        count += 1
        makers = [v.maker for c in makers for v in c.arguments.values() if isinstance(v, Opaque) and v.maker]
    return count
