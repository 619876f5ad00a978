"""The hand-ins of a class: a folder with one folder, archive, notebook or Python file for each learner."""

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

# Folders that systems leave behind, and no learner hands in.
IGNORED = ("__MACOSX", "__pycache__")


@dataclass(frozen=True)
class HandIn:
    """The folder or file of one learner.

    Attributes
    ----------
    learner : str
        The name of the folder, or of the file without its ending.
    """

    learner: str
    path: Path

    def submitted_at(self) -> datetime:
        """Return the modification time of the newest Python file or notebook; without one, that of the path."""
        files = [*own_files(self.path, ".py"), *own_files(self.path, NOTEBOOK)] or [self.path]
        return datetime.fromtimestamp(max(file.lstat().st_mtime for file in files), UTC)

    def source(self, assignment: Assignment, adapter: Path | None) -> Source:
        """Read the submission.

        Its path in messages is ``.`` or ``work.zip``: all learners with the same files get the same grade.

        Raises
        ------
        UsageProblem
            If there is no Python in it.
        """
        found = read_source(self.path, assignment, adapter)
        return replace(found, path=Path() if self.path.is_dir() else Path(self.path.name))


def find_hand_ins(folder: Path, only: Sequence[str] = ()) -> list[HandIn]:
    """Return the hand-ins in a folder, by name.

    Parameters
    ----------
    folder : Path
    only : sequence of str
        Learners, or patterns such as ``a*``; all if empty.

    Raises
    ------
    UsageProblem
        If the folder is missing or empty, a learner has two hand-ins, or a pattern of ``only`` fits no learner.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise UsageProblem(f"{folder} {what}; name a folder with one folder, archive or notebook for each learner")
    found = [HandIn(_learner(path), path) for path in sorted(folder.iterdir()) if _is_hand_in(path)]
    if not found:
        raise UsageProblem(f"{folder} holds no submission: no folder, archive, notebook or .py file")
    by_name: dict[str, HandIn] = {}
    for hand_in in found:
        if by_name.setdefault(hand_in.learner, hand_in) is not hand_in:
            paths = f"{by_name[hand_in.learner].path.name} and {hand_in.path.name}"
            raise UsageProblem(f"{folder}: {paths} are both {hand_in.learner}'s; keep one, or rename it")
    for pattern in only:
        if not any(fnmatch(hand_in.learner, pattern) for hand_in in found):
            raise UsageProblem(f"--only {pattern} fits no submission in {folder}, of {len(found)}")
    return [hand_in for hand_in in found if not only or any(fnmatch(hand_in.learner, pattern) for pattern in only)]


def _is_hand_in(path: Path) -> bool:
    if path.name.startswith(".") or path.name in IGNORED:
        return False
    return path.is_dir() or is_archive(path) or path.suffix in (".py", NOTEBOOK)


def _learner(path: Path) -> str:
    endings = () if path.is_dir() else (*sorted(SUFFIXES, key=len, reverse=True), ".py", NOTEBOOK)
    ending = next((ending for ending in endings if path.name.lower().endswith(ending)), "")
    # A name in another encoding cannot be stored or printed.
    name = os.fsencode(path.name[: len(path.name) - len(ending)])
    return name.decode(errors="replace")
