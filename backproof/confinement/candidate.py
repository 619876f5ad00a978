"""The candidate: runs the submission and nothing else, and answers the examiner.

Everything here runs beside code that nobody vouches for. What it says is a claim about the submission's own values;
the points are given on the other side of the channel.
"""

import inspect
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.msgpack import Ext

from backproof.confinement import message_limits, messages
from backproof.confinement.channel import LARGEST_MESSAGE, Channel, ChannelClosedError
from backproof.confinement.forbidden_names import forbid
from backproof.confinement.messages import Codec, MalformedMessageError
from backproof.contract import Field, FunctionSpec, UnsupportedValue
from backproof.problems import Problem, SubmissionRaised
from backproof.submission import LocalSubmission, Opaque, ResultOf, Source
from backproof.submission.files import Files

if TYPE_CHECKING:
    from backproof.confinement.model_server import ModelServer


# The replies to a batch are sent together, but a slow call has the time of a call to itself.
TOGETHER_SECONDS = 0.1
TOGETHER_BYTES = 2**20


class CallBackFailure(BaseException):
    """Ends a call when a function of the check's raised: no Exception, so that a learner's handler lets it pass."""


class CandidateCodec(Codec):
    """Keeps what never leaves: caches, states and generators, behind numbers; and calls back."""

    def __init__(self, call_back: Callable[[int, tuple[Any, ...]], Any]) -> None:
        super().__init__(messages.Request | messages.CallBackReply)
        self._call_back = call_back
        self._handles: list[Any] = []
        self._generators: dict[int, np.random.Generator] = {}
        self._passed: dict[int, np.random.Generator] = {}
        self._check: bytes | bytearray = b""
        # What the calls of the batch that is going on came to.
        self.earlier: list[bytes] = []

    def decode_request(self, data: bytes | bytearray) -> Any:
        """Return a request; with the first one of a check, what earlier checks were given is forgotten."""
        check, request = data[: messages.CHECK_BYTES], data[messages.CHECK_BYTES :]
        if check != self._check:
            self._check = check
            self._handles.clear()
            self._generators.clear()
        return self.decode_call(request)

    def decode_call(self, data: bytes | bytearray) -> Any:
        """Return a request, or a call of a batch."""
        self._passed.clear()
        return self.decode(data)

    def passed_generators(self) -> list[bytes]:
        """Return the states of the generators that came with the last request."""
        return [messages.generator_bytes(token, rng) for token, rng in self._passed.items()]

    def extension_of(self, value: Any) -> Ext:
        if isinstance(value, Opaque):
            self._handles.append(value.value)
            return Ext(messages.HANDLE, (len(self._handles) - 1).to_bytes(8, "little"))
        if isinstance(value, _BigInteger):
            return Ext(messages.BIG_INTEGER, value.data)
        return super().extension_of(value)

    def from_extension_of(self, code: int, data: bytes) -> Any:
        if code == messages.HANDLE:
            return Opaque(self._handles[int.from_bytes(data, "little")])
        if code == messages.GENERATOR:
            token, state = messages.generator_from(data[: messages.GENERATOR_BYTES])
            if token not in self._generators:
                self._generators[token] = messages.generator_of_seeds(data[messages.GENERATOR_BYTES :])
            rng = self._passed[token] = self._generators[token]
            rng.bit_generator.state = state
            return rng
        if code == messages.GENERATOR_AGAIN:
            token = int.from_bytes(data, "little")
            return self._passed.setdefault(token, self._generators[token])
        if code == messages.RESULT_OF:
            return self._earlier_part(messages.result_of_from(data))
        if code == messages.FUNCTION:
            number = int.from_bytes(data, "little")
            return lambda *args: self._call_back(number, args)
        return super().from_extension_of(code, data)

    def _earlier_part(self, earlier: ResultOf) -> Any:
        """Return a part of what an earlier call returned; without such a part the examiner ends the check there."""
        reply = self.decode(self.earlier[earlier.call])
        parts = reply.value if isinstance(reply, messages.Returned) else None
        return earlier.of(parts[earlier.part]) if isinstance(parts, list) and earlier.part < len(parts) else None

    def array_from(self, data: memoryview) -> np.ndarray:
        # The submission is given copies.
        return messages.array_in(data)


class Candidate:
    """Answers requests until the channel closes."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._codec = CandidateCodec(self._call_back)
        self._submission: LocalSubmission | None = None
        self._specs: dict[str, FunctionSpec] = {}

    def serve(self) -> None:
        """Answer one request after the other."""
        while True:
            try:
                request = self._codec.decode_request(self._channel.receive())
            except ChannelClosedError:
                return
            if isinstance(request, messages.CallBatch):
                self._answer_batch(request.calls)
            else:
                reply = self._reply(request)
                self._channel.send(reply)

    def _answer_batch(self, calls: list[bytes]) -> None:
        """Make one call after the other; the replies go out together, or as many as there are after a while."""
        earlier = self._codec.earlier = []
        unsent, size, begin = [], 0, time.monotonic()
        for call in calls:
            reply = self._reply(self._codec.decode_call(call))
            earlier.append(reply)
            unsent.append(Ext(messages.WHOLE_REPLY, reply))
            size += len(reply)
            is_late = time.monotonic() > begin + TOGETHER_SECONDS
            if len(earlier) == len(calls) or is_late or size > TOGETHER_BYTES:
                self._channel.send(self._codec.encode(messages.Replies(unsent)))
                unsent, size, begin = [], 0, time.monotonic()

    def _reply(self, request: Any) -> bytes:
        data = self._encoded_answer(request)
        if problem := _too_large(data):
            return self._codec.encode(messages.Raised("ContractBroken", f"what was returned is {problem}", "", ""))
        return data

    def _encoded_answer(self, request: Any) -> bytes:
        try:
            value = plain(self._answer(request))
            return self._codec.encode(messages.Returned(value, self._codec.passed_generators()))
        except Problem as problem:
            return self._codec.encode(_raised(problem))
        except Exception as error:  # noqa: BLE001 - an object may do anything when it is looked at
            what = f"what came back cannot be read: {type(error).__name__}"
            return self._codec.encode(messages.Raised("ContractBroken", what, "", ""))

    def _answer(self, request: Any) -> Any:
        match request:
            case messages.Load():
                forbid(request.forbidden)
                self._submission = LocalSubmission(_source(request))
                self._submission.keep_modules()
                return None
            case messages.Find():
                spec = self._specs[request.function.name] = _spec(request.function)
                self._loaded.find(spec)
                return None
            case messages.Call():
                method = getattr(self._loaded, request.purpose)
                return method(self._specs[request.function], request.arguments)
            case messages.DescribeModel() | messages.SetMode() | messages.CallModel() | messages.FollowBack():
                return self._loaded.run("the model", lambda: self._models.answer(request))
            case messages.SeededCall():
                spec = self._specs[request.function]
                return self._loaded.call_with_global_seed(spec, request.arguments, request.seed)
            case messages.SeedGenerators():
                return self._loaded.seed_global_generators(request.seed)
        raise MalformedMessageError(f"no request: {request}")

    @cached_property
    def _models(self) -> "ModelServer":
        from backproof.confinement.model_server import ModelServer

        return ModelServer()

    @property
    def _loaded(self) -> LocalSubmission:
        assert self._submission is not None
        return self._submission

    def _call_back(self, number: int, args: tuple[Any, ...]) -> Any:
        """Call a function of the check's, on the other side."""
        self._channel.send(self._codec.encode(messages.CallBack(number, plain(args))))
        reply = self._codec.decode(self._channel.receive())
        if isinstance(reply, messages.Returned):
            return reply.value
        raise CallBackFailure


class _BigInteger:
    """An integer that msgpack has no room for."""

    def __init__(self, value: int) -> None:
        self.data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value of which every part can be sent: other parts become :class:`UnsupportedValue`."""
    if value is None or isinstance(value, (bool, Opaque)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return value if messages.is_sendable(value.dtype) else UnsupportedValue(f"an array of dtype {value.dtype}")
    if isinstance(value, int):
        number = int(value)
        if number.bit_length() >= 8 * messages.MOST_BIG_INTEGER_BYTES:
            return UnsupportedValue(f"an integer of {number.bit_length()} bits")
        return number if -(2**63) <= number < 2**64 else _BigInteger(number)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return _encodable(str(value))
    if depth < messages.DEEPEST:
        if isinstance(value, (list, tuple)):
            return [plain(item, depth + 1) for item in value]
        if isinstance(value, dict) and all(isinstance(key, str | int) for key in value):
            return {plain(key): plain(item, depth + 1) for key, item in value.items()}
    return UnsupportedValue(f"a {type(value).__name__}")


def _raised(problem: Problem) -> messages.Raised:
    texts = [_encodable(text) for text in (problem.message, problem.expected, problem.got)]
    raised = messages.Raised(type(problem).__name__, *texts)  # type: ignore[arg-type]
    if isinstance(problem, SubmissionRaised):
        raised.exception_types = list(problem.exception_types)
        raised.exception_message = _encodable(problem.exception_message)
    return raised


def _encodable(text: str) -> str:
    """Return a text without halves of surrogate pairs."""
    return text.encode(errors="replace").decode()


def _too_large(data: bytes) -> str:
    if len(data) > LARGEST_MESSAGE:
        return f"too large: {len(data) >> 20} MB; at most {LARGEST_MESSAGE >> 20} MB can be checked"
    return message_limits.problem_of(data) if len(data) > message_limits.MOST_BYTES else ""


def _source(load: messages.Load) -> Source:
    texts = {Path(name): text for name, text in load.texts.items()}
    refused = {Path(name): why for name, why in load.refused.items()}
    root, entry = Path(load.root), Path(load.entry) if load.entry else None
    return Source(root, root, entry, load.is_adapted, load.array, Files(texts, refused))


def _spec(function: messages.Function) -> FunctionSpec:
    empty = inspect.Parameter.empty
    parameters = [
        inspect.Parameter(name, inspect._ParameterKind(kind), default=default if has_default else empty)
        for name, kind, has_default, default in function.parameters
    ]
    returns = tuple(Field(name, kind, (), None, "") for name, kind in function.returns)  # type: ignore[arg-type]
    return FunctionSpec(function.name, function.module, inspect.Signature(parameters), (), returns, "")
