"""A submission in a confined process, with the same calls as one in this process: checks cannot tell the difference."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, cast

from backproof.confinement import messages
from backproof.confinement.channel import LARGEST_MESSAGE, ChannelClosedError, ChannelError, DeadlineError
from backproof.confinement.examiner import ExaminerCodec, readable
from backproof.confinement.exchanges import exchange, result_in
from backproof.confinement.fork_server_client import START_SECONDS, CandidateProcess, ForkServerClient
from backproof.confinement.limits import Limits
from backproof.confinement.messages import MalformedMessageError, Purpose
from backproof.confinement.transcript import Dialogue
from backproof.confinement.transcript_cache import Said, TranscriptCache
from backproof.contract import FunctionSpec
from backproof.problems import GraderFault, NoAnswer, Problem
from backproof.submission import Opaque, Source
from backproof.submission.archives import is_archive
from backproof.submission.call_batch import CallBatch, one_by_one

# A function that did not answer in time so often is not called again: others need the time of the grade, too.
MOST_WAITS = 2
# Places as a candidate knows them: the learner's own paths are nobody's business.
ROOT, ADAPTER = Path("/submission"), Path("/adapter")

Heard = TypeVar("Heard")


class ConfinedSubmission:
    """Calls the functions of a submission in a process that can reach nothing.

    Parameters
    ----------
    source : Source
    limits : Limits
    forbidden : sequence of str
        Modules and functions that the submission may not use.
    secrets : sequence of Path
        Folders that the submission's process must not read.
    needs_torch : bool
        Whether torch is needed though the submission works on NumPy arrays.
    fork_server : ForkServerClient, optional
        Where its process comes from: one that serves other submissions, too. Else one of its own is started.
    transcript_cache : TranscriptCache, optional
        What other submissions answered, and where this one's answers are kept.
    """

    isolation: Literal["confined", "local"] = "confined"

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
        # An archive is the folder of what is in it.
        self._root = ROOT / source.root.name if is_archive(source.root) else ROOT
        self._limits = limits
        self._forbidden = list(forbidden)
        self._is_own_fork_server = fork_server is None
        self._fork_server = fork_server or ForkServerClient(needs_torch or source.array == "torch", limits, secrets)
        self._codec = ExaminerCodec()
        self._dialogue = Dialogue(self._codec, self._deadline, transcript_cache)
        self._candidate: CandidateProcess | None = None
        self._found: dict[str, Problem | None] = {}
        self._deadly: dict[Path, NoAnswer] = {}
        self._announced: set[str] = set()
        # How often each function was waited for in vain.
        self._waits: Counter[str] = Counter()
        # Why this check gets no more answers.
        self._silence = ""
        self._grade_deadline = time.monotonic() + limits.grade_seconds

    @property
    def confinement(self) -> str:
        """What the process gave up: ``as an unprivileged user``, or ``without capabilities``."""
        return self._fork_server.privileges

    def close(self) -> None:
        """End the submission's process."""
        if self._candidate is not None:
            self._terminate(self._candidate, is_alive=True)
        if self._is_own_fork_server:
            self._fork_server.close()

    def begin_check(self) -> None:
        """Hear that another check begins: what earlier ones were given is not needed any more."""
        if self._candidate is not None and (self._dialogue.is_ahead or not self._candidate.channel.is_silent()):
            # It has died, or says what nobody asked for: not to be taken for an answer to this check.
            self._terminate(self._candidate, is_alive=True)
        self._dialogue.begin_check()
        self._silence = ""
        self._codec.begin_check()

    def outcome_of_same_replies(self, check: str, functions: Sequence[FunctionSpec]) -> Any:
        """Return what came of a check for others that answered as this one does; None if it must run.

        What is asked to find out is not asked again when it runs.
        """
        if not self._dialogue.knows(check):
            return None
        try:
            for spec in functions:
                self._prepare(spec)
        except Problem:
            return None  # the check will meet it, too
        return self._dialogue.rehearse(self._living().channel, check)

    def store_replies(self, check: str, outcome: Any) -> None:
        """Hear that the check was passed, and what came of it: others may answer the same."""
        self._dialogue.keep(check, outcome)

    def find(self, spec: FunctionSpec) -> None:
        """Make sure that there is such a function.

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

    def call(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function.

        Raises
        ------
        Problem
            If the function cannot be called, raises, does not answer in time, or returns what cannot be sent.
        """
        return self._call("call", spec, arguments)

    def call_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Call a function with one set of arguments after the other; yield each result, or the problem instead.

        They cross the channel together: going there and back takes longer than most calls.
        """
        return self._each("call", spec, batch)

    def attempt_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Do the same with arguments that should be refused: of an exception the type and message are told alone."""
        return self._each("attempt", spec, batch)

    def call_with_global_seed(self, spec: FunctionSpec, arguments: Mapping[str, Any], seed: int) -> tuple[Any, bool]:
        """Seed every global generator and call a function; return its result, and whether it left them alone."""
        self._prepare(spec)
        answer = self._ask(messages.SeededCall(spec.name, self._codec.sendable(arguments), seed))
        return (answer[0], answer[1] is True) if isinstance(answer, list) and len(answer) == 2 else (answer, False)

    def module(self, returned: Any) -> Any:
        """Return a torch module that stands for the one that a function returned."""
        from backproof.confinement.remote_model import RemoteModel

        return RemoteModel(self._ask, returned)

    def changed_arguments(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the names of the arguments that it changed in place."""
        changed = self._call("changed_arguments", spec, arguments)
        names = {item for item in changed if isinstance(item, str)} if isinstance(changed, list) else set()
        return [name for name in arguments if name in names]

    def warnings(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the warnings that it gave."""
        given = self._call("warnings", spec, arguments)
        return [readable(text) for text in given if isinstance(text, str)] if isinstance(given, list) else []

    def seed_global_generators(self, seed: int) -> None:
        """Seed every global generator that the submission could reach."""
        self._ask(messages.SeedGenerators(seed))

    def _call(self, purpose: Purpose, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        self._prepare(spec)
        return self._ask(messages.Call(purpose, spec.name, self._codec.sendable(arguments)))

    def _each(self, purpose: Purpose, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        if any(callable(value) for arguments in batch for value in arguments.values()):
            return one_by_one(partial(self._call, purpose), spec, batch)
        return self._call_together(purpose, spec, batch)

    def _call_together(self, purpose: Purpose, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        self._prepare(spec)
        calls = self._codec.encode_batch(messages.Call(purpose, spec.name, dict(arguments)) for arguments in batch)
        if sum(map(len, calls)) > LARGEST_MESSAGE // 2:
            yield from one_by_one(partial(self._call, purpose), spec, batch)
            return
        waits = self._waits[spec.name]
        try:
            replies = self._heard(lambda candidate: self._exchange_batch(candidate, calls), spec.name)
        except NoAnswer:
            if any(isinstance(value, Opaque) for arguments in batch for value in arguments.values()):
                raise  # what they hold was lost with the process
            # One by one they tell at which call it happens; what is waited for twice counts once.
            self._silence, self._waits[spec.name] = "", waits
            yield from one_by_one(partial(self._call, purpose), spec, batch)
            return
        asked = self._living()
        for reply in replies:
            try:
                if self._candidate is not asked:
                    raise NoAnswer("the process that kept this cache or state is dead")
                answer = result_in(self._codec, reply)
            except Problem as problem:
                answer = problem
            except MalformedMessageError as error:
                self._refuse(asked, error)
                answer = NoAnswer(self._silence)
            yield answer

    def _prepare(self, spec: FunctionSpec) -> None:
        """Make sure that a candidate lives which knows the function."""
        self.find(spec)
        if self._waits[spec.name] >= MOST_WAITS:
            raise NoAnswer(f"{spec.name} did not answer in time in {MOST_WAITS} earlier checks: it is not called again")
        self._living()
        if spec.name not in self._announced:
            self._announce(spec)

    def _look_up(self, spec: FunctionSpec) -> Problem | None:
        file = self.source.module_file(spec.module)
        if file not in self._deadly:
            try:
                self._announce_afresh(spec)
            except NoAnswer as problem:
                # Importing the file ends the process, or takes forever: once is enough.
                self._deadly[file] = problem
            except Problem as problem:
                return problem
        return self._deadly.get(file)

    def _announce_afresh(self, spec: FunctionSpec) -> None:
        """Tell a candidate what a function is; if it is lost over that, a fresh one: another file may be to blame."""
        self._living()
        had_others = bool(self._announced)
        try:
            self._announce(spec)
        except NoAnswer:
            if not had_others:
                raise
            self._silence = ""
            self._announce(spec)

    def _announce(self, spec: FunctionSpec) -> None:
        """Tell a candidate what a function is: one that took the place of a dead one knows none."""
        self._living()
        parameters = [
            (p.name, int(p.kind), p.default is not p.empty, None if p.default is p.empty else p.default)
            for p in spec.signature.parameters.values()
        ]
        returns: list[tuple[str, str]] = [(field.name, field.kind) for field in spec.returns]
        self._announced.add(spec.name)
        request = messages.Find(messages.Function(spec.name, spec.module, parameters, returns))
        self._heard(lambda candidate: self._exchange_aside(candidate, request, self._deadline()), "")

    def _living(self) -> CandidateProcess:
        """Return the candidate, a fresh one if the last one died in an earlier check."""
        if self._candidate is None:
            if self._silence:
                self._give_up()
            if time.monotonic() > self._grade_deadline:
                raise NoAnswer(f"the {self._limits.grade_seconds:g} seconds of this grade are used up")
            self._candidate = self._codec.candidate = self._fork_server.candidate()
            self._announced.clear()
            self._load(self._candidate)
        return self._candidate

    def _load(self, candidate: CandidateProcess) -> None:
        source, files = self.source, self.source.files
        load = messages.Load(
            root=str(self._root),
            entry=self._place(source.entry) if source.entry else None,
            is_adapted=source.is_adapted,
            array=source.array,
            texts={self._place(path): text for path, text in files.texts.items()},
            refused={self._place(path): why for path, why in files.refused.items()},
            forbidden=self._forbidden,
        )
        try:
            # Nothing of the submission's runs yet, so its limits do not count.
            self._exchange_aside(candidate, load, time.monotonic() + START_SECONDS)
        except ChannelError as error:
            candidate.output.drain()
            last = candidate.output.text.strip().rpartition("\n")[2]
            raise GraderFault(f"a confined process could not be started: {last or error}") from None

    def _place(self, path: Path) -> str:
        """Return a file's place as the candidate knows it; a name may hold bytes that are no text."""
        root = self.source.root
        place = self._root / path.relative_to(root) if path.is_relative_to(root) else ADAPTER / path.name
        return str(place).encode(errors="replace").decode()

    def _ask(self, request: Any) -> Any:
        """Return what a request came to.

        Raises
        ------
        Problem
        """
        function = request.function if isinstance(request, messages.Call | messages.SeededCall) else ""
        return self._heard(lambda candidate: self._exchange(candidate, request), function)

    def _exchange(self, candidate: CandidateProcess, request: Any) -> Any:
        turn = partial(self._dialogue.turn, candidate.channel)
        return exchange(self._codec, self._codec.encode(request), turn)

    def _exchange_batch(self, candidate: CandidateProcess, calls: list[bytes]) -> list[memoryview]:
        batch = Said("batch", self._codec.encode(messages.CallBatch(calls)), len(calls))
        return cast(list[memoryview], self._dialogue.turn(candidate.channel, batch))

    def _exchange_aside(self, candidate: CandidateProcess, request: Any, deadline: float) -> Any:
        """Ask what is not part of any check."""
        turn = partial(self._dialogue.aside, candidate.channel, deadline)
        return exchange(self._codec, self._codec.encode(request), turn)

    def _deadline(self) -> float:
        return min(time.monotonic() + self._limits.call_seconds, self._grade_deadline)

    def _heard(self, exchange: Callable[[CandidateProcess], Heard], function: str) -> Heard:
        """Return what was heard from the candidate in an exchange that was begun for a function's sake.

        Raises
        ------
        Problem
        """
        candidate = self._living()
        try:
            return exchange(candidate)
        except DeadlineError:
            self._terminate(candidate, is_alive=True)
            seconds = f"{self._limits.call_seconds:g} seconds"
            if time.monotonic() >= self._grade_deadline:
                seconds = f"the {self._limits.grade_seconds:g} seconds of this grade"
            self._silence = f"no answer within {seconds}: an endless loop, or far too slow"
            self._waits[function] += 1
        except ChannelClosedError:
            death = self._terminate(candidate, is_alive=False) or "it closed its side of the channel"
            self._silence = f"the submission's process gave no answer: {death}"
        except (ChannelError, MalformedMessageError) as error:
            self._refuse(candidate, error)
        return self._give_up()

    def _refuse(self, candidate: CandidateProcess, error: Exception) -> None:
        """End a candidate that says what it must not."""
        self._terminate(candidate, is_alive=True)
        self._silence = f"the submission's process did not answer as it must: {readable(str(error))}"

    def _give_up(self) -> NoReturn:
        """Let the check fail, now and at each further call: Hypothesis would go on for as long as there is time."""
        raise NoAnswer(self._silence)

    def _terminate(self, candidate: CandidateProcess, *, is_alive: bool) -> str:
        self._dialogue.interrupt()
        self._candidate = self._codec.candidate = None
        return self._fork_server.terminate(candidate, is_alive=is_alive)
