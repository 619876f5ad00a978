"""Grade many submissions on all cores: processes that collect the checks once and then take job after job."""

import contextlib
import multiprocessing
import os
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import Any

from pebble import ProcessExpired, ProcessPool

from backproof.grading.warm_grader import Job, grade_job
from backproof.problems import GraderFault
from backproof.result import Grade

# A submission whose grader ends is tried again: the machine may be the cause. Not for ever: the submission may be, too.
MOST_TRIES = 3
# An item that was put into a queue arrives a little later.
CORE_SECONDS = 1.0
_LINEAR_ALGEBRA_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class GraderEndedError(GraderFault):
    """The process that graded a submission ended, in each try."""


def cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_all(
    assignment: str, jobs: Iterable[Job], workers: int | None = None
) -> Iterator[tuple[Any, Grade | GraderFault]]:
    """Yield the key of each job with its grade, or with the fault in its place, in the order of completion.

    Parameters
    ----------
    assignment : str
        Its name, or its folder.
    jobs : iterable of Job
        Read lazily, a few ahead of the workers, so that any number needs no memory.
    workers : int, optional
        How many processes; one for each core otherwise.

    Raises
    ------
    UsageProblem
        If the assignment names something that does not exist.
    """
    for variable in _LINEAR_ALGEBRA_THREADS:
        os.environ.setdefault(variable, "1")
    count = workers or cores()
    ahead = iter(jobs)
    tries: dict[Future[Grade], tuple[Job, int]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPool(
        max_workers=count, context=context, initializer=_pin_to_core, initargs=[_queue_of_cores(context)]
    ) as pool:

        def submit(job: Job, so_far: int = 0) -> None:
            tries[pool.schedule(grade_job, args=(assignment, job))] = job, so_far + 1

        try:
            # A few jobs wait in the queue, so that no process waits.
            for job in islice(ahead, 2 * count):
                submit(job)
            while tries:
                for done in wait(tries, return_when=FIRST_COMPLETED).done:
                    job, so_far = tries.pop(done)
                    fault = done.exception()
                    if isinstance(fault, ProcessExpired) and so_far < MOST_TRIES:
                        submit(job, so_far)
                        continue
                    for following in islice(ahead, 1):
                        submit(following)
                    yield job.key, _outcome(done)
        finally:
            pool.stop()


def _outcome(done: "Future[Grade]") -> Grade | GraderFault:
    try:
        return done.result()
    except GraderFault as fault:
        return fault
    except ProcessExpired as expired:
        what = f"the process that graded it ended {MOST_TRIES} times, with exit code {expired.exitcode}"
        return GraderEndedError(what)


def _queue_of_cores(context: Any) -> Any:
    """Return a queue with the numbers of the cores, from which each process takes one."""
    queue_of_cores = context.Queue()
    for core in sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ():
        queue_of_cores.put(core)
    return queue_of_cores


def _pin_to_core(cores: Any) -> None:
    """Pin this process to a core: a submission and its examiner wait for each other, which is cheap on one core.

    A process that replaces one that ended finds no core in the queue, and is not pinned.
    """
    with contextlib.suppress(queue.Empty):
        os.sched_setaffinity(0, {cores.get(timeout=CORE_SECONDS)})
