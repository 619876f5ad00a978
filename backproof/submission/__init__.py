"""The submission that is graded. Checks access it only through :class:`Submission`."""

from backproof.submission.call_batch import ResultOf
from backproof.submission.local import LocalSubmission
from backproof.submission.opaque import Opaque
from backproof.submission.protocol import Submission
from backproof.submission.source import Source, find_source, shown

__all__ = ["LocalSubmission", "Opaque", "ResultOf", "Source", "Submission", "find_source", "shown"]
