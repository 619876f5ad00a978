"""Call the functions of a confined submission, one by one or in batches."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from backproof.confinement import messages
from backproof.confinement.announcements import Announcements
from backproof.confinement.channel import LARGEST_MESSAGE
from backproof.confinement.errors import MalformedMessageError
from backproof.confinement.exchanges import result_in
from backproof.confinement.messages import Purpose
from backproof.confinement.session import Session
from backproof.contract import FunctionSpec
from backproof.problems import NoReply, Problem
from backproof.submission import Opaque
from backproof.submission.call_batch import CallBatch, one_by_one


class Calls:
    """Makes calls in a session, after the candidate has found the function."""

    def __init__(self, session: Session, announcements: Announcements) -> None:
        self._session = session
        self._announcements = announcements

    def call(self, purpose: Purpose, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function and return the result.

        Raises
        ------
        Problem
        """
        self._announcements.prepare(spec)
        return self._session.result_of(messages.Call(purpose, spec.name, self._session.codec.sendable(arguments)))

    def batch(self, purpose: Purpose, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Yield the result of each call of a batch, or the problem in its place.

        The calls are sent together: a round trip takes longer than most calls. They are made one by one if they pass
        functions of the check, are too large, or get no reply.
        """
        session, one_after_the_other = self._session, partial(one_by_one, partial(self.call, purpose), spec, batch)
        if any(callable(value) for arguments in batch for value in arguments.values()):
            yield from one_after_the_other()
            return
        self._announcements.prepare(spec)
        calls = session.codec.encode_batch(messages.Call(purpose, spec.name, dict(arguments)) for arguments in batch)
        if sum(map(len, calls)) > LARGEST_MESSAGE // 2:
            yield from one_after_the_other()
            return
        timeouts = session.timeouts[spec.name]
        try:
            replies = session.replies_to(calls, spec.name)
        except NoReply:
            if any(isinstance(value, Opaque) for arguments in batch for value in arguments.values()):
                raise  # the process that held them has ended
            # Made one by one, they show which call fails; a timeout that occurs twice counts once.
            session.allow_retry()
            session.timeouts[spec.name] = timeouts
            yield from one_after_the_other()
            return
        candidate = session.running_candidate()
        for reply in replies:
            try:
                if session.codec.candidate is not candidate:
                    raise NoReply("the process that held this cache or state has ended")
                result = result_in(session.codec, reply)
            except Problem as problem:
                result = problem
            except MalformedMessageError as error:
                result = session.refuse(candidate, error)
            yield result
