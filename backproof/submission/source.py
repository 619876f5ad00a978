"""Which files make up a submission, and what kind of arrays they work on."""

import hashlib
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from backproof.problems import UsageProblem
from backproof.submission.files import MOST_KILOBYTES, Files, python_files, read_files

LONGEST_SETTINGS = 64 * 1024

ArrayKind = Literal["numpy", "torch"]


@dataclass(frozen=True)
class Source:
    """The files of one submission.

    Attributes
    ----------
    path : Path
        What the user named: a folder or a ``.py`` file.
    root : Path
        The folder whose modules may import each other.
    entry : Path or None
        The one file that holds all functions: a single-file submission or an adapter. None for a folder with one
        file per contract module.
    is_adapted : bool
        Whether ``entry`` adapts other code, which then may change its inputs in place: it gets copies.
    array : str
        ``numpy`` or ``torch``.
    files : Files
        The text of all Python files, read once.
    """

    path: Path
    root: Path
    entry: Path | None
    is_adapted: bool
    array: ArrayKind
    files: Files

    def module_file(self, module: str) -> Path:
        """Return the file in which the functions of a contract module are to be found."""
        return self.entry or self.root / f"{module}.py"

    def sha256(self) -> str:
        """Return a digest of the names and contents of all Python files."""
        digest = hashlib.sha256()
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
    """Find out what kind of submission lies at ``path``, and read those of its files that fit a pattern.

    Raises
    ------
    UsageProblem
        If there is nothing there, or nothing that is Python.
    """
    if adapter is not None and not adapter.is_file():
        what = "is a folder; name the Python file in it" if adapter.is_dir() else "does not exist"
        raise UsageProblem(f"adapter {adapter} {what}")
    if adapter is not None and adapter.suffix != ".py":
        raise UsageProblem(f"adapter {adapter} is not a Python file (.py)")
    if not path.exists():
        raise UsageProblem(f"{path} does not exist; name a folder or a .py file to grade")
    if path.is_file() and path.suffix != ".py":
        raise UsageProblem(f"{path} is not a Python file (.py); name a folder or a .py file to grade")
    path = path.resolve()
    root = path if path.is_dir() else path.parent
    entry = adapter.resolve() if adapter else (path if path.is_file() else None)
    own = python_files(path, patterns) if path.is_dir() else iter([path])
    files = read_files(own, inside=root, most_kilobytes=most_kilobytes)
    if adapter and entry and entry not in files.texts:
        adapted = read_files(iter([entry]), inside=entry.parent)
        files = Files({**files.texts, **adapted.texts}, {**files.refused, **adapted.refused})
    source = Source(path, root, entry, adapter is not None, _array_kind(root), files)
    if not files.texts and not files.refused:
        raise UsageProblem(f"{path} holds no Python file; `backproof init {path}` lays the template there")
    return source


def shown(path: Path) -> str:
    """Return a path as short as it can be said from the current folder."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def project_settings(folder: Path) -> dict[str, str] | None:
    """Return the table ``[tool.backproof]`` of a folder's pyproject.toml, or None where there is none.

    Raises
    ------
    UsageProblem
        If the file is not valid TOML, or the table has a key that means nothing.
    """
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            text = stream.read(LONGEST_SETTINGS + 1)
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
        raise UsageProblem(f"{file}: [tool.backproof] knows array and assignment, not {', '.join(sorted(unknown))}")
    if not all(isinstance(value, str) for value in settings.values()):
        raise UsageProblem(f"{file}: the values in [tool.backproof] must be strings")
    return cast(dict[str, str], settings)


def _array_kind(root: Path) -> ArrayKind:
    kind = (project_settings(root) or {}).get("array", "numpy")
    if kind not in ("numpy", "torch"):
        raise UsageProblem(f'{root / "pyproject.toml"}: array must be "numpy" or "torch", not {kind!r}')
    return cast(ArrayKind, kind)
