"""Read the headers of a tar as a stream, with limits on bytes and seconds that its own headers cannot raise."""

import bz2
import gzip
import lzma
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Self, cast

from backproof.problems import UsageProblem
from backproof.submission.files import PIECE

COMPRESSIONS: Mapping[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
# A tar is read from its beginning to its end. A forgotten data set fits, and no honest archive takes so long.
MOST_UNPACKED = 256 * 2**20
MOST_SECONDS = 20
# tarfile searches an extended header for patterns, in time that grows as its square.
LONGEST_EXTENDED_HEADER = 64 * 2**10
EXTENDED_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
# All headers of one member.
LONGEST_HEADER = 2**20


def tar_headers(path: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Yield each header of a tar, and the open tar, from which the member's content is read before the next header."""
    with _unpacked(path) as file:
        stream = _LimitedStream(file, path)
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_CheckedHeader) as archive:
            while (info := archive.next()) is not None:
                # The content of this member, and the headers of the next.
                stream.allow_until(archive.offset + LONGEST_HEADER)
                # tarfile otherwise stores every member, with all its headers.
                archive.members.clear()  # type: ignore[attr-defined]
                yield archive, info
        # The checksum of everything follows the last member.
        stream.allow_until(MOST_UNPACKED)
        while stream.read(PIECE):
            pass


def _unpacked(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        begin = file.read(max(map(len, COMPRESSIONS)))
    unpack = next((unpack for magic, unpack in COMPRESSIONS.items() if begin.startswith(magic)), None)
    return cast(IO[bytes], unpack(path)) if unpack else path.open("rb")


class _LimitedStream:
    """The unpacked bytes of a tar, up to a position and a deadline."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._position = 0
        self._limit = LONGEST_HEADER
        self._deadline = time.monotonic() + MOST_SECONDS

    def allow_until(self, position: int) -> None:
        """Allow reads up to this position."""
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
    """A valid header of a tar. tarfile takes an unreadable one for the end of the archive; this one raises."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if any(buf):
                raise _DamagedError(str(error)) from error
            raise
        if header.size < 0 or (header.type in EXTENDED_HEADERS and header.size > LONGEST_EXTENDED_HEADER):
            raise _DamagedError("a header with an impossible size")
        return header


class _DamagedError(Exception):
    """A header of the archive is invalid."""
