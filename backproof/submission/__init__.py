"""A submission: what is graded. Checks reach it through :class:`LocalSubmission` alone."""

from backproof.submission.local import LocalSubmission
from backproof.submission.opaque import Opaque
from backproof.submission.source import Source, find_source, shown

__all__ = ["LocalSubmission", "Opaque", "Source", "find_source", "shown"]
