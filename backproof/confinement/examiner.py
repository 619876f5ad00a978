"""What the examiner says and hears: with numbers in place of what does not cross, and nothing taken on trust."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.msgpack import Ext

from backproof.confinement import message_limits, messages
from backproof.confinement.fork_server_client import CandidateProcess
from backproof.confinement.messages import Codec, MalformedMessageError
from backproof.problems import NoAnswer, Problem, PropertyViolated
from backproof.submission import Opaque, ResultOf

# What a learner is shown of a text that came from the submission.
LONGEST_TEXT = 4000
_CONTROL_CHARACTERS = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Handle:
    """Stands for something that stayed with a candidate."""

    def __init__(self, candidate: CandidateProcess, number: bytes) -> None:
        self.candidate = candidate
        self.number = number


class ExaminerCodec(Codec):
    """Puts handles, numbered generators and numbered functions in place of what does not cross."""

    def __init__(self) -> None:
        super().__init__(messages.Reply)
        self.candidate: CandidateProcess | None = None
        self.functions: list[Callable[..., Any]] = []
        self._generators: dict[int, tuple[int, np.random.Generator]] = {}
        # What earlier calls of the same batch were given.
        self._passed_before: set[int] = set()

    def sendable(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call with a number in place of each function; those of earlier calls are over."""
        self.functions = [value for value in arguments.values() if callable(value)]
        if not self.functions:
            return dict(arguments)
        numbers = iter(range(len(self.functions)))
        return {
            name: Ext(messages.FUNCTION, next(numbers).to_bytes(8, "little")) if callable(value) else value
            for name, value in arguments.items()
        }

    def encode(self, message: Any) -> bytes:
        """Return a message as bytes.

        Raises
        ------
        PropertyViolated
            If a part cannot be sent: a check passes on what came from the submission, or was computed from that.
        """
        try:
            return super().encode(message)
        except Problem:
            raise
        except Exception as error:
            what = readable(f"{type(error).__name__}: {error}")
            raise PropertyViolated(f"what came back cannot be passed on: {what}") from error

    def encode_batch(self, calls: Iterable[messages.Call]) -> list[bytes]:
        """Return the calls of a batch as bytes; a generator that comes again goes on where it is by then."""
        self._passed_before = set()
        encoded = []
        for call in calls:
            encoded.append(self.encode(call))
            self._passed_before |= {id(value) for value in call.arguments.values()}
        self._passed_before = set()
        return encoded

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Return the message that bytes stand for, if it is of a size that can be worked with.

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
        """Forget the generators of the check before."""
        self._generators = {}

    def set_generators(self, states: Sequence[bytes]) -> None:
        """Let the generators that were passed go on where the submission left them.

        Raises
        ------
        MalformedMessageError
        """
        if not states:
            return
        by_token = dict(self._generators.values())
        for data in states:
            token, state = messages.generator_from(data)
            if token not in by_token:
                raise MalformedMessageError("the state of a generator that was not passed")
            by_token[token].bit_generator.state = state

    def extension_of(self, value: Any) -> Ext:
        if isinstance(value, Opaque):
            if value.value.candidate is not self.candidate:
                raise NoAnswer("the process that held this cache or state is dead")
            return Ext(messages.HANDLE, value.value.number)
        if isinstance(value, ResultOf):
            return Ext(messages.RESULT_OF, messages.result_of_bytes(value))
        if isinstance(value, np.random.Generator):
            token, _ = self._generators.setdefault(id(value), (len(self._generators), value))
            if id(value) in self._passed_before:
                return Ext(messages.GENERATOR_AGAIN, token.to_bytes(8, "little"))
            return Ext(messages.GENERATOR, messages.generator_bytes(token, value) + messages.seeds_bytes(value))
        return super().extension_of(value)

    def from_extension_of(self, code: int, data: bytes) -> Any:
        if code == messages.HANDLE and len(data) == 8:
            assert self.candidate is not None
            return Opaque(_Handle(self.candidate, data))
        return super().from_extension_of(code, data)


def readable(text: str) -> str:
    """Return a text of the submission's as it can be shown: without control characters, and not too long."""
    shown = _CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST_TEXT])
    return shown if len(text) <= LONGEST_TEXT else f"{shown} ... ({len(text)} characters)"
