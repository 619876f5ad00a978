"""The grading of a class: each distinct submission without a grade is graded, and each grade is stored at once."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backproof import __version__
from backproof.assignment import Assignment
from backproof.gradebook.database import Gradebook
from backproof.gradebook.hand_ins import HandIn
from backproof.grading.warm_grader import Job
from backproof.problems import GraderFault, Isolation, UsageProblem
from backproof.result import Grade
from backproof.standings import Attempt, Suite

# Grades jobs: processes on this machine, or a cluster.
Engine = Callable[[Iterable[Job]], Iterator[tuple[Any, Grade | GraderFault]]]


@dataclass
class Tally:
    """The progress of a class.

    Attributes
    ----------
    graded, already_graded, same_text : int
        Graded in this run; in an earlier one; identical to a submission of another learner in this run.
    not_graded : list of str
        The learner and the problem of each submission that could not be graded, as the terminal shows it.
    """

    total: int
    graded: int = 0
    already_graded: int = 0
    same_text: int = 0
    not_graded: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many submissions are finished."""
        return self.graded + self.already_graded + self.same_text + len(self.not_graded)


class ClassGrading:
    """Grades the submissions of a class into a gradebook.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : Assignment
    seed : int
        Of all grades, unless the gradebook has stored one for this suite.
    adapter : Path, optional
    isolation : str
    is_regraded : bool
        Whether to grade submissions again that were graded before.
    progress : function
        Called with the tally after each change.
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
        self._seed = gradebook.add_suite(self._suite, seed)
        self._adapter = adapter
        self._isolation = isolation
        self._is_regraded = is_regraded
        self._progress = progress
        self._seen: set[str] = set()

    def grade(self, hand_ins: Sequence[HandIn], engine: Engine) -> Tally:
        """Grade all submissions that have no grade, and return the tally.

        Raises
        ------
        GraderFault
            If the gradebook cannot be written.
        """
        tally = Tally(len(hand_ins))
        for attempt, result in engine(self._jobs(hand_ins, tally)):
            if isinstance(result, GraderFault):
                self._gradebook.store_problem(self._suite, attempt.sha256, str(result))
                tally.not_graded.append(f"{attempt.learner}: {result}")
            else:
                self._gradebook.store_grade(self._suite, result)
                tally.graded += 1
            self._progress(tally)
        return tally

    def _jobs(self, hand_ins: Sequence[HandIn], tally: Tally) -> Iterator[Job]:
        """Store each attempt, and yield a job for each distinct submission without a grade."""
        for hand_in in hand_ins:
            path = os.fsencode(hand_in.path).decode(errors="replace")
            attempt = Attempt(hand_in.learner, hand_in.submitted_at(), path)
            try:
                source = hand_in.source(self._assignment, self._adapter)
            except UsageProblem as error:
                self._gradebook.add_attempt(self._suite, replace(attempt, problem=str(error)))
                tally.not_graded.append(f"{attempt.learner}: {error}")
                self._progress(tally)
                continue
            attempt = replace(attempt, sha256=source.sha256())
            self._gradebook.add_attempt(self._suite, attempt)
            is_known = attempt.sha256 in self._seen
            self._seen.add(attempt.sha256)
            if is_known:
                tally.same_text += 1
            elif self._is_regraded or (problem := self._gradebook.problem(self._suite, attempt.sha256)) is None:
                yield Job(attempt, source, self._seed, isolation=self._isolation)
                continue
            elif problem:
                tally.not_graded.append(f"{attempt.learner}: {problem} (--regrade tries again)")
            else:
                tally.already_graded += 1
            self._progress(tally)
