"""A submission in a confined process, with the same calls as one in this process: checks cannot tell the difference."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn

from backproof import problems
from backproof.confinement import messages
from backproof.confinement.channel import ChannelClosedError, ChannelError, DeadlineError
from backproof.confinement.examiner import ExaminerCodec, readable
from backproof.confinement.limits import Limits
from backproof.confinement.messages import MalformedMessageError
from backproof.confinement.nursery import START_SECONDS, Living, Nursery
from backproof.contract import FunctionSpec
from backproof.problems import GraderFault, NoAnswer, Problem, PropertyViolated, SubmissionRaised
from backproof.submission import Source
from backproof.submission.archives import is_archive

# A point at which a check's function is asked for has a few numbers; the function's time is the examiner's own.
LARGEST_CALL_BACK = 2**20
# A function that did not answer in time so often is not called again: others need the time of the grade, too.
MOST_WAITS = 2
# Places as a candidate knows them: the learner's own paths are nobody's business.
ROOT, ADAPTER = Path("/submission"), Path("/adapter")


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
    nursery : Nursery, optional
        Where its process comes from: one that serves other submissions, too. Else one of its own is started.
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
        nursery: Nursery | None = None,
    ) -> None:
        self.source = source
        # An archive is the folder of what is in it.
        self._root = ROOT / source.root.name if is_archive(source.root) else ROOT
        self._limits = limits
        self._forbidden = list(forbidden)
        self._is_own_nursery = nursery is None
        self._nursery = nursery or Nursery(needs_torch or source.array == "torch", limits, secrets)
        self._codec = ExaminerCodec()
        self._candidate: Living | None = None
        self._found: dict[str, Problem | None] = {}
        self._deadly: dict[Path, NoAnswer] = {}
        self._announced: set[str] = set()
        # How often each function was waited for in vain.
        self._waits: Counter[str] = Counter()
        # Why this check gets no more answers.
        self._silence = ""
        self._check = 0
        self._check_bytes = b"\0" * messages.CHECK_BYTES
        self._grade_deadline = time.monotonic() + limits.grade_seconds

    @property
    def confinement(self) -> str:
        """What the process gave up: ``as an unprivileged user``, or ``without capabilities``."""
        return self._nursery.privileges

    def close(self) -> None:
        """End the submission's process."""
        if self._candidate is not None:
            self._bury(self._candidate, is_alive=True)
        if self._is_own_nursery:
            self._nursery.close()

    def begin_check(self) -> None:
        """Hear that another check begins: what earlier ones were given is not needed any more."""
        self._check += 1
        self._check_bytes = self._check.to_bytes(messages.CHECK_BYTES, "little")
        self._silence = ""
        self._codec.begin_check()
        if self._candidate is not None and not self._candidate.channel.is_silent():
            # It has died, or says what nobody asked for: not to be taken for an answer to this check.
            self._bury(self._candidate, is_alive=True)

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

    def seed_global_random_state(self, seed: int) -> str:
        """Seed every global generator that the submission could reach, and return a digest of their states."""
        return readable(str(self._ask(messages.SeedGlobalState(seed))))

    def global_random_state(self) -> str:
        """Return a digest of every global generator's state."""
        return readable(str(self._ask(messages.ReadGlobalState())))

    def _call(self, purpose: str, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        self.find(spec)
        if self._waits[spec.name] >= MOST_WAITS:
            raise NoAnswer(f"{spec.name} did not answer in time in {MOST_WAITS} earlier checks: it is not called again")
        self._living()
        if spec.name not in self._announced:
            self._announce(spec)
        return self._ask(messages.Call(purpose, spec.name, self._codec.sendable(arguments)))  # type: ignore[arg-type]

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
        self._ask(messages.Find(messages.Function(spec.name, spec.module, parameters, returns)))

    def _living(self) -> Living:
        """Return the candidate, a fresh one if the last one died in an earlier check."""
        if self._candidate is None:
            if self._silence:
                self._give_up()
            if time.monotonic() > self._grade_deadline:
                raise NoAnswer(f"the {self._limits.grade_seconds:g} seconds of this grade are used up")
            self._candidate = self._codec.candidate = self._nursery.candidate()
            self._announced.clear()
            self._load(self._candidate)
        return self._candidate

    def _load(self, candidate: Living) -> None:
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
            self._exchange(candidate, load, time.monotonic() + START_SECONDS)
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
        candidate = self._living()
        deadline = min(time.monotonic() + self._limits.call_seconds, self._grade_deadline)
        try:
            return self._exchange(candidate, request, deadline)
        except DeadlineError:
            self._bury(candidate, is_alive=True)
            seconds = f"{self._limits.call_seconds:g} seconds"
            if deadline == self._grade_deadline:
                seconds = f"the {self._limits.grade_seconds:g} seconds of this grade"
            self._silence = f"no answer within {seconds}: an endless loop, or far too slow"
            self._waits[request.function if isinstance(request, messages.Call) else ""] += 1
        except ChannelClosedError:
            death = self._bury(candidate, is_alive=False) or "it closed its side of the channel"
            self._silence = f"the submission's process gave no answer: {death}"
        except (ChannelError, MalformedMessageError) as error:
            self._bury(candidate, is_alive=True)
            self._silence = f"the submission's process did not answer as it must: {readable(str(error))}"
        return self._give_up()

    def _give_up(self) -> NoReturn:
        """Let the check fail, now and at each further call: Hypothesis would go on for as long as there is time."""
        raise NoAnswer(self._silence)

    def _exchange(self, candidate: Living, request: Any, deadline: float) -> Any:
        """Send a request, serve what is called back, and return what came of it."""
        candidate.channel.send(self._check_bytes + self._codec.encode(request), deadline)
        error: Problem | None = None
        while True:
            data = candidate.channel.receive(deadline)
            reply = self._codec.decode(data)
            if isinstance(reply, messages.CallBack):
                if len(data) > LARGEST_CALL_BACK:
                    raise MalformedMessageError(f"a function was called with {len(data) >> 10} kB of arguments")
                answer, failed = self._called_back(reply)
                error = error or failed
                candidate.channel.send(answer, deadline)
            elif error is not None:
                raise error
            elif isinstance(reply, messages.Raised):
                raise _problem(reply)
            else:
                self._codec.set_generators(reply.generators)
                return reply.value

    def _called_back(self, call: messages.CallBack) -> tuple[bytes, Problem | None]:
        """Call a function of the check's for the submission; return the message to answer, and what went wrong."""
        if not 0 <= call.function < len(self._codec.functions):
            raise MalformedMessageError("a call of a function that was not passed")
        try:
            value = self._codec.functions[call.function](*call.arguments)
            return self._codec.encode(messages.Returned(value)), None
        except Problem as problem:
            failed = problem
        except Exception as error:  # noqa: BLE001 - the arguments are the submission's: anything may come of them
            what = readable(f"{type(error).__name__}: {error}")
            failed = PropertyViolated(f"the function was called with what it cannot work on: {what}")
        return self._codec.encode(messages.CallBackFailed()), failed

    def _bury(self, candidate: Living, *, is_alive: bool) -> str:
        self._candidate = self._codec.candidate = None
        return self._nursery.bury(candidate, is_alive=is_alive)


def _problem(raised: messages.Raised) -> Problem:
    message, expected, got = (readable(text) for text in (raised.message, raised.expected, raised.got))
    if raised.kind == "SubmissionRaised":
        types = tuple(readable(name)[:100] for name in raised.exception_types[:50]) or ("Exception",)
        return SubmissionRaised(message, exception_types=types, exception_message=readable(raised.exception_message))
    kind: type[Problem] = getattr(problems, raised.kind)
    return kind(message, expected=expected, got=got)
