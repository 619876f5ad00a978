"""The candidate: runs the submission and nothing else, and replies to the examiner's requests.

Everything here runs beside untrusted code. Its replies are claims about the submission's own values; the points are
given on the other side of the channel.
"""

import inspect
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.msgpack import Ext

from backproof.confinement import codec, message_limits, messages
from backproof.confinement.candidate_codec import CandidateCodec, encodable, plain
from backproof.confinement.channel import LARGEST_MESSAGE, Channel
from backproof.confinement.errors import ChannelClosedError, MalformedMessageError
from backproof.confinement.forbidden_names import forbid
from backproof.contract import Field, FunctionSpec
from backproof.problems import Problem, SubmissionRaised
from backproof.submission import LocalSubmission, Source
from backproof.submission.files import Files

if TYPE_CHECKING:
    from backproof.confinement.model_server import ModelServer

# The replies to a batch are sent together, unless a slow call would use up the time of the others.
TOGETHER_SECONDS = 0.1
TOGETHER_BYTES = 2**20


class CallBackFailure(BaseException):
    """Ends a call after a function of the check raised; no Exception, so that no handler of the learner catches it."""


class Candidate:
    """Replies to requests until the channel closes."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._codec = CandidateCodec(self._call_back)
        self._submission: LocalSubmission | None = None
        self._specs: dict[str, FunctionSpec] = {}

    def serve(self) -> None:
        """Reply to one request after the other."""
        while True:
            try:
                request = self._codec.decode_request(self._channel.receive())
            except ChannelClosedError:
                return
            if isinstance(request, messages.CallBatch):
                self._reply_to_batch(request.calls)
            else:
                reply = self._reply(request)
                self._channel.send(reply)

    def _reply_to_batch(self, calls: list[bytes]) -> None:
        """Make one call after the other; send the replies together, or those that are ready after a while."""
        replies = self._codec.batch_replies = []
        unsent, size, begin = [], 0, time.monotonic()
        for call in calls:
            reply = self._reply(self._codec.decode_call(call))
            replies.append(reply)
            unsent.append(Ext(codec.WHOLE_REPLY, reply))
            size += len(reply)
            is_late = time.monotonic() > begin + TOGETHER_SECONDS
            if len(replies) == len(calls) or is_late or size > TOGETHER_BYTES:
                self._channel.send(self._codec.encode(messages.Replies(unsent)))
                unsent, size, begin = [], 0, time.monotonic()

    def _reply(self, request: Any) -> bytes:
        data = self._encoded_reply(request)
        if problem := _too_large(data):
            return self._codec.encode(messages.Raised("ContractBroken", f"what was returned is {problem}", "", ""))
        return data

    def _encoded_reply(self, request: Any) -> bytes:
        try:
            value = plain(self._result(request))
            return self._codec.encode(messages.Returned(value, self._codec.passed_generators()))
        except Problem as problem:
            return self._codec.encode(_raised(problem))
        except Exception as error:  # noqa: BLE001 - an object may do anything when its attributes are read
            what = f"what came back cannot be read: {type(error).__name__}"
            return self._codec.encode(messages.Raised("ContractBroken", what, "", ""))

    def _result(self, request: Any) -> Any:
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
            case messages.DescribeModel() | messages.SetMode() | messages.CallModel() | messages.Backpropagate():
                return self._loaded.run("the model", lambda: self._models.result(request))
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
        """Call a function of the check, on the other side."""
        self._channel.send(self._codec.encode(messages.CallBack(number, plain(args))))
        reply = self._codec.decode(self._channel.receive())
        if isinstance(reply, messages.Returned):
            return reply.value
        raise CallBackFailure


def _raised(problem: Problem) -> messages.Raised:
    texts = [encodable(text) for text in (problem.message, problem.expected, problem.got)]
    raised = messages.Raised(type(problem).__name__, *texts)  # type: ignore[arg-type]
    if isinstance(problem, SubmissionRaised):
        raised.exception_types = list(problem.exception_types)
        raised.exception_message = encodable(problem.exception_message)
    return raised


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
