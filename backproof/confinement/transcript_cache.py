"""What was said to submissions in a check, and what those answered that passed it.

A check hears nothing of a submission but its answers, and draws the same numbers each time that it runs with a seed.
So who answers, bit for bit, as somebody did who passed it passes it, too, and the check need not run to know that. In a
class many do: most functions of a contract are written in one or two ways that differ in no bit of their results.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, NamedTuple

# A check that draws from a stream of its own says something else the second time, and is found out.
ENOUGH_TIMES = 2
# So many ways to pass a check are kept. The next one takes the place of all: memory stays what it is, and a class whose
# members answer all alike but for the last digits loses little.
MOST_WAYS = 8

Heard = bytes | bytearray | list[memoryview]


class Said(NamedTuple):
    """What the examiner says in one turn: a request, a batch of calls, or the answer to a call back.

    ``replies`` is how many calls a batch has.
    """

    kind: Literal["request", "batch", "answer"]
    data: bytes
    replies: int = 1


@dataclass(eq=False)
class Passed:
    """A check was passed: how often, and what else came of it."""

    outcome: Any
    times: int = 1


@dataclass(eq=False)
class Turn:
    """What is said next, and what followed on each answer, by its digest."""

    said: Said
    then: "dict[bytes, Turn | Passed]" = field(default_factory=dict)


def digest_of(heard: Heard) -> bytes:
    """Return what stands for an answer: for a message, or for the replies to a batch."""
    if not isinstance(heard, list):
        return sha256(heard).digest()
    together = sha256()
    for reply in heard:
        together.update(len(reply).to_bytes(8, "little"))
        together.update(reply)
    return together.digest()


class TranscriptCache:
    """The transcript_cache of all checks with a seed that ended in a pass."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._known: dict[str, _Ways] = {}
        # What a check that says now this, now that would hear is known of nobody.
        self._unsteady: set[str] = set()

    def begin_grade(self, seed: int) -> None:
        """Forget what was said with another seed."""
        if seed != self._seed:
            self._seed, self._known = seed, {}

    def beginning(self, check: str) -> Turn | Passed | None:
        """Return what is said first in a check, or what came of it if nothing is; None if that is not known."""
        return self._known[check].beginning if check in self._known else None

    def keep(self, check: str, turns: Sequence[tuple[Said, bytes]], outcome: Any) -> None:
        """Keep a conversation that ended in a pass: what was said in each turn, and the digest of the answer."""
        if check in self._unsteady:
            return
        try:
            self._known.setdefault(check, _Ways()).follow(turns, outcome)
        except _UnsteadyError:
            self._unsteady.add(check)
            del self._known[check]


class _UnsteadyError(Exception):
    """The check did not say what it said before, after the same answers."""


class _Ways:
    """The ways to pass one check."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._count = 0
        self._then: dict[bytes, Turn | Passed] = {}
        # Others who answer otherwise are mostly told the same: it is kept once.
        self._said: dict[Said, Said] = {}

    @property
    def beginning(self) -> Turn | Passed | None:
        """What is said first, or what came of the check if nothing is."""
        return self._then.get(b"")

    def follow(self, turns: Sequence[tuple[Said, bytes]], outcome: Any) -> None:
        """Follow a conversation as far as it is known, and add what is new.

        Raises
        ------
        _UnsteadyError
        """
        place, heard = self._then, b""
        for said, digest in turns:
            known = place.get(heard)
            if known is None:
                known = place[heard] = Turn(self._said.setdefault(said, said))
            elif isinstance(known, Passed) or known.said != said:
                raise _UnsteadyError
            place, heard = known.then, digest
        last = place.get(heard)
        if isinstance(last, Turn):
            raise _UnsteadyError
        if last is not None:
            last.times += 1
        elif self._count < MOST_WAYS:
            self._count += 1
            place[heard] = Passed(outcome)
        else:
            self._forget()
            self.follow(turns, outcome)
