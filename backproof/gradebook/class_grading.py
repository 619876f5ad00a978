"""Grade what is not graded yet, and keep each grade as it comes."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backproof import __version__
from backproof.assignment import Assignment
from backproof.gradebook.database import Gradebook
from backproof.gradebook.hand_ins import Entry
from backproof.grading.warm_grader import Job
from backproof.problems import GraderFault, UsageProblem
from backproof.result import Grade, Isolation
from backproof.standings import Attempt, Suite

# What grades jobs: processes on this machine, or a cluster.
Engine = Callable[[Iterable[Job]], Iterator[tuple[Any, Grade | GraderFault]]]


@dataclass
class Tally:
    """What became of the submissions.

    Attributes
    ----------
    graded, already_graded, same_text : int
        In this run; in an earlier one; as the same text of somebody else's in this run.
    not_graded : list of str
        Whose submission could not be graded, and why: what the terminal shows.
    """

    total: int
    graded: int = 0
    already_graded: int = 0
    same_text: int = 0
    not_graded: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many submissions have been dealt with."""
        return self.graded + self.already_graded + self.same_text + len(self.not_graded)


class ClassGrading:
    """Grades the submissions of a class into a gradebook.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : Assignment
    seed : int
        Of every grade.
    adapter : Path, optional
    isolation : str
    is_regraded : bool
        Whether to grade again what was graded before.
    progress : function
        Called with the tally whenever it changes.
    """

    def __init__(
        self,
        gradebook: Gradebook,
        assignment: Assignment,
        *,
        seed: int,
        adapter: Path | None = None,
        isolation: Isolation = "confined",
        is_regraded: bool = False,
        progress: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self._gradebook = gradebook
        self._assignment = assignment
        self._suite = Suite(__version__, assignment.name, assignment.sha256())
        self._seed = gradebook.begin(self._suite, seed)
        self._adapter = adapter
        self._isolation = isolation
        self._is_regraded = is_regraded
        self._progress = progress
        self._seen: set[str] = set()

    def grade(self, entries: Sequence[Entry], engine: Engine) -> Tally:
        """Grade all that is to be graded, and return what became of it.

        Raises
        ------
        GraderFault
            If the gradebook cannot be written.
        """
        tally = Tally(len(entries))
        for entry, outcome in engine(self._jobs(entries, tally)):
            if isinstance(outcome, GraderFault):
                self._gradebook.set_aside(self._suite, entry.sha256, str(outcome))
                tally.not_graded.append(f"{entry.learner}: {outcome}")
            else:
                self._gradebook.keep(self._suite, outcome)
                tally.graded += 1
            self._progress(tally)
        return tally

    def _jobs(self, entries: Sequence[Entry], tally: Tally) -> Iterator[Job]:
        """Note each attempt, and yield a job for each text that has no grade."""
        for entry in entries:
            attempt = Attempt(entry.learner, entry.submitted_at(), os.fsencode(entry.path).decode(errors="replace"))
            try:
                source = entry.source(self._assignment, self._adapter)
            except UsageProblem as error:
                self._gradebook.hand_in(self._suite, replace(attempt, problem=str(error)))
                tally.not_graded.append(f"{entry.learner}: {error}")
                self._progress(tally)
                continue
            attempt = replace(attempt, sha256=source.sha256())
            self._gradebook.hand_in(self._suite, attempt)
            is_known = attempt.sha256 in self._seen
            self._seen.add(attempt.sha256)
            if is_known:
                tally.same_text += 1
            elif self._is_regraded or (problem := self._gradebook.outcome(self._suite, attempt.sha256)) is None:
                yield Job(attempt, source, self._seed, isolation=self._isolation)
                continue
            elif problem:
                tally.not_graded.append(f"{entry.learner}: {problem} (--regrade tries again)")
            else:
                tally.already_graded += 1
            self._progress(tally)
