"""Announce functions of the contract to the candidate, which finds them in the submission's files."""

from pathlib import Path

from backproof.confinement import messages
from backproof.confinement.session import Session
from backproof.contract import FunctionSpec
from backproof.problems import NoReply, Problem
from backproof.submission import Source

# A function that timed out so often is not called again: other functions need the time of the grade, too.
MOST_TIMEOUTS = 2


class Announcements:
    """The functions that a session's candidate has looked up, and the outcome for each."""

    def __init__(self, session: Session, source: Source) -> None:
        self._session = session
        self._source = source
        self._found: dict[str, Problem | None] = {}
        # Files whose import ends the process, or takes forever.
        self._fatal: dict[Path, NoReply] = {}

    def find(self, spec: FunctionSpec) -> None:
        """Raise a problem if there is no such function.

        Raises
        ------
        Problem
            If it is missing, cannot be imported, or has another signature.
        """
        if spec.name not in self._found:
            self._found[spec.name] = self._look_up(spec)
        found = self._found[spec.name]
        if found is not None:
            raise found

    def prepare(self, spec: FunctionSpec) -> None:
        """Announce the function to the running candidate, if needed; raise what :meth:`find` raises, or NoReply."""
        self.find(spec)
        if self._session.timeouts[spec.name] >= MOST_TIMEOUTS:
            times = f"in {MOST_TIMEOUTS} earlier checks"
            raise NoReply(f"{spec.name} did not answer in time {times}: it is not called again")
        self._session.running_candidate()
        if spec.name not in self._session.announced:
            self._announce(spec)

    def _look_up(self, spec: FunctionSpec) -> Problem | None:
        file = self._source.module_file(spec.module)
        if file not in self._fatal:
            try:
                self._announce_twice(spec)
            except NoReply as problem:
                self._fatal[file] = problem
            except Problem as problem:
                return problem
        return self._fatal.get(file)

    def _announce_twice(self, spec: FunctionSpec) -> None:
        """Announce a function, again to a new candidate if the first one ends: another file may be the cause."""
        self._session.running_candidate()
        had_others = bool(self._session.announced)
        try:
            self._announce(spec)
        except NoReply:
            if not had_others:
                raise
            self._session.allow_retry()
            self._announce(spec)

    def _announce(self, spec: FunctionSpec) -> None:
        self._session.running_candidate()
        parameters = [
            (p.name, int(p.kind), p.default is not p.empty, None if p.default is p.empty else p.default)
            for p in spec.signature.parameters.values()
        ]
        returns: list[tuple[str, str]] = [(field.name, field.kind) for field in spec.returns]
        self._session.announced.add(spec.name)
        function = messages.Function(spec.name, spec.module, parameters, returns)
        self._session.unrecorded_result(messages.Find(function))
