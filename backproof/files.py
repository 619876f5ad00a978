"""Result files, written atomically: a reader finds the whole new file, or the old one."""

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backproof.problems import GraderFault, UsageProblem


def refuse_bad_target(file: Path) -> None:
    """Refuse a file that cannot be written, before the work begins.

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


def refuse_same_file(files: Mapping[str, Path | None]) -> None:
    """Refuse two results in the same file, before the work begins.

    Parameters
    ----------
    files : mapping of str to Path
        By option or argument; None is no file.

    Raises
    ------
    UsageProblem
    """
    named: dict[Path, str] = {}
    for option, file in files.items():
        if file is not None and named.setdefault(file.resolve(), option) != option:
            raise UsageProblem(f"{named[file.resolve()]} and {option} both name {file}; name two files")


def write_atomically(file: Path, content: str | bytes) -> None:
    """Write a file in one step; raises what :func:`open_atomically` does."""
    with open_atomically(file) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_atomically(file: Path) -> Generator[IO[bytes], None, None]:
    """Open a temporary file for writing, and rename it at the end; after an error nothing is left of it.

    Raises
    ------
    GraderFault
        If the disk is full, or the folder is gone.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
            written = Path(temporary.name)
            try:
                yield temporary
                temporary.close()
                written.chmod(0o666 & ~_umask())
                written.replace(file)
            except BaseException:
                written.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise GraderFault(f"{file} could not be written: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
