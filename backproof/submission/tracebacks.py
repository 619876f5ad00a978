"""An exception as a learner wants to see it: the own lines, and nothing of the grader's."""

import traceback
from pathlib import Path

from backproof.submission.cells import cell_and_line
from backproof.submission.files import NOTEBOOK
from backproof.submission.loaders import left_out_of
from backproof.submission.source import Source

# The innermost calls say what happened; a recursion that never ends would fill the screen.
LONGEST = 5


def describe_exception(error: BaseException, source: Source) -> str:
    """Return the submission's own frames, each as ``file:line in function`` with its source line, and the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename, source)]
    lines = []
    for frame in frames[-LONGEST:]:
        lines.append(f"{_place(Path(frame.filename), frame.lineno, source)} in {frame.name}")
        lines.append(f"    {frame.line}")
    if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename, source):
        lines.append(_place(Path(error.filename), error.lineno, source))
        lines.append(f"    {(error.text or '').strip()}")
        lines.append(f"{type(error).__name__}: {error.msg}")
    else:
        lines += traceback.format_exception_only(error)[-1].rstrip().splitlines()
        lines += _why_not_defined(error)
    return "\n".join(lines)


def _is_own(filename: str, source: Source) -> bool:
    path = Path(filename)
    return path == source.entry or path.is_relative_to(source.root)


def _place(file: Path, line: int | None, source: Source) -> str:
    """Return ``losses.py:3``, or ``work.ipynb cell 3, line 5``."""
    if file.suffix == NOTEBOOK and line is not None and file in source.files.texts:
        return f"{source.name_of(file)} {cell_and_line(source.files.texts[file], line)}"
    return f"{source.name_of(file)}:{line}"


def _why_not_defined(error: BaseException) -> list[str]:
    """Return why a notebook's name has no meaning, if it was left out."""
    # An UnboundLocalError is about another variable of that name.
    if type(error) is not NameError or error.__traceback__ is None:
        return []
    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    left_out = left_out_of(frame.f_globals, error.name)
    return [f"{error.name}: {left_out.reason}"] if left_out is not None else []
