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

# A submission whose grader dies is tried again: the machine may be to blame. Not for ever: the submission may be, too.
MOST_TRIES = 3
# What was put into a queue is there a little later.
PLACE_SECONDS = 1.0
_LINEAR_ALGEBRA_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class GraderDiedError(GraderFault):
    """The process that graded a submission ended, as often as it was tried."""


def cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_all(
    assignment: str, jobs: Iterable[Job], workers: int | None = None
) -> Iterator[tuple[Any, Grade | GraderFault]]:
    """Yield the key of each job, and its grade or why there is none, in the order in which they are done.

    Parameters
    ----------
    assignment : str
        Its name, or its folder.
    jobs : iterable of Job
        Taken as they are needed, a few ahead: however many there are, they need no memory.
    workers : int, optional
        How many processes; one for each core otherwise.

    Raises
    ------
    UsageProblem
        If the assignment names what does not exist.
    """
    for variable in _LINEAR_ALGEBRA_THREADS:
        os.environ.setdefault(variable, "1")
    count = workers or cores()
    ahead = iter(jobs)
    tries: dict[Future[Grade], tuple[Job, int]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPool(max_workers=count, context=context, initializer=_settle, initargs=[_places(context)]) as pool:

        def give_out(job: Job, so_far: int = 0) -> None:
            tries[pool.schedule(grade_job, args=(assignment, job))] = job, so_far + 1

        try:
            # A few jobs wait, so that no process does.
            for job in islice(ahead, 2 * count):
                give_out(job)
            while tries:
                for done in wait(tries, return_when=FIRST_COMPLETED).done:
                    job, so_far = tries.pop(done)
                    fault = done.exception()
                    if isinstance(fault, ProcessExpired) and so_far < MOST_TRIES:
                        give_out(job, so_far)
                        continue
                    for following in islice(ahead, 1):
                        give_out(following)
                    yield job.key, _outcome(done)
        finally:
            pool.stop()


def _outcome(done: "Future[Grade]") -> Grade | GraderFault:
    try:
        return done.result()
    except GraderFault as fault:
        return fault
    except ProcessExpired as death:
        return GraderDiedError(f"the process that graded it ended {MOST_TRIES} times, with exit code {death.exitcode}")


def _places(context: Any) -> Any:
    """Return a queue with the cores, from which each process takes one."""
    places = context.Queue()
    for core in sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ():
        places.put(core)
    return places


def _settle(places: Any) -> None:
    """Stay on a core of one's own: a submission and its examiner wait for each other, and on one core that is cheap.

    A process in the place of one that died finds no core left, and goes where there is room.
    """
    with contextlib.suppress(queue.Empty):
        os.sched_setaffinity(0, {places.get(timeout=PLACE_SECONDS)})
