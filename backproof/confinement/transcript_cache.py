"""Cache the transcripts of checks that passed: the requests of a check, and the digests of the replies.

A check sees nothing of a submission but its replies, and draws the same numbers each time that it runs with a seed. So
a submission whose replies are, bit for bit, those of one that passed the check passes it, too, and the check need not
run. In a class many do: most functions of a contract are written in one or two ways with identical results.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, NamedTuple

# A check that draws unseeded numbers makes other requests the second time, and is found out.
TIMES_CONFIRMED = 2
# The most transcripts of a check. The next one replaces all of them: memory stays bounded, and a class whose replies
# differ in the last digits loses little.
MOST_TRANSCRIPTS = 8

Reply = bytes | bytearray | list[memoryview]


class Request(NamedTuple):
    """A message that the candidate replies to; ``calls`` is the number of calls in a batch."""

    kind: Literal["request", "batch", "call back result"]
    data: bytes
    calls: int = 1


@dataclass(eq=False)
class Passed:
    """A check that passed: how often, and what it recorded."""

    outcome: Any
    times: int = 1


@dataclass(eq=False)
class Exchange:
    """A request, and what followed each reply, by the reply's digest."""

    request: Request
    next: "dict[bytes, Exchange | Passed]" = field(default_factory=dict)


def reply_digest(reply: Reply) -> bytes:
    """Return the SHA-256 of a reply: of a message, or of the replies to a batch."""
    if not isinstance(reply, list):
        return sha256(reply).digest()
    digest = sha256()
    for one in reply:
        digest.update(len(one).to_bytes(8, "little"))
        digest.update(one)
    return digest.digest()


class TranscriptCache:
    """The transcripts of all checks that passed with the current seed."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._transcripts: dict[str, _CheckTranscripts] = {}
        # Checks whose requests differ from run to run although the replies are the same.
        self._unrepeatable: set[str] = set()

    def begin_grade(self, seed: int) -> None:
        """Drop the transcripts of another seed."""
        if seed != self._seed:
            self._seed, self._transcripts = seed, {}

    def first(self, check: str) -> Exchange | Passed | None:
        """Return the first exchange of a check, or its outcome if it makes no request; None if it is not cached."""
        return self._transcripts[check].first if check in self._transcripts else None

    def store(self, check: str, exchanges: Sequence[tuple[Request, bytes]], outcome: Any) -> None:
        """Store the transcript of a check that passed: each request with the digest of the reply."""
        if check in self._unrepeatable:
            return
        try:
            self._transcripts.setdefault(check, _CheckTranscripts()).add(exchanges, outcome)
        except _UnrepeatableError:
            self._unrepeatable.add(check)
            del self._transcripts[check]


class _UnrepeatableError(Exception):
    """A check made another request than before after the same replies."""


class _CheckTranscripts:
    """The transcripts of one check, as a tree."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._count = 0
        self._root: dict[bytes, Exchange | Passed] = {}
        # Most requests are the same after other replies, too: each is stored once.
        self._requests: dict[Request, Request] = {}

    @property
    def first(self) -> Exchange | Passed | None:
        """The first exchange, or the outcome if the check makes no request."""
        return self._root.get(b"")

    def add(self, exchanges: Sequence[tuple[Request, bytes]], outcome: Any) -> None:
        """Follow a transcript as far as it is stored, and add the rest.

        Raises
        ------
        _UnrepeatableError
        """
        branches, digest = self._root, b""
        for request, next_digest in exchanges:
            known = branches.get(digest)
            if known is None:
                known = branches[digest] = Exchange(self._requests.setdefault(request, request))
            elif isinstance(known, Passed) or known.request != request:
                raise _UnrepeatableError
            branches, digest = known.next, next_digest
        last = branches.get(digest)
        if isinstance(last, Exchange):
            raise _UnrepeatableError
        if last is not None:
            last.times += 1
        elif self._count < MOST_TRANSCRIPTS:
            self._count += 1
            branches[digest] = Passed(outcome)
        else:
            self._clear()
            self.add(exchanges, outcome)
