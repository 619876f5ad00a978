"""An exception as a learner wants to see it: the own lines, and nothing of the grader's."""

import traceback
from pathlib import Path

from backproof.submission.source import Source

# The innermost calls say what happened; a recursion that never ends would fill the screen.
LONGEST = 5


def describe_exception(error: BaseException, source: Source) -> str:
    """Return the submission's own frames, each as ``file:line in function`` with its source line, and the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename, source)]
    lines = []
    for frame in frames[-LONGEST:]:
        lines.append(f"{_shown(Path(frame.filename), source)}:{frame.lineno} in {frame.name}")
        lines.append(f"    {frame.line}")
    if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename, source):
        lines.append(f"{_shown(Path(error.filename), source)}:{error.lineno}")
        lines.append(f"    {(error.text or '').strip()}")
        lines.append(f"{type(error).__name__}: {error.msg}")
    else:
        lines += traceback.format_exception_only(error)[-1].rstrip().splitlines()
    return "\n".join(lines)


def _is_own(filename: str, source: Source) -> bool:
    path = Path(filename)
    return path == source.entry or path.is_relative_to(source.root)


def _shown(path: Path, source: Source) -> str:
    return str(path.relative_to(source.root)) if path.is_relative_to(source.root) else path.name
