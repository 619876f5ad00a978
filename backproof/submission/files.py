"""Read a submission's files once: what is hashed is what runs, and nothing outside of the folder is read."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# A course's functions take a few dozen kilobytes; a megabyte of source is a mistake or an attack.
MOST_KILOBYTES = 1024
MOST_FILES = 10_000
# Folders of installed code that learners keep beside their own: an environment has thousands of files.
ENVIRONMENT_MARKER = "pyvenv.cfg"
NOT_OWN = frozenset({"__pycache__", "node_modules", "site-packages"})


@dataclass(frozen=True)
class Files:
    """The Python files of a submission.

    Attributes
    ----------
    texts : mapping of Path to bytes
        By absolute path.
    refused : mapping of Path to str
        Files that are not read, and why.
    """

    texts: Mapping[Path, bytes]
    refused: Mapping[Path, str]


def read_files(paths: Iterator[Path], *, inside: Path, most_kilobytes: int = MOST_KILOBYTES) -> Files:
    """Read Python files, up to a total size; ``inside`` is the folder that no link may lead out of."""
    texts: dict[Path, bytes] = {}
    refused: dict[Path, str] = {}
    room = most_kilobytes * 1024
    for path in paths:
        text = _read(path, inside, room) if len(texts) < MOST_FILES else f"is one of more than {MOST_FILES} files"
        if isinstance(text, bytes):
            texts[path] = text
            room -= len(text)
        else:
            refused[path] = text
    return Files(texts, refused)


def python_files(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    """Yield the Python files of a folder that fit a pattern; hidden folders, caches and environments are left out."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if _is_own_folder(here / name))
        files = (here / name for name in sorted(names) if name.endswith(".py"))
        yield from (file for file in files if any(file.relative_to(folder).match(pattern) for pattern in patterns))


def _is_own_folder(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in NOT_OWN or (folder / ENVIRONMENT_MARKER).is_file())


def _read(path: Path, inside: Path, room: int) -> bytes | str:
    """Return the text of one file, or why it is not read."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(inside.resolve()):
            return "is a link to a place outside of the submission"
        # Opened without waiting: a pipe in place of a file would never answer.
        with open(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return "is not an ordinary file"
            text = file.read(room + 1)
    except (OSError, RuntimeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(text) > room:
        return "is too large: the limit for all files of a submission is reached"
    return text
