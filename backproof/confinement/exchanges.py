"""Exchanges with a candidate: a request and its reply, or a batch of calls and their replies."""

from collections.abc import Callable
from typing import Any

from backproof import problems
from backproof.confinement import message_limits, messages
from backproof.confinement.channel import LARGEST_MESSAGE, Channel
from backproof.confinement.errors import MalformedMessageError
from backproof.confinement.examiner_codec import ExaminerCodec, readable
from backproof.confinement.transcript_cache import Request
from backproof.problems import Problem, PropertyViolated, SubmissionRaised

# A call back passes a point of a few numbers; the examiner's own time is spent on the function.
LARGEST_CALL_BACK = 2**20
# The examiner holds so much of a batch until the check reads it. Larger batches are sent call by call.
LARGEST_BATCH = 4 * LARGEST_MESSAGE


def result_of_request(codec: ExaminerCodec, request: bytes, exchange: Callable[[Request], Any]) -> Any:
    """Make a request, call the check's functions for the submission, and return the result.

    ``exchange`` sends a request to the candidate and returns the reply.

    Raises
    ------
    Problem
        Of the submission, or of a function of the check that it called.
    ChannelError, MalformedMessageError
        If there is no reply, or none that is valid.
    """
    data = exchange(Request("request", request))
    error: Problem | None = None
    while True:
        reply = codec.decode(data)
        if not isinstance(reply, messages.CallBack):
            if error is not None:
                raise error
            return _result(codec, reply)
        if len(data) > LARGEST_CALL_BACK:
            raise MalformedMessageError(f"a function was called with {len(data) >> 10} kB of arguments")
        returned, failed = _call_back(codec, reply)
        error = error or failed
        data = exchange(Request("call back result", returned))


def replies_to_batch(
    codec: ExaminerCodec, channel: Channel, count: int, deadline: Callable[[], float]
) -> list[memoryview]:
    """Return the reply to each of ``count`` calls that were sent together; each wait has a deadline of its own.

    Raises
    ------
    ChannelError, MalformedMessageError
    """
    replies: list[memoryview] = []
    size = 0
    while len(replies) < count:
        data = channel.receive(deadline())
        message = codec.decode(data)
        size += len(data)
        some = message.replies if isinstance(message, messages.Replies) else []
        if not 0 < len(some) <= count - len(replies) or not all(isinstance(reply, memoryview) for reply in some):
            raise MalformedMessageError("no replies to a batch of calls")
        if size > LARGEST_BATCH:
            raise MalformedMessageError(f"more than {LARGEST_BATCH >> 20} MB in reply to a batch of calls")
        replies += some
    return replies


def result_in(codec: ExaminerCodec, reply: memoryview) -> Any:
    """Return the result in a reply to a call of a batch; set the generators to the states that it holds.

    Raises
    ------
    Problem, MalformedMessageError
    """
    # A large reply is decoded in place, in the message that contains it.
    return _result(codec, codec.decode(bytes(reply) if len(reply) <= message_limits.SMALL else reply))


def _result(codec: ExaminerCodec, reply: Any) -> Any:
    if isinstance(reply, messages.Raised):
        raise _problem(reply)
    if not isinstance(reply, messages.Returned):
        raise MalformedMessageError("no reply to what was asked")
    codec.set_generators(reply.generators)
    return reply.value


def _call_back(codec: ExaminerCodec, call: messages.CallBack) -> tuple[bytes, Problem | None]:
    """Call a function of the check for the submission; return the message to send back, and the problem if any."""
    if not 0 <= call.function < len(codec.functions):
        raise MalformedMessageError("a call of a function that was not passed")
    try:
        value = codec.functions[call.function](*call.arguments)
        return codec.encode(messages.Returned(value)), None
    except Problem as problem:
        failed = problem
    except Exception as error:  # noqa: BLE001 - the submission chose the arguments: the function may raise anything
        what = readable(f"{type(error).__name__}: {error}")
        failed = PropertyViolated(f"the function was called with what it cannot work on: {what}")
    return codec.encode(messages.CallBackFailed()), failed


def _problem(raised: messages.Raised) -> Problem:
    message, expected, got = (readable(text) for text in (raised.message, raised.expected, raised.got))
    if raised.kind == "SubmissionRaised":
        types = tuple(readable(name)[:100] for name in raised.exception_types[:50]) or ("Exception",)
        return SubmissionRaised(message, exception_types=types, exception_message=readable(raised.exception_message))
    kind: type[Problem] = getattr(problems, raised.kind)
    return kind(message, expected=expected, got=got)
