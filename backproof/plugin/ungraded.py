"""The grade that a submission has before any check."""

from backproof import __version__
from backproof.assignment import Assignment
from backproof.result import Counts, Grade, GradedSubmission, legible
from backproof.submission import Submission


def ungraded(submission: Submission, assignment: Assignment, *, seed: int) -> Grade:
    """Return the grade of a submission of which nothing is checked yet."""
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
