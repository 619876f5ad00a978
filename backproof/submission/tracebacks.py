"""Exceptions for a learner: the submission's own lines, and none of the grader's."""

import traceback

from backproof.submission.loaders import skipped_statement
from backproof.submission.source import Source

# The innermost calls show the cause; an endless recursion would fill the screen.
LONGEST = 5


def describe_exception(error: BaseException, source: Source) -> str:
    """Return the submission's own frames, each as ``file:line in function`` with its source line, and the error."""
    walked = traceback.walk_tb(error.__traceback__)
    own = [(frame, line) for frame, line in walked if source.is_own(frame.f_code.co_filename)]
    lines = []
    for frame in traceback.StackSummary.extract(own[-LONGEST:]):
        lines.append(f"{source.place(frame.filename, frame.lineno)} in {frame.name}")
        lines.append(f"    {frame.line}")
    if isinstance(error, SyntaxError) and error.filename and source.is_own(error.filename):
        lines.append(source.place(error.filename, error.lineno))
        lines.append(f"    {(error.text or '').strip()}")
        lines.append(f"{type(error).__name__}: {error.msg}")
    else:
        lines += traceback.format_exception_only(error)[-1].rstrip().splitlines()
        lines += _why_not_defined(error)
    return "\n".join(lines)


def _why_not_defined(error: BaseException) -> list[str]:
    """Return why a name of a notebook is not defined, if its statement was skipped."""
    # An UnboundLocalError is about another variable of that name.
    if type(error) is not NameError or error.__traceback__ is None:
        return []
    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    skipped = skipped_statement(frame.f_globals, error.name)
    return [f"{error.name}: {skipped.reason}"] if skipped is not None else []
