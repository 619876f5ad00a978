"""A warm grader: pytest starts once in a process, and grades one submission after the other."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache, cached_property
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from backproof.allocator import keep_memory
from backproof.assignment import load_assignment
from backproof.confinement.transcript_cache import TranscriptCache
from backproof.contract import load_contract
from backproof.grading.runner import Grader, grading
from backproof.loading import open_submission
from backproof.problems import Isolation
from backproof.result import Grade
from backproof.submission import LocalSubmission, Source, Submission

if TYPE_CHECKING:
    from backproof.confinement.fork_server_client import ForkServerClient
    from backproof.misconceptions import Misconception


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes
    ----------
    key : object
        Identifies the job when its grade is returned.
    misconception : str
        The misconception that takes the place of the function that it imitates; none if empty.
    only : tuple of str
        Ids of the checks to run; all if empty.
    is_stopped_by_failure : bool
        Whether to stop at the first check that does not pass.
    """

    key: Any
    source: Source
    seed: int
    isolation: Isolation = "local"
    misconception: str = ""
    only: tuple[str, ...] = field(default=())
    is_stopped_by_failure: bool = False


def grade_job(assignment: str, job: Job) -> Grade:
    """Grade a submission with this process's grader of an assignment: the task of a pool or a cluster.

    Raises
    ------
    UsageProblem
        If the assignment names something that does not exist.
    GraderFault
        If a check cannot be run.
    """
    return _warm_grader(assignment).grade(job)


@cache
def _warm_grader(assignment: str) -> "WarmGrader":
    keep_memory()
    return WarmGrader(assignment)


class WarmGrader:
    """The checks of one assignment, collected once.

    pytest runs the loop over the jobs, so it has a thread of its own, which takes them from a queue.

    Parameters
    ----------
    assignment : str
        Its name, or its folder.
    """

    def __init__(self, assignment: str) -> None:
        self._assignment = load_assignment(assignment)
        self._contract = load_contract(self._assignment.folder("student_template"))
        self._fork_servers: dict[bool, ForkServerClient] = {}
        self._transcript_cache = TranscriptCache()
        self._jobs: SimpleQueue[tuple[Job, Future[Grade]]] = SimpleQueue()
        Thread(target=self._serve, name="backproof-grader", daemon=True).start()

    def grade(self, job: Job) -> Grade:
        """Grade a submission; raises what :func:`grade_job` does."""
        future: Future[Grade] = Future()
        self._jobs.put((job, future))
        return future.result()

    def _serve(self) -> None:
        try:
            grading(self._assignment, self._contract, self._take_jobs)
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits for a grade
            while True:
                self._jobs.get()[1].set_exception(error)

    def _take_jobs(self, grader: Grader) -> None:
        while True:
            job, future = self._jobs.get()
            try:
                future.set_result(self._graded(grader, job))
            except Exception as error:  # noqa: BLE001 - raised in the thread that waits for this grade
                future.set_exception(error)

    def _graded(self, grader: Grader, job: Job) -> Grade:
        submission = self._submission(job)
        try:
            return grader.grade(
                submission, seed=job.seed, only=job.only, is_stopped_by_failure=job.is_stopped_by_failure
            ).grade
        finally:
            submission.close()

    def _submission(self, job: Job) -> Submission:
        if job.misconception:
            item = self._misconceptions[job.misconception]
            return LocalSubmission(job.source, replacements={item.imitates: item.function})
        self._transcript_cache.begin_grade(job.seed)
        return open_submission(
            job.source,
            job.isolation,
            self._assignment,
            self._contract,
            fork_server=self._fork_server,
            transcript_cache=self._transcript_cache,
        )

    def _fork_server(self, needs_torch: bool) -> "ForkServerClient":
        """Return the server that forks confined processes: libraries are imported once for all of them."""
        from backproof.confinement.fork_server_client import ForkServerClient

        if needs_torch not in self._fork_servers:
            self._fork_servers[needs_torch] = ForkServerClient(
                needs_torch, self._assignment.settings.limits, self._assignment.secrets()
            )
        return self._fork_servers[needs_torch]

    @cached_property
    def _misconceptions(self) -> "Mapping[str, Misconception]":
        from backproof.diagnosis.catalogue import load_misconceptions

        return load_misconceptions(self._assignment, self._contract)
