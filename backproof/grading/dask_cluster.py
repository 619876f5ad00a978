"""Grade on a Dask cluster: the same jobs, on the machines of a scheduler."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from backproof.grading.process_pool import MOST_TRIES, GraderEndedError
from backproof.grading.warm_grader import Job, grade_job
from backproof.problems import GraderFault, UsageProblem
from backproof.result import Grade

if TYPE_CHECKING:
    from distributed import Client, Future

# A running scheduler replies at once.
CONNECT_SECONDS = 5


def grade_on_cluster(address: str, assignment: str, jobs: Iterable[Job]) -> Iterator[tuple[Any, Grade | GraderFault]]:
    """Yield the key of each job with its grade, or with the fault in its place, in the order of completion.

    Dask gives the job of a lost worker to another one. A job that loses its third worker yields a fault.

    Parameters
    ----------
    address : str
        The address of the scheduler: ``tcp://host:8786``.
    assignment : str
        Its name, or its folder, which every worker must find at the same path.
    jobs : iterable of Job
        Read lazily, a few ahead of the workers.

    Raises
    ------
    UsageProblem
        If no scheduler replies, or the assignment names something that does not exist.
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
        _limit_tries(client, MOST_TRIES)
        keys: dict[Future[Grade], Any] = {}
        ahead = iter(jobs)
        running = as_completed(loop=client.loop)

        def submit(count: int) -> None:
            for job in islice(ahead, count):
                future = client.submit(grade_job, assignment, job, pure=False)
                keys[future] = job.key
                running.add(future)

        submit(_capacity(client))
        for done in running:
            # The number of workers may have changed.
            submit(max(0, _capacity(client) - len(keys) + 1))
            try:
                yield keys.pop(done), _outcome(done)
            except FutureCancelledError as error:
                raise GraderFault(f"the cluster at {address} is lost: {error}") from error


def _limit_tries(client: "Client", tries: int) -> None:
    """Make the scheduler give up a job that has lost so many workers; its default is one more."""

    # A nested function is sent with its code: backproof may not be installed where the scheduler runs.
    def allow_failures(dask_scheduler: Any) -> None:
        dask_scheduler.allowed_failures = min(dask_scheduler.allowed_failures, tries - 1)

    client.run_on_scheduler(allow_failures)


def _capacity(client: "Client") -> int:
    """Return how many jobs may be submitted at a time: those that run, and as many that wait."""
    threads: int = sum(client.nthreads().values())
    return 2 * max(1, threads)


def _outcome(done: "Future[Grade]") -> Grade | GraderFault:
    from distributed import KilledWorker

    try:
        grade: Grade = done.result()
    except GraderFault as fault:
        return fault
    except KilledWorker as killed:
        return GraderEndedError(f"the worker that graded it ended {killed.allowed_failures + 1} times")
    return grade
