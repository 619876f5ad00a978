"""Read a notebook: the code of its cells becomes one text. The code is neither run nor parsed here.

The format is read with :mod:`msgspec`, which skips all other fields: outputs of any size and shape are never built.
With ``nbformat``, which builds and validates all of them, 57 MB of empty outputs take more than 5 GB and 30 s.
"""

import importlib.util
from pathlib import Path

import msgspec

from backproof.problems import UsageProblem
from backproof.submission.cells import has_commands, joined
from backproof.submission.files import TOO_LARGE, Files

# A notebook stores its plots: tens of megabytes are honest. All of it is in memory once, as bytes.
MOST_NOTEBOOK = 64 * 2**20
NOTEBOOK_TOO_LARGE = f"is larger than {MOST_NOTEBOOK >> 20} MB; clear its outputs"
# Each object or text of a notebook takes up to 60 bytes in memory, so that all take some 100 MB at most.
MOST_THINGS = 2_000_000
FORMATS = (3, 4)
LANGUAGES = ("python", "python3", "ipython", "ipython3")


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""
    input: str | list[str] = ""  # the source in format 3


class _Worksheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Language(msgspec.Struct):
    name: str = ""
    language: str = ""


class _Metadata(msgspec.Struct):
    kernelspec: _Language | None = None
    language_info: _Language | None = None


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell] = []
    worksheets: list[_Worksheet] = []  # the cells in format 3
    metadata: _Metadata | None = None


def with_notebook(files: Files, path: Path, content: bytes | str, most_kilobytes: int) -> Files:
    """Return the files of a submission, with the code of a notebook added, or the reason why it is not read.

    Raises
    ------
    UsageProblem
        If it is not a notebook, not in Python, or without code.
    """
    room = most_kilobytes * 1024 - sum(map(len, files.texts.values()))
    text = notebook_text(content, path, room) if isinstance(content, bytes) else content
    if isinstance(text, bytes):
        return Files({**files.texts, path: text}, files.refused)
    return Files(files.texts, {**files.refused, path: text})


def notebook_text(content: bytes, path: Path, room: int) -> bytes | str:
    """Return the code of a notebook as one text, which :mod:`backproof.submission.cells` splits into cells again.

    If the code does not fit into ``room`` bytes, or the rest is far too large, return why it is not read.

    Raises
    ------
    UsageProblem
        If it is not a notebook, not in Python, or without code.
    """
    if content.count(b"{") + content.count(b'"') > MOST_THINGS:
        return f"holds more than {MOST_THINGS} texts and objects; clear its outputs"
    notebook = _decoded(content, path)
    if notebook.nbformat not in FORMATS:
        raise UsageProblem(f"{path} is a notebook of format {notebook.nbformat}; save it in format 4")
    if (language := _language(notebook)).lower() not in LANGUAGES:
        raise UsageProblem(f"{path} is a notebook in {language[:40]!r}; only Python is graded")
    cells = notebook.cells + [cell for worksheet in notebook.worksheets for cell in worksheet.cells]
    sources = {number: _source(cell) for number, cell in enumerate(cells, start=1) if cell.cell_type == "code"}
    if not any(source.strip() for source in sources.values()):
        raise UsageProblem(f"{path} holds no code; write the functions in its code cells")
    if any(map(has_commands, sources.values())) and importlib.util.find_spec("IPython") is None:
        raise UsageProblem(f"{path} has commands such as %matplotlib or !pip: pip install 'backproof[notebooks]'")
    text = joined(sources) if sum(map(len, sources.values())) <= room else b""
    return text if 0 < len(text) <= room else TOO_LARGE


def _decoded(content: bytes, path: Path) -> _Notebook:
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Notebook)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageProblem(f"{path} is not a notebook: {error}; save it again") from error


def _language(notebook: _Notebook) -> str:
    metadata = notebook.metadata or _Metadata()
    info, kernel = metadata.language_info or _Language(), metadata.kernelspec or _Language()
    return info.name or kernel.language or "python"


def _source(cell: _Cell) -> str:
    source = cell.source or cell.input
    return source if isinstance(source, str) else "".join(source)
