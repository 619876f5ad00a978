"""What is asked of a candidate, and what it answers: one request, or the calls of a batch."""

from collections.abc import Callable
from typing import Any

from backproof import problems
from backproof.confinement import message_limits, messages
from backproof.confinement.channel import LARGEST_MESSAGE, Channel
from backproof.confinement.examiner import ExaminerCodec, readable
from backproof.confinement.messages import MalformedMessageError
from backproof.confinement.transcript_cache import Said
from backproof.problems import Problem, PropertyViolated, SubmissionRaised

# A point at which a check's function is asked for has a few numbers; the function's time is the examiner's own.
LARGEST_CALL_BACK = 2**20
# What the examiner keeps of a batch until it is looked at. More crosses the channel call by call.
LARGEST_SERIES = 4 * LARGEST_MESSAGE


def exchange(codec: ExaminerCodec, request: bytes, turn: Callable[[Said], Any]) -> Any:
    """Make a request, serve what is called back, and return what came of it.

    ``turn`` says something to the candidate and returns what is heard.

    Raises
    ------
    Problem
        Of the submission, or of a function of the check's that it called.
    ChannelError, MalformedMessageError
        If there is no answer, or none that can be one.
    """
    data = turn(Said("request", request))
    error: Problem | None = None
    while True:
        reply = codec.decode(data)
        if not isinstance(reply, messages.CallBack):
            if error is not None:
                raise error
            return _result(codec, reply)
        if len(data) > LARGEST_CALL_BACK:
            raise MalformedMessageError(f"a function was called with {len(data) >> 10} kB of arguments")
        answer, failed = _called_back(codec, reply)
        error = error or failed
        data = turn(Said("answer", answer))


def replies_to_batch(
    codec: ExaminerCodec, channel: Channel, count: int, deadline: Callable[[], float]
) -> list[memoryview]:
    """Return the reply to each of ``count`` calls that were sent together; every wait has a deadline of its own.

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
        if size > LARGEST_SERIES:
            raise MalformedMessageError(f"more than {LARGEST_SERIES >> 20} MB in reply to a batch of calls")
        replies += some
    return replies


def result_in(codec: ExaminerCodec, reply: memoryview) -> Any:
    """Return the result in a reply to a call of a batch; generators go on where the submission left them.

    Raises
    ------
    Problem, MalformedMessageError
    """
    # A large one is read where it lies, in the message that brought it.
    return _result(codec, codec.decode(bytes(reply) if len(reply) <= message_limits.SMALL else reply))


def _result(codec: ExaminerCodec, reply: Any) -> Any:
    if isinstance(reply, messages.Raised):
        raise _problem(reply)
    if not isinstance(reply, messages.Returned):
        raise MalformedMessageError("no reply to what was asked")
    codec.set_generators(reply.generators)
    return reply.value


def _called_back(codec: ExaminerCodec, call: messages.CallBack) -> tuple[bytes, Problem | None]:
    """Call a function of the check's for the submission; return the message to answer, and what went wrong."""
    if not 0 <= call.function < len(codec.functions):
        raise MalformedMessageError("a call of a function that was not passed")
    try:
        value = codec.functions[call.function](*call.arguments)
        return codec.encode(messages.Returned(value)), None
    except Problem as problem:
        failed = problem
    except Exception as error:  # noqa: BLE001 - the arguments are the submission's: anything may come of them
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
