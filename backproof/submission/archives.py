"""Read an archive in memory: nothing is unpacked, and nothing that it announces about itself is believed."""

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, cast

from backproof.problems import UsageProblem
from backproof.submission.files import (
    ENVIRONMENT_MARKER,
    LONGEST_SETTINGS,
    MOST_FILES,
    NOTEBOOK,
    SETTINGS,
    TOO_LARGE,
    Files,
    Found,
    fits,
    has_modules,
    is_own_name,
    only_notebook,
)
from backproof.submission.notebooks import MOST_NOTEBOOK, NOTEBOOK_TOO_LARGE, with_notebook

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
COMPRESSIONS: Mapping[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
# A tar is read from its beginning to its end. A data set that was left in it has room; no honest one takes so long.
MOST_UNPACKED = 256 * 2**20
MOST_SECONDS = 20
# tarfile looks for patterns in an extended header, with time that grows as its square.
LONGEST_EXTENDED_HEADER = 64 * 2**10
# All headers of one member of a tar, or the list of contents of a zip.
LONGEST_HEADER = 2**20
LONGEST_CONTENTS = 4 * 2**20
LONGEST_NAME = 1000
DEEPEST = 32
PIECE = 64 * 2**10
# What macOS adds to a folder that it packs.
OF_MACOS = frozenset({"__MACOSX", ".DS_Store"})


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    name : str
        As it stands there.
    refusal : str
        Why it is not read; empty for an ordinary file.
    open : function
        Returns its content as a stream; to be called before the next member is asked for.
    """

    name: str
    refusal: str
    open: Callable[[], IO[bytes]]


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive, by its name."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path, *, most_kilobytes: int, patterns: Sequence[str], is_adapted: bool) -> Found:
    """Read the Python files of an archive that fit a pattern, as if it were a folder; or its only notebook.

    Raises
    ------
    UsageProblem
        If it cannot be read, has a name that leads out of it, or holds more than anybody waits for.
    """
    with _told(path):
        names = _own_names(path, [member.name for member in _members(path)])
    python = [name for name in names.values() if name.suffix == ".py" and fits(name, patterns)]
    notebooks = [name for name in names.values() if name.suffix == NOTEBOOK]
    notebook = None if is_adapted or has_modules(python) else only_notebook(path, python, notebooks)
    limits = {PurePosixPath(SETTINGS): LONGEST_SETTINGS} | ({notebook: MOST_NOTEBOOK} if notebook else {})
    with _told(path):
        contents = _contents(path, names, {*python, *limits}, limits, most_kilobytes * 1024)
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
    return Found(path, path, entry, files, settings)


def _own_names(path: Path, names: Sequence[str]) -> dict[int, PurePosixPath]:
    """Return where the learner's own files lie, by their number; one folder around all of them is seen through."""
    places = {index: _place(path, name) for index, name in enumerate(names)}
    environments = {place.parent for place in places.values() if place.name == ENVIRONMENT_MARKER}
    own = {
        index: place
        for index, place in places.items()
        if all(map(is_own_name, place.parts[:-1]))
        and OF_MACOS.isdisjoint(place.parts)
        and not place.name.startswith("._")
        and environments.isdisjoint(place.parents)
    }
    tops = {place.parts[0] for place in own.values()}
    has_one_top = len(tops) == 1 and all(len(place.parts) > 1 for place in own.values())
    # A package is no wrapping: its name is part of the submission.
    if has_one_top and PurePosixPath(*tops, "__init__.py") not in own.values():
        own = {index: PurePosixPath(*place.parts[1:]) for index, place in own.items()}
    return own


def _place(path: Path, name: str) -> PurePosixPath:
    """Return a member's place in the archive; old tools of Windows separate folders with backslashes.

    Raises
    ------
    UsageProblem
        If it is no place in the archive.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    is_outside = plain.startswith("/") or ".." in parts or re.match("[A-Za-z]:", plain)
    if is_outside or not parts or "\0" in plain or len(plain) > LONGEST_NAME or len(parts) > DEEPEST:
        shown = repr(name if len(name) <= 80 else f"{name[:80]}...")
        raise UsageProblem(f"{path} holds a file named {shown}, which is no place in it; pack it again")
    return PurePosixPath(*parts)


def _contents(
    path: Path,
    names: Mapping[int, PurePosixPath],
    wanted: set[PurePosixPath],
    limits: Mapping[PurePosixPath, int],
    room: int,
) -> dict[PurePosixPath, bytes | str]:
    """Return the content of the files that are wanted, or why it is not read.

    Each has a limit of its own; all others share the room that there is.
    """
    contents: dict[PurePosixPath, bytes | str] = {}
    for index, member in enumerate(_members(path)):
        name = names.get(index)
        if name is None or name not in wanted:
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
    """Return a file's content, or why it is not read: as much as it really is counts, in pieces."""
    if member.refusal:
        return member.refusal
    content = bytearray()
    with member.open() as stream:
        while piece := stream.read(min(PIECE, most + 1 - len(content))):
            content += piece
    return bytes(content) if len(content) <= most else too_large


def _members(path: Path) -> Iterator[Member]:
    """Yield the files of an archive, in their order."""
    members = _zip_members(path) if path.suffix.lower() == ".zip" else _tar_members(path)
    for number, member in enumerate(members):
        if number >= MOST_FILES:
            raise UsageProblem(f"{path} holds more than {MOST_FILES} files; pack only your own")
        if member is not None:
            yield member


def _zip_members(path: Path) -> Iterator[Member | None]:
    """Yield the members of a zip; None for folders."""
    with _LimitedFile(path) as file, zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            is_folder = info.is_dir() or stat.S_ISDIR(info.external_attr >> 16)
            # What stands behind a zero byte is cut off from `filename`.
            name = info.orig_filename if "\0" in info.orig_filename else info.filename
            yield None if is_folder else Member(name, _refusal_in_zip(info), partial(archive.open, info))


def _refusal_in_zip(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & (0x1 | 0x40 | 0x2000):
        return "is encrypted; pack it without a password"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or a device, not an ordinary file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile unpacks the others without a limit.
        return "is compressed in an uncommon way; pack it as an ordinary zip"
    return ""


class _LimitedFile(io.FileIO):
    """A file of which nobody is given more than a piece: a list of contents may be as long as the archive."""

    def read(self, size: int | None = -1, /) -> bytes:
        is_all = size is None or size < 0
        data = super().read(LONGEST_CONTENTS + 1 if is_all else min(size, LONGEST_CONTENTS + 1))  # type: ignore[type-var]
        if len(data) > LONGEST_CONTENTS:
            raise UsageProblem(f"{self.name} has too long a list of contents; pack only your own files")
        return data


def _tar_members(path: Path) -> Iterator[Member | None]:
    """Yield the members of a tar; None for folders."""
    with _unpacked(path) as file:
        stream = _LimitedStream(file, path)
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_CheckedHeader) as archive:
            while (info := archive.next()) is not None:
                # The content of this member, and the headers of the next.
                stream.allow_until(archive.offset + LONGEST_HEADER)
                # Each is kept else, with all that its headers say.
                archive.members.clear()  # type: ignore[attr-defined]
                is_own = info.isreg() and not info.issparse()
                refusal = "" if is_own else "is a link, a device or sparse, not an ordinary file"
                yield None if info.isdir() else Member(info.name, refusal, partial(_opened, archive, info))
        # What follows the last member has the checksum of all.
        stream.allow_until(MOST_UNPACKED)
        while stream.read(PIECE):
            pass


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    assert file is not None
    return file


def _unpacked(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        begin = file.read(max(map(len, COMPRESSIONS)))
    unpack = next((unpack for magic, unpack in COMPRESSIONS.items() if begin.startswith(magic)), None)
    return cast(IO[bytes], unpack(path)) if unpack else path.open("rb")


class _LimitedStream:
    """What a tar unpacks to, as far and as long as anybody waits for it."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._position = 0
        self._limit = LONGEST_HEADER
        self._deadline = time.monotonic() + MOST_SECONDS

    def allow_until(self, position: int) -> None:
        """Allow to read as far as this position."""
        self._limit = position

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._position += len(data)
        if self._position > MOST_UNPACKED:
            raise UsageProblem(f"{self._path} unpacks to more than {MOST_UNPACKED >> 20} MB; pack only your own files")
        if self._position > self._limit:
            raise tarfile.ReadError("a header without an end")
        if time.monotonic() > self._deadline:
            raise UsageProblem(f"{self._path} takes more than {MOST_SECONDS} seconds to read; pack only your own files")
        return data


class _CheckedHeader(tarfile.TarInfo):
    """A member of a tar whose header is what it must be: tarfile takes what it cannot read for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if any(buf):
                raise _DamagedError(str(error)) from error
            raise
        is_extended = header.type in (
            tarfile.XHDTYPE,
            tarfile.XGLTYPE,
            tarfile.GNUTYPE_LONGNAME,
            tarfile.GNUTYPE_LONGLINK,
        )
        if header.size < 0 or (is_extended and header.size > LONGEST_EXTENDED_HEADER):
            raise _DamagedError("a header with an impossible size")
        return header


class _DamagedError(Exception):
    """An archive is not what an archive must be."""


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with an archive."""
    try:
        yield
    except UsageProblem:
        raise
    except Exception as error:  # of a broken archive the parsers raise a dozen kinds, some by mistake
        what = " ".join(str(error).split())[:200] or type(error).__name__
        raise UsageProblem(f"{path} cannot be read: {what}; pack it again") from error
