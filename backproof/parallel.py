"""Grade many submissions on all cores: processes that collect the checks once and then take job after job."""

import multiprocessing
import os
import queue
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backproof.problems import GraderFault
from backproof.result import Grade, Isolation
from backproof.submission import Source

# How often to look whether a worker died.
SECONDS = 1.0
_LINEAR_ALGEBRA_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerDiedError(GraderFault):
    """A worker ended before its work was done."""


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes
    ----------
    key : object
        Comes back with the grade.
    source : Source
    seed : int
    isolation : str
    misconception : str
        The misconception that takes the place of the function that it imitates; none if empty.
    only : tuple of str
        Ids of the checks to run; all if empty.
    is_stopped_by_failure : bool
        Whether the first check that does not pass is enough to know.
    """

    key: Any
    source: Source
    seed: int
    isolation: Isolation = "local"
    misconception: str = ""
    only: tuple[str, ...] = field(default=())
    is_stopped_by_failure: bool = False


def cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_all(assignment: str, jobs: Iterable[Job], workers: int | None = None) -> Iterator[tuple[Any, Grade]]:
    """Yield the key and the grade of each job, in the order in which they are done.

    Raises
    ------
    WorkerDiedError
    """
    context = multiprocessing.get_context("spawn")
    waiting: Any = context.Queue()
    done: Any = context.Queue()
    pending = list(jobs)
    for variable in _LINEAR_ALGEBRA_THREADS:
        os.environ.setdefault(variable, "1")
    count = max(1, min(workers or cores(), len(pending)))
    processes = [context.Process(target=_work, args=(assignment, waiting, done), daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    # A few jobs wait, so that nobody does; more would be in memory twice.
    ahead = iter(pending)
    for job in islice(ahead, 2 * count):
        waiting.put(job)
    try:
        for _ in pending:
            key, grade = _next(done, processes)
            waiting.put(next(ahead, None))
            if grade is None:
                raise WorkerDiedError(key)
            yield key, grade
    finally:
        waiting.cancel_join_thread()  # nobody reads what is left
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _next(done: Any, processes: list[Any]) -> Any:
    while True:
        try:
            return done.get(timeout=SECONDS)
        except queue.Empty:
            dead = [process.exitcode for process in processes if process.exitcode is not None]
            if any(dead) or len(dead) == len(processes):
                raise WorkerDiedError(f"a worker ended with exit code {max(dead, key=abs)}") from None


def _work(assignment: str, waiting: Any, done: Any) -> None:
    """Take jobs until there are none."""
    from backproof.assignment import load_assignment
    from backproof.contract import load_contract
    from backproof.runner import grading

    chosen = load_assignment(assignment)
    contract = load_contract(chosen.folder("student_template"))
    desk = _Desk(chosen, contract)
    try:
        grading(chosen, contract, lambda grader: desk.serve(grader, waiting, done))
    except Exception as error:  # noqa: BLE001 - told to the parent, which ends
        done.put((f"{type(error).__name__}: {error}", None))


class _Desk:
    """Turns jobs into submissions and grades them."""

    def __init__(self, assignment: Any, contract: Any) -> None:
        self._assignment = assignment
        self._contract = contract
        self._misconceptions: dict[str, Any] | None = None
        self._nurseries: dict[bool, Any] = {}

    def serve(self, grader: Any, waiting: Any, done: Any) -> None:
        """Grade job after job, until there are none."""
        while (job := waiting.get()) is not None:
            submission = self._submission(job)
            try:
                run = grader.grade(
                    submission, seed=job.seed, only=job.only, is_stopped_by_failure=job.is_stopped_by_failure
                )
            finally:
                submission.close()
            done.put((job.key, run.grade))

    def _submission(self, job: Job) -> Any:
        from backproof.submission import LocalSubmission

        if job.misconception:
            return LocalSubmission(job.source, replacements=self._replacement(job.misconception))
        if job.isolation == "local":
            return LocalSubmission(job.source)
        from backproof.confinement.nursery import Nursery
        from backproof.confinement.submission import ConfinedSubmission

        settings = self._assignment.settings
        has_torch = job.source.array == "torch" or self._assignment.needs_torch(self._contract)
        if has_torch not in self._nurseries:
            self._nurseries[has_torch] = Nursery(has_torch, settings.limits, self._assignment.secrets())
        return ConfinedSubmission(
            job.source,
            limits=settings.limits,
            forbidden=settings.policy.forbidden,
            nursery=self._nurseries[has_torch],
        )

    def _replacement(self, name: str) -> dict[str, Any]:
        from backproof.misconceptions import load_misconceptions

        if self._misconceptions is None:
            self._misconceptions = load_misconceptions(self._assignment, self._contract)
        item = self._misconceptions[name]
        return {item.imitates: item.function}
