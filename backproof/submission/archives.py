"""Read an archive in memory. Nothing is unpacked to disk, and no announced size is trusted."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from backproof.problems import UsageProblem
from backproof.submission.archive_members import Member, members_of
from backproof.submission.files import (
    ENVIRONMENT_MARKER,
    LONGEST_SETTINGS,
    NOTEBOOK,
    PIECE,
    SETTINGS,
    TOO_LARGE,
    Files,
    FoundFiles,
    fits,
    has_modules,
    is_own_name,
    only_notebook,
)
from backproof.submission.notebooks import MOST_NOTEBOOK, NOTEBOOK_TOO_LARGE, with_notebook

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
LONGEST_NAME = 1000
DEEPEST = 32
# macOS adds these to a folder that it packs.
MACOS_NAMES = frozenset({"__MACOSX", ".DS_Store"})


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive, by its name."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path, *, most_kilobytes: int, patterns: Sequence[str], is_adapted: bool) -> FoundFiles:
    """Read the Python files of an archive that match a pattern, as if it were a folder; or its only notebook.

    Raises
    ------
    UsageProblem
        If it cannot be read, has a name that leads out of it, or exceeds a limit of size or time.
    """
    with _errors_as_usage_problems(path):
        names = _own_names(path, [member.name for member in members_of(path)])
    python = [name for name in names.values() if name.suffix == ".py" and fits(name, patterns)]
    notebooks = [name for name in names.values() if name.suffix == NOTEBOOK]
    notebook = None if is_adapted or has_modules(python) else only_notebook(path, python, notebooks)
    limits = {PurePosixPath(SETTINGS): LONGEST_SETTINGS} | ({notebook: MOST_NOTEBOOK} if notebook else {})
    to_read = {*python, *limits}
    wanted = {index: name for index, name in names.items() if name in to_read}
    with _errors_as_usage_problems(path):
        contents = _contents(path, wanted, limits, most_kilobytes * 1024)
    settings = contents.pop(PurePosixPath(SETTINGS), b"")
    if isinstance(settings, str):
        raise UsageProblem(f"{path}: {SETTINGS} {settings}")
    content = contents.pop(notebook) if notebook else b""
    # In the order in which a folder is read.
    ordered = sorted(contents.items(), key=lambda item: (item[0].parts[:-1], item[0].name))
    texts = {path / name: text for name, text in ordered if isinstance(text, bytes)}
    refused = {path / name: why for name, why in ordered if isinstance(why, str)}
    files, entry = Files(texts, refused), path / notebook if notebook else None
    if entry is not None:
        files = with_notebook(files, entry, content, most_kilobytes)
    return FoundFiles(path, path, entry, files, settings)


def _own_names(path: Path, names: Sequence[str]) -> dict[int, PurePosixPath]:
    """Return the paths of the learner's own files by member number, without one folder that holds all of them."""
    places = {index: _place(path, name) for index, name in enumerate(names)}
    environments = {place.parent for place in places.values() if place.name == ENVIRONMENT_MARKER}
    own = {
        index: place
        for index, place in places.items()
        if all(map(is_own_name, place.parts[:-1]))
        and MACOS_NAMES.isdisjoint(place.parts)
        and not place.name.startswith("._")
        and environments.isdisjoint(place.parents)
    }
    tops = {place.parts[0] for place in own.values()}
    has_one_top = len(tops) == 1 and all(len(place.parts) > 1 for place in own.values())
    # A package stays: its name is part of the submission.
    if has_one_top and PurePosixPath(*tops, "__init__.py") not in own.values():
        own = {index: PurePosixPath(*place.parts[1:]) for index, place in own.items()}
    return own


def _place(path: Path, name: str) -> PurePosixPath:
    """Return a member's path in the archive; old tools of Windows separate folders with backslashes.

    Raises
    ------
    UsageProblem
        If the path leads out of the archive, or is empty, too long or too deep.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    is_outside = plain.startswith("/") or ".." in parts or re.match("[A-Za-z]:", plain)
    if is_outside or not parts or "\0" in plain or len(plain) > LONGEST_NAME or len(parts) > DEEPEST:
        shown = repr(name if len(name) <= 80 else f"{name[:80]}...")
        raise UsageProblem(f"{path} holds a file named {shown}, which is no place in it; pack it again")
    return PurePosixPath(*parts)


def _contents(
    path: Path, wanted: Mapping[int, PurePosixPath], limits: Mapping[PurePosixPath, int], room: int
) -> dict[PurePosixPath, bytes | str]:
    """Return the content of each wanted member, or why it is not read; ``wanted`` maps its number to its path.

    A file in ``limits`` has a limit of its own. All others share ``room`` bytes.
    """
    contents: dict[PurePosixPath, bytes | str] = {}
    for index, member in enumerate(members_of(path)):
        name = wanted.get(index)
        if name is None:
            continue
        if name in contents:
            contents[name] = "is in the archive more than once"
            continue
        content = _content(member, limits.get(name, room), NOTEBOOK_TOO_LARGE if name.suffix == NOTEBOOK else TOO_LARGE)
        if name not in limits and isinstance(content, bytes):
            room -= len(content)
        contents[name] = content
    return contents


def _content(member: Member, most: int, too_large: str) -> bytes | str:
    """Return a file's content, or why it is not read. It is read in pieces, so that its real size counts."""
    if member.refusal:
        return member.refusal
    content = bytearray()
    with member.open() as stream:
        while piece := stream.read(min(PIECE, most + 1 - len(content))):
            content += piece
    return bytes(content) if len(content) <= most else too_large


@contextmanager
def _errors_as_usage_problems(path: Path) -> Iterator[None]:
    """Turn whatever a parser raises into a usage problem of one line."""
    try:
        yield
    except UsageProblem:
        raise
    except Exception as error:  # for a broken archive the parsers raise a dozen types, some by mistake
        what = " ".join(str(error).split())[:200] or type(error).__name__
        raise UsageProblem(f"{path} cannot be read: {what}; pack it again") from error
