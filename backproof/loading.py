"""Load what a grade needs: a submission, its assignment and contract, and the grade before any check has run."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from backproof import __version__
from backproof.assignment import Assignment, load_assignment
from backproof.contract import Contract, load_contract
from backproof.problems import Isolation
from backproof.result import Counts, Grade, GradedSubmission, legible
from backproof.submission import LocalSubmission, Source, Submission, find_source

if TYPE_CHECKING:
    from backproof.confinement.fork_server_client import ForkServerClient
    from backproof.confinement.transcript_cache import TranscriptCache


def load_submission(
    path: Path, *, adapter: Path | None = None, assignment: str | None = None, isolation: Isolation = "local"
) -> tuple[Submission, Assignment, Contract]:
    """Find a submission and what it is to be graded on.

    Raises
    ------
    UsageProblem
    """
    chosen = load_assignment(assignment)
    contract = load_contract(chosen.folder("student_template"))
    source = read_source(path, chosen, adapter)
    return open_submission(source, isolation, chosen, contract), chosen, contract


def read_source(path: Path, assignment: Assignment, adapter: Path | None = None) -> Source:
    """Read the files of a submission, within the limits of an assignment.

    Raises
    ------
    UsageProblem
    """
    settings = assignment.settings
    return find_source(path, adapter, most_kilobytes=settings.limits.submission_kb, patterns=settings.policy.files)


def open_submission(
    source: Source,
    isolation: Isolation,
    assignment: Assignment,
    contract: Contract,
    *,
    fork_server: "Callable[[bool], ForkServerClient] | None" = None,
    transcript_cache: "TranscriptCache | None" = None,
) -> Submission:
    """Return a submission whose functions run at an isolation level.

    Parameters
    ----------
    source : Source
    isolation : str
    assignment : Assignment
    contract : Contract
    fork_server : callable, optional
        Returns the server that forks the confined processes of many submissions, given whether they need torch;
        without it a server is started for this submission alone.
    transcript_cache : TranscriptCache, optional
        Holds the replies of other submissions to the same checks.
    """
    if isolation == "local":
        return LocalSubmission(source)
    from backproof.confinement.submission import ConfinedSubmission

    needs_torch = source.array == "torch" or assignment.needs_torch(contract)
    return ConfinedSubmission(
        source,
        limits=assignment.settings.limits,
        forbidden=assignment.settings.policy.forbidden,
        secrets=assignment.secrets(),
        needs_torch=needs_torch,
        fork_server=None if fork_server is None else fork_server(needs_torch),
        transcript_cache=transcript_cache,
    )


def ungraded(submission: Submission, assignment: Assignment, *, seed: int) -> Grade:
    """Return the grade of a submission before any check has run."""
    source = submission.source
    return Grade(
        suite_version=__version__,
        assignment=assignment.name,
        seed=seed,
        isolation=submission.isolation,
        submission=GradedSubmission(path=legible(str(source.path)), sha256=source.sha256()),
        score=0.0,
        max_score=0.0,
        seconds=0.0,
        counts=Counts(),
        checks=[],
    )
