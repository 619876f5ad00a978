"""Malformed and hostile archives and notebooks: their cost, their messages and their points."""

import bz2
import gzip
import io
import json
import lzma
import stat
import tarfile
import time
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from backproof.problems import UsageProblem
from backproof.submission import find_source
from tests.helpers import assert_usage_error, backproof, python
from tests.hostile.stage import HONEST, POINTS, TARGET

RIGHT = {"target.py": TARGET.encode(), "honest.py": HONEST.encode()}
OF_HONEST = 3
MEGABYTE = b"\0" * 2**20

ZipFile = zipfile.ZipFile
Info = zipfile.ZipInfo


def target_is_a_link(archive: ZipFile) -> None:
    info = Info("target.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "../neighbour/target.py")


def target_is_a_device(archive: ZipFile) -> None:
    info = Info("target.py")
    info.external_attr = (stat.S_IFCHR | 0o666) << 16
    archive.writestr(info, TARGET)


def target_is_encrypted(archive: ZipFile) -> None:
    archive.writestr("target.py", TARGET)
    archive.getinfo("target.py").flag_bits |= 0x1


def target_is_there_twice(archive: ZipFile) -> None:
    with warnings.catch_warnings(action="ignore"):
        archive.writestr("target.py", TARGET)
        archive.writestr("./target.py", TARGET + "\n# another")


def target_is_a_bomb(archive: ZipFile) -> None:
    archive.writestr("target.py", TARGET.encode() + b"#" * 100 * 2**20, zipfile.ZIP_DEFLATED)


def target_is_a_bomb_of_another_kind(archive: ZipFile) -> None:
    archive.writestr("target.py", b"#" * 100 * 2**20, zipfile.ZIP_BZIP2)


IN_ZIPS = {
    target_is_a_link: "target.py is a link or a device",
    target_is_a_device: "target.py is a link or a device",
    target_is_encrypted: "target.py is encrypted; pack it without a password",
    target_is_there_twice: "target.py is in the archive more than once",
    target_is_a_bomb: "target.py is too large",
    target_is_a_bomb_of_another_kind: "target.py is compressed in an uncommon way",
}


@pytest.mark.parametrize("write", IN_ZIPS, ids=lambda write: write.__name__)
def test_a_member_of_a_zip_that_cannot_be_read_costs_its_own_checks(stage, write):
    """The message names the fault of the file, and the other file keeps its points."""
    stage.limit()
    stage.submission = stage.folder / "work.zip"
    with ZipFile(stage.submission, "w") as archive:
        write(archive)
        archive.writestr("honest.py", HONEST)
    grade = stage.grade()
    assert grade.score == OF_HONEST
    assert IN_ZIPS[write] in grade.checks[0].failure.message


def tar_info(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content), kind, link
    return info


IN_TARS = {
    "a link out": tar_info("target.py", kind=tarfile.SYMTYPE, link="../neighbour/target.py"),
    "a link to all files": tar_info("target.py", kind=tarfile.SYMTYPE, link="/"),
    "a hard link": tar_info("target.py", kind=tarfile.LNKTYPE, link="honest.py"),
    "a pipe": tar_info("target.py", kind=tarfile.FIFOTYPE),
    "a device": tar_info("target.py", kind=tarfile.CHRTYPE),
    "a block device": tar_info("target.py", kind=tarfile.BLKTYPE),
}


@pytest.mark.parametrize("name", IN_TARS)
def test_a_member_of_a_tar_that_is_no_file_costs_its_own_checks(stage, name):
    """Links are not followed, devices are not created; the message names them; the other file keeps its points."""
    stage.limit()
    stage.submission = stage.folder / "work.tar"
    with tarfile.open(stage.submission, "w") as archive:
        archive.addfile(IN_TARS[name])
        archive.addfile(tar_info("honest.py", HONEST.encode()), io.BytesIO(HONEST.encode()))
    grade = stage.grade()
    assert grade.score == OF_HONEST
    assert "target.py is a link, a device or sparse" in grade.checks[0].failure.message


NAMES = [
    "../target.py",
    "work/../../target.py",
    "..\\target.py",
    "/tmp/target.py",
    "\\\\host\\target.py",
    "C:\\target.py",
    "c:target.py",
    "x" * 2000 + ".py",
    "x/" * 40 + "target.py",
    "\x1b[2J/../target.py",
    "line\nbreak/../target.py",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_outside_of_the_archive_are_wrong_usage(tmp_path, name, kind):
    """Such an archive is not graded; one line names the file, without control characters."""
    place = tmp_path / f"work.{kind}"
    if kind == "zip":
        with ZipFile(place, "w") as archive:
            archive.writestr(name, TARGET)
    else:
        with tarfile.open(place, "w") as archive:
            archive.addfile(tar_info(name, TARGET.encode()), io.BytesIO(TARGET.encode()))
    with pytest.raises(UsageProblem, match="which is no place in it; pack it again") as caught:
        find_source(place)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < len(str(place)) + 200
    assert [file.name for file in tmp_path.rglob("*")] == [place.name]


def test_a_name_with_a_zero_byte_is_refused(tmp_path):
    """``target.py\\0.txt`` is neither target.py nor a text file."""
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("target.py_.txt", TARGET)
    (tmp_path / "work.zip").write_bytes(content.getvalue().replace(b"target.py_.txt", b"target.py\0.txt"))
    with pytest.raises(UsageProblem, match="which is no place in it"):
        find_source(tmp_path / "work.zip")


def compressed(open_file: Callable[..., object], path: Path, name: str) -> None:
    """Write 260 MB of zeros as one member of a tar."""
    with open_file(path, "wb") as file:
        info = tarfile.TarInfo(name)
        info.size = 260 * 2**20
        file.write(info.tobuf())
        for _ in range(260):
            file.write(MEGABYTE)


def extended_headers(path: Path, content: bytes, count: int, kind: bytes = tarfile.XHDTYPE) -> None:
    """Write extended headers of a member, one after the other."""
    with path.open("wb") as file:
        for _ in range(count):
            file.write(tar_info("x", content, kind).tobuf(tarfile.GNU_FORMAT))
            file.write(content.ljust(-(-len(content) // 512) * 512, b"\0"))


def negative_size(path: Path) -> None:
    header = bytearray(tar_info("target.py").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 11 + b"\0"
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(bytes(header) + b"\0" * 1024)


def sparse_without_an_end(path: Path) -> None:
    """Write an endless map of holes: a line that is longer than the archive."""
    records = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "target.py", "size": "99999999"}
    extended_headers(path, b"".join(pax_record(key, value) for key, value in records.items()), 1)
    with path.open("ab") as file:
        info = tar_info("target.py")
        info.size = 99999999
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        file.write(b"1" * 30 * 2**20)


def pax_record(key: str, value: str) -> bytes:
    body = f" {key}={value}\n"
    length = next(n for n in range(100) if len(str(n)) + len(body) == n)
    return f"{length}{body}".encode()


def many_files(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for number in range(11_000):
            archive.addfile(tar_info(f"{number}.txt"))


def many_files_in_a_zip(path: Path) -> None:
    """Write a zip whose directory alone takes hundreds of megabytes as objects."""
    one = io.BytesIO()
    with ZipFile(one, "w") as archive:
        archive.writestr("a.py", "")
    local, entry = one.getvalue().split(b"PK\1\2")
    entry, end = (b"PK\1\2" + entry).split(b"PK\5\6")
    count = 500_000
    sizes = count.to_bytes(4, "little")[:2] * 2 + (count * len(entry)).to_bytes(4, "little")
    path.write_bytes(local + entry * count + b"PK\5\6" + end[:4] + sizes + end[12:])


def large_dictionary(path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1536 * 2**20}]
    text = tar_info("data.bin", b"1").tobuf() + b"1".ljust(512, b"\0") + b"\0" * 1024
    path.write_bytes(lzma.compress(text, filters=filters))


def nested(path: Path) -> None:
    """Write archives in archives, as in 42.zip."""
    content = b""
    for _ in range(6):
        outer = io.BytesIO()
        with ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in range(16):
                archive.writestr(f"{name}.zip", content)
        content = outer.getvalue()
    path.write_bytes(content)


BOMBS = {
    "gz.tar.gz": (lambda path: compressed(gzip.open, path, "data.bin"), "unpacks to more than 256 MB"),
    "bz2.tar.bz2": (lambda path: compressed(bz2.open, path, "data.bin"), "unpacks to more than 256 MB"),
    "xz.tar.xz": (lambda path: compressed(lzma.open, path, "data.bin"), "unpacks to more than 256 MB"),
    "python.tar.gz": (lambda path: compressed(gzip.open, path, "target.py"), "unpacks to more than 256 MB"),
    "dictionary.tar.xz": (large_dictionary, "holds no Python file"),
    "digits.tar": (lambda path: extended_headers(path, b"1" * 2**20, 1), "a header with an impossible size"),
    "long_name.tar": (
        lambda path: extended_headers(path, b"x" * 2**20, 1, tarfile.GNUTYPE_LONGNAME),
        "a header with an impossible size",
    ),
    "headers.tar": (lambda path: extended_headers(path, pax_record("a", "b"), 5000), "cannot be read"),
    "negative.tar": (negative_size, "a header with an impossible size"),
    "sparse.tar": (sparse_without_an_end, "cannot be read"),
    "many.tar": (many_files, "holds more than 10000 files"),
    "many.zip": (many_files_in_a_zip, "has too long a list of contents"),
    "nested.zip": (nested, "holds no Python file"),
}
READ_ALL = """
import sys, time
from pathlib import Path
from backproof.problems import UsageProblem
from backproof.submission import find_source
for name in sys.argv[1:]:
    begin = time.monotonic()
    try:
        message = list(find_source(Path(name)).files.refused.values())
    except UsageProblem as problem:
        message = problem
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(name, round(time.monotonic() - begin, 1), int(peak.split()[1]) >> 10, message, sep="|")
"""


def test_bombs_cost_little_and_are_refused(tmp_path):
    """Each is refused in seconds, in one line, in a process that stays small."""
    for name, (make, _) in BOMBS.items():
        make(tmp_path / name)
    before = sorted(tmp_path.iterdir())
    done = python("-c", READ_ALL, *BOMBS, cwd=tmp_path)
    lines = [line.split("|", 3) for line in done.stdout.splitlines()]
    assert [name for name, *_ in lines] == list(BOMBS), done.stdout + done.stderr
    for name, seconds, megabytes, message in lines:
        assert BOMBS[name][1] in message, f"{name}: {message}"
        assert float(seconds) < 10, name
        # NumPy and the other imports take less than 100 of them.
        assert int(megabytes) < 250, name
    assert sorted(tmp_path.iterdir()) == before


def test_time_is_limited_where_the_size_is_not(tmp_path, monkeypatch):
    """Headers that tarfile takes long to read end the reading after some seconds."""
    monkeypatch.setattr("backproof.submission.tar_stream.MOST_SECONDS", 0.5)
    extended_headers(tmp_path / "work.tar", b"1" * 60_000, 1)
    one = (tmp_path / "work.tar").read_bytes() + tar_info("y").tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "work.tar").write_bytes(one * 300)
    begin = time.monotonic()
    with pytest.raises(UsageProblem):
        find_source(tmp_path / "work.tar")
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_damaged_archives_are_graded_whole_or_not_at_all(tmp_path, kind):
    """Truncated or with changed bytes: a usage problem, or the packed files; never a traceback, never a part."""
    place = tmp_path / f"work.{kind}"
    if kind == "zip":
        with ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in RIGHT.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(place, f"w:{kind.removeprefix('tar').removeprefix('.')}") as archive:
            for name, content in RIGHT.items():
                archive.addfile(tar_info(name, content), io.BytesIO(content))
    whole = place.read_bytes()
    # A tar ends with blocks of zeros, which may be missing.
    last = len(whole) if kind != "tar" else len(whole.rstrip(b"\0")) - 1
    for length in range(1, last, max(last // 60, 1)):
        place.write_bytes(whole[:length])
        with pytest.raises(UsageProblem) as caught:
            find_source(place)
        assert str(caught.value).isprintable()
    for position in range(0, len(whole), max(len(whole) // 200, 1)):
        place.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        with suppress(UsageProblem):
            assert kind == "tar" or set(find_source(place).files.texts.values()) <= set(RIGHT.values())


def test_overlapping_members_are_refused(tmp_path):
    """Two names for one range of the archive are refused."""
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("target.py", TARGET)
        archive.writestr("honest.py", HONEST)
        archive.getinfo("honest.py").header_offset = 0
    (tmp_path / "work.zip").write_bytes(content.getvalue())
    with pytest.raises(UsageProblem, match="cannot be read: File name in directory"):
        find_source(tmp_path / "work.zip")


def test_a_wrong_size_in_a_header_is_refused(tmp_path):
    """A member that is larger than in its header is damaged, not cut."""
    content = io.BytesIO()
    with ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("target.py", b"#" * 50 * 2**20)
        archive.getinfo("target.py").file_size = 1000
    (tmp_path / "work.zip").write_bytes(content.getvalue())
    with pytest.raises(UsageProblem, match="cannot be read: Bad CRC-32"):
        find_source(tmp_path / "work.zip")


def test_a_hostile_archive_ends_the_command_with_one_line(tmp_path):
    """A bad archive is wrong usage, with exit code 2."""
    negative_size(tmp_path / "work.tar")
    assert_usage_error(backproof("grade", "work.tar", cwd=tmp_path))


def test_a_right_archive_beside_hostile_names_of_files_has_its_points(stage):
    """Files that are not Python may have any name and content; they are not read."""
    stage.limit()
    stage.submission = stage.folder / "work.zip"
    with ZipFile(stage.submission, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in RIGHT.items():
            archive.writestr(name, content)
        for name in (
            "\x1b[2J.txt",
            "line\nbreak.py",
            "-rf.py",
            "\N{RIGHT-TO-LEFT OVERRIDE}.py",
            "\udcff.py".encode("utf-8", "replace").decode(),
        ):
            archive.writestr(name, "")
        archive.writestr("model.ckpt", b"\0" * 50 * 2**20)
        link = Info("data.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert stage.grade().score == POINTS


def written(cells: list[object], **others: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | others).encode()


def code(source: object, **others: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **others}


BOTH = [code(TARGET), code(HONEST)]
IMAGE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo" * 4_000_000}}
# A notebook and its points, or the message of one that is not graded.
NOTEBOOKS: dict[str, tuple[bytes, float | str]] = {
    "a huge image": (written([*BOTH, code("plot()", outputs=[IMAGE])]), POINTS),
    "no metadata": (
        json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": f"{TARGET}{HONEST}"}]}).encode(),
        POINTS,
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + written(BOTH), POINTS),
    "a zero byte in a cell": (written([*BOTH, code("x = '\0'")]), POINTS),
    "a zero byte in a function": (written([*BOTH, code("def mean(x):\n    return '\0'")]), POINTS - 2),
    "a header of one's own": (
        written([code(f"# %% cell 7\n{TARGET}"), code(f"'''\n# %% cell 8\n'''\n{HONEST}")]),
        POINTS,
    ),
    "odd ends of lines": (written([code(TARGET.replace("\n", "\r\n")), code(HONEST.replace("\n", "\r"))]), POINTS),
    "sources in lists": (
        written([code(TARGET.splitlines(keepends=True)), code(HONEST.splitlines(keepends=True))]),
        POINTS,
    ),
    "expressions without an end": (written([*BOTH, code(f"x = {'-' * 100_000}1"), code("y = " + "(" * 5000)]), POINTS),
    "sums without an end": (written([*BOTH, code(f"x = 1{' + 1' * 100_000}")]), POINTS),
    "thousands of cells": (written([*BOTH, *[code("x = 1")] * 5000]), POINTS),
    "hundreds of commands": (written([*BOTH, code("!ls\n" * 200)]), POINTS),
    "many blank lines": (written([*BOTH, code("\n" * 500_000)]), POINTS),
    "an exit": (written([code("import sys\nclass A:\n    sys.exit()"), *BOTH]), POINTS),
    "a larger text than is allowed": (written([*BOTH, code("#" * 2**21)]), 0),
    "more objects than are allowed": (b'{"nbformat": 4, "cells": [' + b"{}," * 3_000_000 + b"{}]}", 0),
    "more than is read": (written(BOTH, x="x" * 65 * 2**20), 0),
    "lists without an end": (b'{"nbformat": 4, "x": ' + b"[" * 2**21, "is not a notebook: maximum recursion depth"),
    "objects without an end": (b'{"x": ' * 100_000, "is not a notebook: maximum recursion depth"),
    "half a character": (b'{"nbformat": 4, "cells": [{"source": "\\ud800"}]}', "is not a notebook"),
    "no UTF-8": (b'{"nbformat": 4, "cells": [{"source": "\xff"}]}', "is not a notebook"),
    "UTF-16": (written(BOTH).decode().encode("utf-16"), "is not a notebook"),
    "a program": (b"\x7fELF" + bytes(range(256)) * 16, "is not a notebook"),
    "zero bytes": (b"\0" * 4096, "is not a notebook"),
    "cells of a wrong type": (written(3), "is not a notebook: Expected `array`, got `int`"),
    "a cell of a wrong type": (written([None]), "is not a notebook: Expected `object`, got `null`"),
    "a source of a wrong type": (written([code({"a": 1})]), "is not a notebook: Expected `str | array`, got `object`"),
    "metadata of a wrong type": (
        written(BOTH, metadata=[]),
        "is not a notebook: Expected `object | null`, got `array`",
    ),
    "a format of a wrong type": (written(BOTH, nbformat="4"), "is not a notebook: Expected `int`, got `str`"),
    "a format of many digits": (
        b'{"nbformat": 4' + b"0" * 9999 + b"}",
        "is not a notebook: Integer value out of range",
    ),
    "a language that steers": (written(BOTH, metadata={"kernelspec": {"language": "\x1b[2J\n"}}), "is a notebook in"),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_odd_notebook_has_the_points_of_its_functions(stage, name):
    """Right functions have their points whatever is beside them; an invalid notebook is refused in one line."""
    content, expected = NOTEBOOKS[name]
    stage.limit(call_seconds=20, grade_seconds=60)
    stage.submission = stage.folder / "work.ipynb"
    stage.submission.write_bytes(content)
    if not isinstance(expected, str):
        assert stage.grade().score == expected
        return
    with pytest.raises(UsageProblem) as caught:
        find_source(stage.submission)
    assert expected in str(caught.value)
    assert str(caught.value).isprintable()


HOSTILE_CELLS = {
    "points": ("__skipped__ = {}\n__skipped__['mean'] = None\ndel mean", None),
    "a loop in a class": ("class A:\n    while True:\n        pass", "no answer within 1 seconds"),
    "a constant without an end": ("A = [0 for i in range(10**6) for j in range(10**6)]", "no answer"),
    "memory": ("import numpy as np\nA = np.ones((10**5, 10**5))\nB = 'x' * 10**12", None),
    "help without an end": ("x" * 100_000 + " y?", "no answer"),
    "another mean": ("mean = lambda x: 0.0", ""),
    "IPython": ("def get_ipython():\n    raise SystemExit\n%matplotlib inline", None),
    "IPython, imported": ("import IPython.core.inputtransformer2 as t\nt.TransformerManager = None\nA = 1", None),
}


@pytest.mark.parametrize("name", HOSTILE_CELLS)
def test_hostile_cells_gain_nothing(stage, name):
    """A cell runs in the confined process, within its limits; no message if it does no harm."""
    cell, message = HOSTILE_CELLS[name]
    stage.limit(call_seconds=1.0 if message is not None else 30, grade_seconds=10.0 if message is not None else 60)
    stage.submission = stage.folder / "work.ipynb"
    stage.submission.write_bytes(written([*BOTH, code(cell), code("!ls")]))
    grade = stage.grade()
    assert grade.score == grade.counts.passed
    if message is None:
        assert grade.score == POINTS
    else:
        assert grade.score < POINTS
        assert any(message in check.failure.message for check in grade.checks if check.failure)


def test_code_and_outputs_of_any_size_are_read_in_little_memory(tmp_path):
    """Parsing is bounded in memory, whatever the size of code and outputs."""
    contents = {
        "image.ipynb": NOTEBOOKS["a huge image"][0],
        "outputs.ipynb": written([code("x = 1")], x=0).replace(b"0}", b"[" + b"[]," * 15_000_000 + b"[]]}"),
        "cells.ipynb": b'{"nbformat": 4, "cells": ['
        + b"{}," * 1_900_000
        + b'{"cell_type": "code", "source": "x = 1"}]}',
        "texts.ipynb": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [' + b'"a",' * 900_000 + b'""]}]}',
        "many.ipynb": b'{"nbformat": 4, "cells": [' + b"{}," * 20_000_000 + b"{}]}",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = python("-c", READ_ALL, *contents, cwd=tmp_path)
    lines = [line.split("|", 3) for line in done.stdout.splitlines()]
    assert [name for name, *_ in lines] == list(contents), done.stdout + done.stderr
    for name, seconds, megabytes, _ in lines:
        assert float(seconds) < 10, name
        # The text itself, up to 64, and the objects parsed from it.
        assert int(megabytes) < 400, f"{name}: {megabytes}"
