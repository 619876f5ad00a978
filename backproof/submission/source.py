"""The files of a submission, and the kind of arrays that they work on."""

import hashlib
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

from backproof.problems import UsageProblem
from backproof.submission.archives import is_archive, read_archive
from backproof.submission.cells import cell_and_line
from backproof.submission.files import (
    LONGEST_SETTINGS,
    MOST_KILOBYTES,
    NO_FILES,
    NOTEBOOK,
    SETTINGS,
    Files,
    FoundFiles,
    has_modules,
    only_notebook,
    own_files,
    python_files,
    read_file,
    read_files,
)
from backproof.submission.notebooks import MOST_NOTEBOOK, NOTEBOOK_TOO_LARGE, with_notebook

GRADABLE = "a folder, an archive, a notebook or a .py file"

ArrayKind = Literal["numpy", "torch"]


@dataclass(frozen=True)
class Source:
    """The files of one submission.

    Attributes
    ----------
    path : Path
        The user's argument: a folder, an archive, a notebook or a ``.py`` file.
    root : Path
        The folder or archive whose modules may import each other.
    entry : Path or None
        The one file that holds all functions: a single-file submission, a notebook or an adapter. None for a folder
        or archive with one file per contract module.
    is_adapted : bool
        Whether ``entry`` adapts other code. Such code may change its inputs in place, so it gets copies.
    array : str
        ``numpy`` or ``torch``.
    files : Files
        The text of all Python files, read once; for a notebook, the code of its cells.
    """

    path: Path
    root: Path
    entry: Path | None
    is_adapted: bool
    array: ArrayKind
    files: Files

    def module_file(self, module: str) -> Path:
        """Return the file that should define the functions of a contract module."""
        return self.entry or self.root / f"{module}.py"

    def name_of(self, file: Path) -> str:
        """Return the name of a file for a learner: ``losses.py``, or ``work.zip/losses.py`` of an archive."""
        if not file.is_relative_to(self.root):
            return file.name
        return str(file.relative_to(self.root.parent if is_archive(self.root) else self.root))

    def is_own(self, filename: str) -> bool:
        """Return whether code that was compiled under this name is the submission's."""
        # Strings first: exceptions are many, and paths are slow.
        if not filename.startswith(self._own_names):
            return False
        path = Path(filename)
        return path == self.entry or path.is_relative_to(self.root)

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        return (str(self.root), *([str(self.entry)] if self.entry else []))

    def place(self, filename: str, line: int | None) -> str:
        """Return the place of a line for a learner: ``losses.py:3``, or ``work.ipynb cell 3, line 5``."""
        file = Path(filename)
        if file.suffix == NOTEBOOK and line is not None and file in self.files.texts:
            return f"{self.name_of(file)} {cell_and_line(self.files.texts[file], line)}"
        return f"{self.name_of(file)}:{line}"

    def sha256(self) -> str:
        """Return a digest of the names and contents of all Python files, and of how they are called."""
        digest = hashlib.sha256()
        if self.entry is not None or self.array != "numpy":
            entry = os.fsencode(self.entry.name) if self.entry else b""
            digest.update(entry + f"\0{self.is_adapted}\0{self.array}\0".encode())
        for file, text in self.files.texts.items():
            digest.update(os.fsencode(file.name) + f"\0{len(text)}\0".encode())
            digest.update(text)
        return digest.hexdigest()


def find_source(
    path: Path,
    adapter: Path | None = None,
    *,
    most_kilobytes: int = MOST_KILOBYTES,
    patterns: Sequence[str] = ("*.py",),
) -> Source:
    """Read the submission at ``path``, of any kind: its files that match a pattern.

    Raises
    ------
    UsageProblem
        If the path does not exist, or holds no Python.
    """
    if adapter is not None and not adapter.is_file():
        what = "is a folder; name the Python file in it" if adapter.is_dir() else "does not exist"
        raise UsageProblem(f"adapter {adapter} {what}")
    if adapter is not None and adapter.suffix != ".py":
        raise UsageProblem(f"adapter {adapter} is not a Python file (.py)")
    if not path.exists():
        raise UsageProblem(f"{path} does not exist; name {GRADABLE} to grade")
    found = _found(path, most_kilobytes, patterns, is_adapted=adapter is not None)
    entry, files = adapter.resolve() if adapter else found.entry, found.files
    if adapter and entry and entry not in files.texts:
        adapted = read_files(iter([entry]), inside=entry.parent)
        files = Files({**files.texts, **adapted.texts}, {**files.refused, **adapted.refused})
    array = _array_kind(found.settings, found.root / SETTINGS)
    source = Source(found.path, found.root, entry, adapter is not None, array, files)
    if not files.texts and not files.refused:
        init = f"`backproof init {path}` copies the template to it"
        remedy = init if path.is_dir() else "pack the .py files themselves"
        raise UsageProblem(f"{found.path} holds no Python file; {remedy}")
    return source


def _found(path: Path, most_kilobytes: int, patterns: Sequence[str], *, is_adapted: bool) -> FoundFiles:
    """Read a folder, an archive, a notebook or a Python file."""
    if path.is_dir():
        return _in_folder(path.resolve(), most_kilobytes, patterns, is_adapted=is_adapted)
    # The name of a link decides its kind; its target may have any name.
    named = path.parent.resolve() / path.name
    if path.is_file() and is_archive(named):
        return read_archive(named, most_kilobytes=most_kilobytes, patterns=patterns, is_adapted=is_adapted)
    if path.is_file() and named.suffix == NOTEBOOK:
        content = read_file(named, named.resolve().parent, MOST_NOTEBOOK, NOTEBOOK_TOO_LARGE)
        files = with_notebook(NO_FILES, named, content, most_kilobytes)
        return FoundFiles(named, named.parent, named, files, _settings_text(named.parent))
    if path.suffix != ".py":
        raise UsageProblem(f"{path} is not a Python file (.py); name {GRADABLE} to grade")
    file = path.resolve()
    files = read_files(iter([file]), inside=file.parent, most_kilobytes=most_kilobytes)
    return FoundFiles(file, file.parent, file, files, _settings_text(file.parent))


def _in_folder(folder: Path, most_kilobytes: int, patterns: Sequence[str], *, is_adapted: bool) -> FoundFiles:
    """Read the Python files of a folder, or its only notebook."""
    files = read_files(python_files(folder, patterns), inside=folder, most_kilobytes=most_kilobytes)
    python, notebook = [file.relative_to(folder) for file in (*files.texts, *files.refused)], None
    if not is_adapted and not has_modules(python):
        notebook = only_notebook(folder, python, list(own_files(folder, NOTEBOOK)))
    if notebook is not None:
        content = read_file(notebook, folder, MOST_NOTEBOOK, NOTEBOOK_TOO_LARGE)
        files = with_notebook(files, notebook, content, most_kilobytes)
    return FoundFiles(folder, folder, notebook, files, _settings_text(folder))


def shown(path: Path) -> str:
    """Return a path, relative to the current folder if it lies in it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def project_settings(folder: Path) -> dict[str, str] | None:
    """Return the table ``[tool.backproof]`` of a folder's pyproject.toml, or None where there is none.

    Raises
    ------
    UsageProblem
        If the file is not valid TOML, or the table has an unknown key.
    """
    return _settings(_settings_text(folder), folder / SETTINGS)


def _settings_text(folder: Path) -> bytes:
    """Return the content of a folder's pyproject.toml, up to one byte above the limit; empty where there is none."""
    file = folder / SETTINGS
    if not file.is_file():
        return b""
    with file.open("rb") as stream:
        return stream.read(LONGEST_SETTINGS + 1)


def _settings(text: bytes, file: Path) -> dict[str, str] | None:
    try:
        if len(text) > LONGEST_SETTINGS:
            raise UsageProblem(f"{file} is larger than {LONGEST_SETTINGS >> 10} kB; settings are a few lines")
        document = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise UsageProblem(f"{file} is not valid TOML: {error}") from error
    tools = document.get("tool", {})
    settings = tools.get("backproof", {}) if isinstance(tools, dict) else tools
    if not isinstance(settings, dict):
        raise UsageProblem(f"{file}: tool.backproof must be a table: [tool.backproof]")
    if not settings and "backproof" not in tools:
        return None
    unknown = set(settings) - {"array", "assignment"}
    if unknown:
        raise UsageProblem(f"{file}: [tool.backproof] has array and assignment, not {', '.join(sorted(unknown))}")
    if not all(isinstance(value, str) for value in settings.values()):
        raise UsageProblem(f"{file}: the values in [tool.backproof] must be strings")
    return cast(dict[str, str], settings)


def _array_kind(settings: bytes, file: Path) -> ArrayKind:
    kind = (_settings(settings, file) or {}).get("array", "numpy")
    if kind not in ("numpy", "torch"):
        raise UsageProblem(f'{file}: array must be "numpy" or "torch", not {kind!r}')
    return cast(ArrayKind, kind)
