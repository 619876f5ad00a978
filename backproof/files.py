"""Files that results are left in: a reader finds all of one, or what was there before."""

import os
import tempfile
from pathlib import Path

from backproof.problems import GraderFault, UsageProblem


def refuse_bad_target(file: Path) -> None:
    """Find out before the work whether its result can be written.

    Raises
    ------
    UsageProblem
    """
    if file.is_dir():
        raise UsageProblem(f"{file} is a folder; name a file to write the result to")
    if file.exists() and not file.is_file():
        raise UsageProblem(f"{file} is no ordinary file; name a file to write the result to")
    if not file.parent.is_dir():
        raise UsageProblem(f"{file.parent} does not exist; make it first, or name another file")
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise UsageProblem(f"nothing can be written to {file.parent}: {error.strerror}") from error


def write_whole(file: Path, content: str | bytes) -> None:
    """Write to a temporary name and rename: a reader never sees half a result.

    Raises
    ------
    GraderFault
        If the disk is full, or the folder gone.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
            temporary.write(content.encode() if isinstance(content, str) else content)
        Path(temporary.name).chmod(0o666 & ~_umask())
        Path(temporary.name).replace(file)
    except OSError as error:
        raise GraderFault(f"{file} could not be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
