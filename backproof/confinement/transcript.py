"""What is said to a candidate in one check and heard from it, turn by turn."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from backproof.confinement import messages
from backproof.confinement.channel import Channel, ChannelError
from backproof.confinement.examiner import ExaminerCodec
from backproof.confinement.exchanges import replies_to_batch
from backproof.confinement.messages import MalformedMessageError
from backproof.confinement.transcript_cache import (
    ENOUGH_TIMES,
    Heard,
    Said,
    TranscriptCache,
    Turn,
    digest_of,
)


class _Spoken(NamedTuple):
    """One turn: what was said, what was heard, or why nothing was, and the answer's digest where others may give it."""

    said: Said
    heard: Heard | Exception
    digest: bytes = b""


class Dialogue:
    """Speaks, and may have spoken already: what was rehearsed is not said again.

    Parameters
    ----------
    codec : ExaminerCodec
    deadline : callable
        Returns by when a request that is made now must be answered.
    known : TranscriptCache, optional
        Where transcript_cache that ended in a pass are kept.
    """

    def __init__(
        self, codec: ExaminerCodec, deadline: Callable[[], float], known: TranscriptCache | None = None
    ) -> None:
        self._codec = codec
        self._new_deadline = deadline
        self._known = known
        self._check = 0
        self._deadline = 0.0
        self._turns: list[tuple[Said, bytes]] = []
        self._rehearsed: deque[_Spoken] = deque()
        # Whether all of it was said to the same candidate: one that does not answer is not the same any more.
        self._is_whole = True

    @property
    def is_ahead(self) -> bool:
        """Whether something was rehearsed that the check has not said."""
        return bool(self._rehearsed)

    def begin_check(self) -> None:
        """Hear that another check begins."""
        self._check += 1
        self._turns = []
        self._rehearsed.clear()
        self._is_whole = True

    def interrupt(self) -> None:
        """Hear that the candidate is not the one any more that was spoken to."""
        self._is_whole = False

    def turn(self, channel: Channel, said: Said) -> Heard:
        """Say something and return what is heard.

        Raises
        ------
        ChannelError, MalformedMessageError
        """
        if self._rehearsed and self._rehearsed[0].said != said:
            self._hang_up(channel)
        if self._rehearsed:
            spoken = self._rehearsed.popleft()
            # A call that goes on has its time from now on.
            self._deadline = self._new_deadline()
        else:
            spoken = self._spoken(channel, said)
        if isinstance(spoken.heard, Exception):
            raise spoken.heard
        if self._known is not None:
            self._turns.append((said, spoken.digest))
        return spoken.heard

    def aside(self, channel: Channel, deadline: float, said: Said) -> Heard:
        """Say something that is not part of any check, and return what is heard; raises what :meth:`turn` does."""
        channel.send(self._of_this_check(said), deadline)
        return channel.receive(deadline)

    def knows(self, check: str) -> bool:
        """Return whether it is known what is said first in a check."""
        return self._known is not None and self._known.beginning(check) is not None

    def rehearse(self, channel: Channel, check: str) -> Any:
        """Say what a check that is known would say, as long as the answers are known ones.

        Returns
        -------
        outcome : object or None
            What came of the check for others; None if it has to run, and to hear what was heard here.
        """
        assert self._known is not None
        following = self._known.beginning(check)
        while isinstance(following, Turn):
            spoken = self._spoken(channel, following.said)
            self._rehearsed.append(spoken)
            following = following.then.get(spoken.digest)
        if following is None or following.times < ENOUGH_TIMES:
            return None
        self._rehearsed.clear()
        return following.outcome

    def keep(self, check: str, outcome: object) -> None:
        """Keep what was said in a check that was passed."""
        if self._known is not None and self._is_whole:
            self._known.keep(check, self._turns, outcome)

    def _spoken(self, channel: Channel, said: Said) -> _Spoken:
        try:
            heard = self._speak(channel, said)
        except (ChannelError, MalformedMessageError) as error:
            return _Spoken(said, error)
        return _Spoken(said, heard, digest_of(heard) if self._known is not None else b"")

    def _hang_up(self, channel: Channel) -> None:
        """Leave what was rehearsed: the check draws numbers of its own, so that nobody knows what it says.

        If the last call is waiting for a function's value, it has to end.
        """
        heard = self._rehearsed[-1].heard
        self._rehearsed.clear()
        while isinstance(heard, bytes | bytearray) and isinstance(self._codec.decode(heard), messages.CallBack):
            heard = self._speak(channel, Said("answer", self._codec.encode(messages.CallBackFailed())))

    def _speak(self, channel: Channel, said: Said) -> Heard:
        if said.kind == "answer":
            # The call that it was called back in goes on.
            channel.send(said.data, self._deadline)
            return channel.receive(self._deadline)
        self._deadline = self._new_deadline()
        channel.send(self._of_this_check(said), self._deadline)
        if said.kind == "batch":
            return replies_to_batch(self._codec, channel, said.replies, self._new_deadline)
        return channel.receive(self._deadline)

    def _of_this_check(self, said: Said) -> bytes:
        return self._check.to_bytes(messages.CHECK_BYTES, "little") + said.data
