"""The examiner's codec: numbers in place of what cannot be sent, and no trust in what arrives."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.msgpack import Ext

from backproof.confinement import codec, message_limits, messages
from backproof.confinement.codec import Codec
from backproof.confinement.errors import MalformedMessageError
from backproof.confinement.fork_server_client import CandidateProcess
from backproof.confinement.generator_format import generator_bytes, generator_from, seeds_bytes
from backproof.problems import NoReply, Problem, PropertyViolated
from backproof.submission import Opaque, ResultOf

# A learner is shown this much of a text that came from the submission.
LONGEST_TEXT = 4000
_CONTROL_CHARACTERS = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Handle:
    """Stands for a cache or state in a candidate."""

    def __init__(self, candidate: CandidateProcess, number: bytes) -> None:
        self.candidate = candidate
        self.number = number


class ExaminerCodec(Codec):
    """Sends handles, numbered generators and numbered functions in place of objects."""

    def __init__(self) -> None:
        super().__init__(messages.Reply)
        self.candidate: CandidateProcess | None = None
        self.functions: list[Callable[..., Any]] = []
        self._generators: dict[int, tuple[int, np.random.Generator]] = {}
        # The arguments of the earlier calls of the same batch.
        self._passed_before: set[int] = set()

    def sendable(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call with a number in place of each function; earlier numbers become invalid."""
        self.functions = [value for value in arguments.values() if callable(value)]
        if not self.functions:
            return dict(arguments)
        numbers = iter(range(len(self.functions)))
        return {
            name: Ext(codec.FUNCTION, next(numbers).to_bytes(8, "little")) if callable(value) else value
            for name, value in arguments.items()
        }

    def encode(self, message: Any) -> bytes:
        """Return a message as bytes.

        Raises
        ------
        PropertyViolated
            If a part cannot be sent: a check passes on what the submission returned, or what it computed from that.
        """
        try:
            return super().encode(message)
        except Problem:
            raise
        except Exception as error:
            what = readable(f"{type(error).__name__}: {error}")
            raise PropertyViolated(f"what came back cannot be passed on: {what}") from error

    def encode_batch(self, calls: Iterable[messages.Call]) -> list[bytes]:
        """Return the calls of a batch as bytes; a generator that is passed again continues from its state by then."""
        self._passed_before = set()
        encoded = []
        for call in calls:
            encoded.append(self.encode(call))
            self._passed_before |= {id(value) for value in call.arguments.values()}
        self._passed_before = set()
        return encoded

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Return the message in ``data``, if it is not too large.

        Raises
        ------
        MalformedMessageError
        """
        if not message_limits.is_small(data) and (problem := message_limits.problem_of(data)):
            raise MalformedMessageError(f"the answer is {problem}")
        try:
            return super().decode(data)
        except MalformedMessageError as error:
            if problem := message_limits.problem_of(data):
                raise MalformedMessageError(f"the answer is {problem}") from error
            raise

    def begin_check(self) -> None:
        """Drop the generators of the previous check."""
        self._generators = {}

    def set_generators(self, states: Sequence[bytes]) -> None:
        """Set the generators that were passed to the states in which the submission left them.

        Raises
        ------
        MalformedMessageError
        """
        if not states:
            return
        by_token = dict(self._generators.values())
        for data in states:
            token, state = generator_from(data)
            if token not in by_token:
                raise MalformedMessageError("the state of a generator that was not passed")
            by_token[token].bit_generator.state = state

    def extension_of(self, value: Any) -> Ext:
        if isinstance(value, Opaque):
            if value.value.candidate is not self.candidate:
                raise NoReply("the process that held this cache or state has ended")
            return Ext(codec.HANDLE, value.value.number)
        if isinstance(value, ResultOf):
            return Ext(codec.RESULT_OF, codec.result_of_bytes(value))
        if isinstance(value, np.random.Generator):
            token, _ = self._generators.setdefault(id(value), (len(self._generators), value))
            if id(value) in self._passed_before:
                return Ext(codec.GENERATOR_AGAIN, token.to_bytes(8, "little"))
            return Ext(codec.GENERATOR, generator_bytes(token, value) + seeds_bytes(value))
        return super().extension_of(value)

    def from_extension_of(self, code: int, data: bytes) -> Any:
        if code == codec.HANDLE and len(data) == 8:
            assert self.candidate is not None
            return Opaque(_Handle(self.candidate, data))
        return super().from_extension_of(code, data)


def readable(text: str) -> str:
    """Return a text of the submission without control characters, and cut."""
    shown = _CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST_TEXT])
    return shown if len(text) <= LONGEST_TEXT else f"{shown} ... ({len(text)} characters)"
