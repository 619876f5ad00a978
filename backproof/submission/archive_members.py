"""The members of a zip or a tar, one after the other, each with the reason why it is not read if there is one."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from backproof.problems import UsageProblem
from backproof.submission.files import MOST_FILES
from backproof.submission.tar_stream import tar_headers

# The list of contents of a zip.
LONGEST_CONTENTS = 4 * 2**20


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    name : str
        As the archive has it.
    refusal : str
        Why it is not read; empty for an ordinary file.
    open : function
        Returns its content as a stream. Call it before the next member is requested.
    """

    name: str
    refusal: str
    open: Callable[[], IO[bytes]]


def members_of(path: Path) -> Iterator[Member]:
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
            # `filename` ends before a zero byte.
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
    """A file that limits each read: a list of contents may be as long as the archive."""

    def read(self, size: int | None = -1, /) -> bytes:
        is_all = size is None or size < 0
        data = super().read(LONGEST_CONTENTS + 1 if is_all else min(size, LONGEST_CONTENTS + 1))  # type: ignore[type-var]
        if len(data) > LONGEST_CONTENTS:
            raise UsageProblem(f"{self.name} has too long a list of contents; pack only your own files")
        return data


def _tar_members(path: Path) -> Iterator[Member | None]:
    """Yield the members of a tar; None for folders."""
    for archive, info in tar_headers(path):
        is_own = info.isreg() and not info.issparse()
        refusal = "" if is_own else "is a link, a device or sparse, not an ordinary file"
        yield None if info.isdir() else Member(info.name, refusal, partial(_opened, archive, info))


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    assert file is not None
    return file
