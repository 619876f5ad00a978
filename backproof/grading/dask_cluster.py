"""Grade on a Dask cluster: the same jobs, on machines that the scheduler knows."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from backproof.grading.process_pool import MOST_TRIES, GraderDiedError
from backproof.grading.warm_grader import Job, grade_job
from backproof.problems import GraderFault, UsageProblem
from backproof.result import Grade

if TYPE_CHECKING:
    from distributed import Client, Future

# A scheduler that is there answers at once.
CONNECT_SECONDS = 5


def grade_on_cluster(address: str, assignment: str, jobs: Iterable[Job]) -> Iterator[tuple[Any, Grade | GraderFault]]:
    """Yield the key of each job, and its grade or why there is none, in the order in which they are done.

    Dask gives the job of a worker that is lost to another one. A job that loses its third worker has its fault yielded.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://host:8786``.
    assignment : str
        Its name, or its folder, which every worker must find at the same place.
    jobs : iterable of Job
        Taken as they are needed, a few ahead of the workers.

    Raises
    ------
    UsageProblem
        If nobody answers there, or the assignment names what does not exist.
    GraderFault
        If the cluster is lost.
    """
    try:
        from distributed import Client, as_completed
        from distributed.client import FutureCancelledError
    except ImportError as error:
        raise UsageProblem(f"{error.name} is missing: pip install 'backproof[cluster]'") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        _give_up_after(client, MOST_TRIES)
        keys: dict[Future[Grade], Any] = {}
        ahead = iter(jobs)
        working = as_completed(loop=client.loop)

        def give_out(count: int) -> None:
            for job in islice(ahead, count):
                future = client.submit(grade_job, assignment, job, pure=False)
                keys[future] = job.key
                working.add(future)

        give_out(_room(client))
        for done in working:
            # Workers may have come or gone.
            give_out(max(0, _room(client) - len(keys) + 1))
            try:
                yield keys.pop(done), _outcome(done)
            except FutureCancelledError as error:
                raise GraderFault(f"the cluster at {address} is lost: {error}") from error


def _give_up_after(client: "Client", tries: int) -> None:
    """Let the scheduler give up a job that has lost so many workers; without being told it tries once more."""

    # Nested, so that it is sent as it stands: there may be no backproof where the scheduler runs.
    def allow_failures(dask_scheduler: Any) -> None:
        dask_scheduler.allowed_failures = min(dask_scheduler.allowed_failures, tries - 1)

    client.run_on_scheduler(allow_failures)


def _room(client: "Client") -> int:
    """Return how many jobs may be on the way: those at work, and as many that wait."""
    threads: int = sum(client.nthreads().values())
    return 2 * max(1, threads)


def _outcome(done: "Future[Grade]") -> Grade | GraderFault:
    from distributed import KilledWorker

    try:
        grade: Grade = done.result()
    except GraderFault as fault:
        return fault
    except KilledWorker as death:
        return GraderDiedError(f"the worker that graded it ended {death.allowed_failures + 1} times")
    return grade
