"""The session of one submission: its candidate process, started when needed, and the requests to it."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

from backproof.confinement import messages
from backproof.confinement.errors import ChannelClosedError, ChannelError, DeadlineError, MalformedMessageError
from backproof.confinement.examiner_codec import ExaminerCodec, readable
from backproof.confinement.exchanges import result_of_request
from backproof.confinement.fork_server_client import START_SECONDS, CandidateProcess, ForkServerClient
from backproof.confinement.limits import Limits
from backproof.confinement.transcript import Transcript
from backproof.confinement.transcript_cache import Request, TranscriptCache
from backproof.problems import GraderFault, NoReply
from backproof.submission import Source
from backproof.submission.archives import is_archive

# Paths in a candidate: they do not reveal the learner's own.
ROOT, ADAPTER = Path("/submission"), Path("/adapter")

Result = TypeVar("Result")


class Session:
    """Makes requests to the candidate of a submission, and starts another candidate after one has ended.

    Attributes
    ----------
    codec : ExaminerCodec
    transcript : Transcript
    announced : set of str
        The functions that were announced to the candidate.
    timeouts : Counter
        How often each function did not reply in time.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        forbidden: Sequence[str],
        fork_server: ForkServerClient,
        transcript_cache: TranscriptCache | None,
    ) -> None:
        self.codec = ExaminerCodec()
        self.transcript = Transcript(self.codec, self._deadline, transcript_cache)
        self.announced: set[str] = set()
        self.timeouts: Counter[str] = Counter()
        self._source = source
        # An archive is treated as a folder with its contents.
        self._root = ROOT / source.root.name if is_archive(source.root) else ROOT
        self._limits = limits
        self._forbidden = list(forbidden)
        self._fork_server = fork_server
        self._candidate: CandidateProcess | None = None
        # Why this check gets no more replies.
        self._no_reply = ""
        self._grade_deadline = time.monotonic() + limits.grade_seconds

    def close(self) -> None:
        """Terminate the candidate."""
        if self._candidate is not None:
            self._terminate(self._candidate, is_running=True)

    def begin_check(self) -> None:
        """Start a new check: handles and generators of earlier checks become invalid."""
        if self._candidate is not None and (
            self.transcript.has_unused_replies or not self._candidate.channel.is_idle()
        ):
            # It has ended, or sent an unrequested message, which must not be taken for a reply to this check.
            self._terminate(self._candidate, is_running=True)
        self.transcript.begin_check()
        self.codec.begin_check()
        self.allow_retry()

    def allow_retry(self) -> None:
        """Allow further requests of this check although the candidate ended: another one may reply."""
        self._no_reply = ""

    def running_candidate(self) -> CandidateProcess:
        """Return the candidate, a new one if the last one ended in an earlier check.

        Raises
        ------
        NoReply
            If the candidate ended in this check, or the time of the grade is used up.
        """
        if self._candidate is None:
            if self._no_reply:
                self._give_up()
            if time.monotonic() > self._grade_deadline:
                raise NoReply(f"the {self._limits.grade_seconds:g} seconds of this grade are used up")
            self._candidate = self.codec.candidate = self._fork_server.candidate()
            self.announced.clear()
            self._load(self._candidate)
        return self._candidate

    def result_of(self, request: Any) -> Any:
        """Make a request of the check, and return the result.

        Raises
        ------
        Problem
        """
        function = request.function if isinstance(request, messages.Call | messages.SeededCall) else ""
        return self._guarded(lambda candidate: self._exchange(candidate, request), function)

    def unrecorded_result(self, request: Any) -> Any:
        """Make a request that is not part of any check, and return the result; raise what :meth:`result_of` raises."""
        return self._guarded(lambda candidate: self._exchange_unrecorded(candidate, request, self._deadline()), "")

    def replies_to(self, calls: Sequence[bytes], function: str) -> list[memoryview]:
        """Make the calls of a batch, and return the reply to each; raise what :meth:`result_of` raises."""
        batch = Request("batch", self.codec.encode(messages.CallBatch(list(calls))), len(calls))
        exchange = self.transcript.exchange
        return self._guarded(lambda candidate: cast(list[memoryview], exchange(candidate.channel, batch)), function)

    def refuse(self, candidate: CandidateProcess, error: Exception) -> NoReply:
        """Terminate a candidate that sent an invalid message, and return the problem."""
        self._terminate(candidate, is_running=True)
        self._no_reply = f"the submission's process did not answer as it must: {readable(str(error))}"
        return NoReply(self._no_reply)

    def _load(self, candidate: CandidateProcess) -> None:
        source, files = self._source, self._source.files
        load = messages.Load(
            root=str(self._root),
            entry=self._path(source.entry) if source.entry else None,
            is_adapted=source.is_adapted,
            array=source.array,
            texts={self._path(path): text for path, text in files.texts.items()},
            refused={self._path(path): why for path, why in files.refused.items()},
            forbidden=self._forbidden,
        )
        try:
            # Nothing of the submission runs yet, so its limits do not apply.
            self._exchange_unrecorded(candidate, load, time.monotonic() + START_SECONDS)
        except ChannelError as error:
            candidate.output.drain()
            last = candidate.output.text.strip().rpartition("\n")[2]
            raise GraderFault(f"a confined process could not be started: {last or error}") from None

    def _path(self, path: Path) -> str:
        """Return the path of a file in the candidate; the name of a file may not be valid text."""
        root = self._source.root
        known = self._root / path.relative_to(root) if path.is_relative_to(root) else ADAPTER / path.name
        return str(known).encode(errors="replace").decode()

    def _exchange(self, candidate: CandidateProcess, request: Any) -> Any:
        exchange = partial(self.transcript.exchange, candidate.channel)
        return result_of_request(self.codec, self.codec.encode(request), exchange)

    def _exchange_unrecorded(self, candidate: CandidateProcess, request: Any, deadline: float) -> Any:
        exchange = partial(self.transcript.exchange_unrecorded, candidate.channel, deadline)
        return result_of_request(self.codec, self.codec.encode(request), exchange)

    def _deadline(self) -> float:
        return min(time.monotonic() + self._limits.call_seconds, self._grade_deadline)

    def _guarded(self, exchange: Callable[[CandidateProcess], Result], function: str) -> Result:
        """Return the result of an exchange for a function; terminate a candidate that does not reply as it must.

        Raises
        ------
        Problem
        """
        candidate = self.running_candidate()
        try:
            return exchange(candidate)
        except DeadlineError:
            self._terminate(candidate, is_running=True)
            seconds = f"{self._limits.call_seconds:g} seconds"
            if time.monotonic() >= self._grade_deadline:
                seconds = f"the {self._limits.grade_seconds:g} seconds of this grade"
            self._no_reply = f"no answer within {seconds}: an endless loop, or far too slow"
            self.timeouts[function] += 1
        except ChannelClosedError:
            end = self._terminate(candidate, is_running=False) or "it closed its side of the channel"
            self._no_reply = f"the submission's process gave no answer: {end}"
        except (ChannelError, MalformedMessageError) as error:
            self.refuse(candidate, error)
        return self._give_up()

    def _give_up(self) -> NoReturn:
        """Fail the check, now and at each further call: Hypothesis would go on for as long as there is time."""
        raise NoReply(self._no_reply)

    def _terminate(self, candidate: CandidateProcess, *, is_running: bool) -> str:
        self.transcript.mark_incomplete()
        self._candidate = self.codec.candidate = None
        return self._fork_server.terminate(candidate, is_running=is_running)
