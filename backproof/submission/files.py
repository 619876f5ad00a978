"""Read a submission's files once: the hashed text is the text that runs. Nothing outside of the folder is read."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from backproof.problems import UsageProblem

# A course's functions take a few dozen kilobytes; a megabyte of source is a mistake or an attack.
MOST_KILOBYTES = 1024
MOST_FILES = 10_000
# Folders of installed code beside the learner's own: an environment has thousands of files.
ENVIRONMENT_MARKER = "pyvenv.cfg"
NOT_OWN = frozenset({"__pycache__", "node_modules", "site-packages"})
TOO_LARGE = "is too large: the limit for all files of a submission is reached"
NOTEBOOK = ".ipynb"
SETTINGS = "pyproject.toml"
LONGEST_SETTINGS = 64 * 1024
# Members of archives are read in pieces of this size.
PIECE = 64 * 2**10

AnyPath = TypeVar("AnyPath", bound=PurePath)


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


NO_FILES = Files({}, {})


@dataclass(frozen=True)
class FoundFiles:
    """The files to grade at a path.

    Attributes
    ----------
    path : Path
        The absolute path.
    root : Path
        The folder or archive whose modules may import each other.
    entry : Path or None
        The one file that holds all functions.
    settings : bytes
        The content of its ``pyproject.toml``; empty where there is none.
    """

    path: Path
    root: Path
    entry: Path | None
    files: Files
    settings: bytes


def read_files(paths: Iterator[Path], *, inside: Path, most_kilobytes: int = MOST_KILOBYTES) -> Files:
    """Read Python files, up to a total size; no link may lead out of the folder ``inside``."""
    texts: dict[Path, bytes] = {}
    refused: dict[Path, str] = {}
    room = most_kilobytes * 1024
    for path in paths:
        text = read_file(path, inside, room) if len(texts) < MOST_FILES else f"is one of more than {MOST_FILES} files"
        if isinstance(text, bytes):
            texts[path] = text
            room -= len(text)
        else:
            refused[path] = text
    return Files(texts, refused)


def python_files(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    """Yield the Python files of a folder that match a pattern."""
    yield from (file for file in own_files(folder, ".py") if fits(file.relative_to(folder), patterns))


def own_files(folder: Path, suffix: str) -> Iterator[Path]:
    """Yield the files of a folder with this suffix; hidden folders, caches and environments are skipped."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if _is_own_folder(here / name))
        yield from (here / name for name in sorted(names) if name.endswith(suffix))


def fits(file: PurePath, patterns: Sequence[str]) -> bool:
    """Return whether a file matches a pattern of an assignment's ``policy.files``."""
    return any(file.match(pattern) for pattern in patterns)


def is_own_name(folder: str) -> bool:
    """Return whether a folder may hold a learner's own files, by its name."""
    return not (folder.startswith(".") or folder in NOT_OWN)


def has_modules(python: Collection[PurePath]) -> bool:
    """Return whether a Python file lies at the top of a folder or archive."""
    return any(len(file.parts) == 1 for file in python)


def only_notebook(place: Path, python: Collection[PurePath], notebooks: Sequence[AnyPath]) -> AnyPath | None:
    """Return the notebook that is the submission, in a folder or archive without modules: the only one.

    Raises
    ------
    UsageProblem
        If there are several notebooks, and nothing else.
    """
    if len(notebooks) > 1 and not python:
        raise UsageProblem(f"{place} holds {len(notebooks)} notebooks and no Python file; name the one to grade")
    return notebooks[0] if len(notebooks) == 1 else None


def read_file(path: Path, inside: Path, most: int, too_large: str = TOO_LARGE) -> bytes | str:
    """Return the content of one file, or why it is not read."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(inside.resolve()):
            return "is a link to a place outside of the submission"
        # Opened without waiting: a pipe in place of a file would block forever.
        with open(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return "is not an ordinary file"
            text = file.read(most + 1)
    except (OSError, RuntimeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return text if len(text) <= most else too_large


def _is_own_folder(folder: Path) -> bool:
    return is_own_name(folder.name) and not (folder / ENVIRONMENT_MARKER).is_file()
