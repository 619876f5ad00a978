"""The transcript of one check: each request to the candidate, and its reply."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from backproof.confinement import messages
from backproof.confinement.channel import Channel
from backproof.confinement.errors import ChannelError, MalformedMessageError
from backproof.confinement.examiner_codec import ExaminerCodec
from backproof.confinement.exchanges import replies_to_batch
from backproof.confinement.transcript_cache import (
    TIMES_CONFIRMED,
    Exchange,
    Reply,
    Request,
    TranscriptCache,
    reply_digest,
)


class _Replayed(NamedTuple):
    """A request that was made before the check ran, its reply or the error in its place, and the reply's digest."""

    request: Request
    reply: Reply | Exception
    digest: bytes = b""


class Transcript:
    """Makes the requests of a check; a request that was made by :meth:`replay` is not made again.

    Parameters
    ----------
    codec : ExaminerCodec
    deadline : callable
        Returns the deadline for the reply to a request that is made now.
    cache : TranscriptCache, optional
        Holds the transcripts of checks that passed.
    """

    def __init__(
        self, codec: ExaminerCodec, deadline: Callable[[], float], cache: TranscriptCache | None = None
    ) -> None:
        self._codec = codec
        self._new_deadline = deadline
        self._cache = cache
        self._check = 0
        self._deadline = 0.0
        self._exchanges: list[tuple[Request, bytes]] = []
        self._replayed: deque[_Replayed] = deque()
        # Whether one candidate replied to all requests: another one has another state.
        self._is_whole = True

    @property
    def has_unused_replies(self) -> bool:
        """Whether requests were replayed that the check has not made."""
        return bool(self._replayed)

    def begin_check(self) -> None:
        """Start the transcript of a new check."""
        self._check += 1
        self._exchanges = []
        self._replayed.clear()
        self._is_whole = True

    def mark_incomplete(self) -> None:
        """Note that the candidate has ended: the transcript of this check will not be stored."""
        self._is_whole = False

    def exchange(self, channel: Channel, request: Request) -> Reply:
        """Make a request and return the reply.

        Raises
        ------
        ChannelError, MalformedMessageError
        """
        if self._replayed and self._replayed[0].request != request:
            self._abandon_replay(channel)
        if self._replayed:
            done = self._replayed.popleft()
            # The time of a call that goes on counts from now.
            self._deadline = self._new_deadline()
        else:
            done = self._attempt(channel, request)
        if isinstance(done.reply, Exception):
            raise done.reply
        if self._cache is not None:
            self._exchanges.append((request, done.digest))
        return done.reply

    def exchange_unrecorded(self, channel: Channel, deadline: float, request: Request) -> Reply:
        """Make a request that is not part of any check, and return the reply; raise what :meth:`exchange` raises."""
        channel.send(self._numbered(request), deadline)
        return channel.receive(deadline)

    def is_cached(self, check: str) -> bool:
        """Return whether the cache holds a transcript of a check."""
        return self._cache is not None and self._cache.first(check) is not None

    def replay(self, channel: Channel, check: str) -> Any:
        """Make the requests of a cached check, as long as the replies are cached ones.

        Returns
        -------
        outcome : object or None
            What the check recorded for other submissions; None if it must run, on the replies received here.
        """
        assert self._cache is not None
        following = self._cache.first(check)
        while isinstance(following, Exchange):
            done = self._attempt(channel, following.request)
            self._replayed.append(done)
            following = following.next.get(done.digest)
        if following is None or following.times < TIMES_CONFIRMED:
            return None
        self._replayed.clear()
        return following.outcome

    def store(self, check: str, outcome: object) -> None:
        """Store the transcript of a check that passed."""
        if self._cache is not None and self._is_whole:
            self._cache.store(check, self._exchanges, outcome)

    def _attempt(self, channel: Channel, request: Request) -> _Replayed:
        try:
            reply = self._send(channel, request)
        except (ChannelError, MalformedMessageError) as error:
            return _Replayed(request, error)
        return _Replayed(request, reply, reply_digest(reply) if self._cache is not None else b"")

    def _abandon_replay(self, channel: Channel) -> None:
        """Drop the replayed requests: the check draws unseeded numbers, so that its requests cannot be known.

        If the last call waits for the value of a function, that call has to end.
        """
        reply = self._replayed[-1].reply
        self._replayed.clear()
        while isinstance(reply, bytes | bytearray) and isinstance(self._codec.decode(reply), messages.CallBack):
            reply = self._send(channel, Request("call back result", self._codec.encode(messages.CallBackFailed())))

    def _send(self, channel: Channel, request: Request) -> Reply:
        if request.kind == "call back result":
            # The call in which the function was called goes on.
            channel.send(request.data, self._deadline)
            return channel.receive(self._deadline)
        self._deadline = self._new_deadline()
        channel.send(self._numbered(request), self._deadline)
        if request.kind == "batch":
            return replies_to_batch(self._codec, channel, request.calls, self._new_deadline)
        return channel.receive(self._deadline)

    def _numbered(self, request: Request) -> bytes:
        return self._check.to_bytes(messages.CHECK_BYTES, "little") + request.data
