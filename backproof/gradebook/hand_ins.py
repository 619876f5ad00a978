"""What a class handed in: a folder with one folder, archive, notebook or Python file for each learner."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from backproof.assignment import Assignment
from backproof.loading import read_source
from backproof.problems import UsageProblem
from backproof.submission import Source
from backproof.submission.archives import SUFFIXES, is_archive
from backproof.submission.files import NOTEBOOK, own_files

# Folders and files that systems leave behind, and no learner hands in.
NOBODY = ("__MACOSX", "__pycache__")


@dataclass(frozen=True)
class Entry:
    """One learner's submission.

    Attributes
    ----------
    learner : str
        The name of the folder, or of the file without its ending.
    path : Path
    """

    learner: str
    path: Path

    def submitted_at(self) -> datetime:
        """Return when the newest of the files was last changed."""
        files = [*own_files(self.path, ".py"), *own_files(self.path, NOTEBOOK)] or [self.path]
        return datetime.fromtimestamp(max(file.lstat().st_mtime for file in files), UTC)

    def source(self, assignment: Assignment, adapter: Path | None) -> Source:
        """Read the submission.

        Its messages speak of it as its own learner knows it, ``.`` or ``work.zip``: who handed in the same text reads
        the same grade.

        Raises
        ------
        UsageProblem
            If there is nothing that is Python.
        """
        found = read_source(self.path, assignment, adapter)
        return replace(found, path=Path() if self.path.is_dir() else Path(self.path.name))


def entries(folder: Path, only: Sequence[str] = ()) -> list[Entry]:
    """Return what lies in a folder, by name.

    Parameters
    ----------
    folder : Path
    only : sequence of str
        Learners, or patterns such as ``a*``; all if empty.

    Raises
    ------
    UsageProblem
        If there is no such folder, nothing in it, two entries of one name, or no learner of a name in ``only``.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise UsageProblem(f"{folder} {what}; name a folder with one folder, archive or notebook for each learner")
    found = [Entry(_learner(path), path) for path in sorted(folder.iterdir()) if _is_handed_in(path)]
    if not found:
        raise UsageProblem(f"{folder} holds no submission: no folder, archive, notebook or .py file")
    by_name: dict[str, Entry] = {}
    for entry in found:
        if by_name.setdefault(entry.learner, entry) is not entry:
            paths = f"{by_name[entry.learner].path.name} and {entry.path.name}"
            raise UsageProblem(f"{folder}: {paths} are both {entry.learner}'s; keep one, or rename it")
    for pattern in only:
        if not any(fnmatch(entry.learner, pattern) for entry in found):
            raise UsageProblem(f"--only {pattern} fits no submission in {folder}, of {len(found)}")
    return [entry for entry in found if not only or any(fnmatch(entry.learner, pattern) for pattern in only)]


def _is_handed_in(path: Path) -> bool:
    if path.name.startswith(".") or path.name in NOBODY:
        return False
    return path.is_dir() or is_archive(path) or path.suffix in (".py", NOTEBOOK)


def _learner(path: Path) -> str:
    endings = () if path.is_dir() else (*sorted(SUFFIXES, key=len, reverse=True), ".py", NOTEBOOK)
    ending = next((ending for ending in endings if path.name.lower().endswith(ending)), "")
    # A name of another encoding is no text; nobody could write it down.
    name = os.fsencode(path.name[: len(path.name) - len(ending)])
    return name.decode(errors="replace")
