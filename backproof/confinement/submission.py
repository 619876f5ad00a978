"""A submission in a confined process, with the methods of one in this process: checks see no difference."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from backproof.confinement import messages
from backproof.confinement.announcements import Announcements
from backproof.confinement.calls import Calls
from backproof.confinement.examiner_codec import readable
from backproof.confinement.fork_server_client import ForkServerClient
from backproof.confinement.limits import Limits
from backproof.confinement.session import Session
from backproof.confinement.transcript_cache import TranscriptCache
from backproof.contract import FunctionSpec
from backproof.problems import Isolation, Problem
from backproof.submission import Source, Submission
from backproof.submission.call_batch import CallBatch


class ConfinedSubmission(Submission):
    """Calls the functions of a submission in a confined process; the methods are described in :class:`Submission`.

    Parameters
    ----------
    source : Source
    limits : Limits
    forbidden : sequence of str
        Modules and functions that the submission may not use.
    secrets : sequence of Path
        Files and folders that the submission's process must not read.
    needs_torch : bool
        Whether torch is needed though the submission works on NumPy arrays.
    fork_server : ForkServerClient, optional
        Forks the process; it may serve other submissions, too. Without it one is started for this submission.
    transcript_cache : TranscriptCache, optional
        The replies of other submissions, and where the replies of this one are stored.
    """

    isolation: Isolation = "confined"

    def __init__(
        self,
        source: Source,
        *,
        limits: Limits,
        forbidden: Sequence[str] = (),
        secrets: Sequence[Path] = (),
        needs_torch: bool = False,
        fork_server: ForkServerClient | None = None,
        transcript_cache: TranscriptCache | None = None,
    ) -> None:
        self.source = source
        self._owns_fork_server = fork_server is None
        self._fork_server = fork_server or ForkServerClient(needs_torch or source.array == "torch", limits, secrets)
        self._session = Session(source, limits, forbidden, self._fork_server, transcript_cache)
        self._announcements = Announcements(self._session, source)
        self._calls = Calls(self._session, self._announcements)

    @property
    def confinement(self) -> str:
        """The rights that the process gave up: ``as an unprivileged user``, or ``without capabilities``."""
        return self._fork_server.privileges

    def close(self) -> None:
        self._session.close()
        if self._owns_fork_server:
            self._fork_server.close()

    def begin_check(self) -> None:
        self._session.begin_check()

    def outcome_of_same_replies(self, check: str, functions: Sequence[FunctionSpec]) -> Any:
        """Return what a check recorded for other submissions with the same replies; None if it must run.

        The requests that are made to find out are not made again when the check runs.
        """
        if not self._session.transcript.is_cached(check):
            return None
        try:
            for spec in functions:
                self._announcements.prepare(spec)
        except Problem:
            return None  # the check will raise it, too
        return self._session.transcript.replay(self._session.running_candidate().channel, check)

    def store_replies(self, check: str, outcome: Any) -> None:
        """Store the replies to a check that passed, and what it recorded, for other submissions."""
        self._session.transcript.store(check, outcome)

    def find(self, spec: FunctionSpec) -> None:
        self._announcements.find(spec)

    def call(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        return self._calls.call("call", spec, arguments)

    def call_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        return self._calls.batch("call", spec, batch)

    def attempt_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        return self._calls.batch("attempt", spec, batch)

    def call_with_global_seed(self, spec: FunctionSpec, arguments: Mapping[str, Any], seed: int) -> tuple[Any, bool]:
        self._announcements.prepare(spec)
        request = messages.SeededCall(spec.name, self._session.codec.sendable(arguments), seed)
        result = self._session.result_of(request)
        return (result[0], result[1] is True) if isinstance(result, list) and len(result) == 2 else (result, False)

    def module(self, returned: Any) -> Any:
        """Return a torch module that stands for the one that a function returned."""
        from backproof.confinement.remote_model import RemoteModel

        return RemoteModel(self._session.result_of, returned)

    def changed_arguments(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        changed = self._calls.call("changed_arguments", spec, arguments)
        names = {item for item in changed if isinstance(item, str)} if isinstance(changed, list) else set()
        return [name for name in arguments if name in names]

    def warnings(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        given = self._calls.call("warnings", spec, arguments)
        return [readable(text) for text in given if isinstance(text, str)] if isinstance(given, list) else []

    def seed_global_generators(self, seed: int) -> None:
        self._session.result_of(messages.SeedGenerators(seed))
