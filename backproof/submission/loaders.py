"""Run the text of a submission's file as a module: a Python file whole, a notebook statement by statement."""

import __future__

import ast
import linecache
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from backproof.submission.cells import Cell, cells_of, python_of
from backproof.submission.files import NOTEBOOK
from backproof.submission.notebook_statements import DEFINITIONS, Selection, bound_names

# Where a notebook's module keeps what was left out, by name.
LEFT_OUT = "__left_out__"
# What a cell that is no Python seems to define, and to assign to.
DEFINED = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class LeftOut:
    """A statement of a notebook that gave its names no meaning.

    Attributes
    ----------
    place : str
        ``cell 3, line 5``.
    error : BaseException or None
        What it raised; None if it was not run.
    """

    place: str
    error: BaseException | None

    @property
    def reason(self) -> str:
        """Why, in one line."""
        if self.error is None:
            return f"{self.place} is not run: only imports, definitions and constants of a notebook are taken"
        return f"{self.place} raised {type(self.error).__name__}: {self.error}"


class TextLoader(SourceFileLoader):
    """Compiles the text that was read when the submission was found: no other file of that name is looked at.

    So no cached bytecode runs, none is left in the learner's folder, and what is graded is what was hashed.
    """

    def __init__(self, name: str, path: Path, text: bytes) -> None:
        super().__init__(name, str(path))
        self._text = text

    def get_data(self, path: str) -> bytes:
        return self._text if path == self.path else super().get_data(path)

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text, self.get_filename(fullname))


class NotebookLoader(TextLoader):
    """Runs the imports, definitions and constants of a notebook, from the top to the bottom."""

    def exec_module(self, module: ModuleType) -> None:
        # Tracebacks and debuggers would show the lines of the file, which are those of its JSON.
        lines = [f"{line}\n" for line in self._text.decode().split("\n")]
        linecache.cache[self.path] = (len(self._text), None, lines, self.path)
        run = _NotebookRun(self.path, module.__dict__)
        for cell in cells_of(self._text):
            run.cell(cell)


class _NotebookRun:
    """Runs what is taken of a notebook.

    A statement that raises leaves its names out, and those alone: a library for plots that is not installed here, or
    a data set that is not there, hurts no function that does without.
    """

    def __init__(self, path: str, namespace: dict[str, Any]) -> None:
        self._path = path
        self._namespace = namespace
        self._left_out: dict[str, LeftOut] = {}
        namespace[LEFT_OUT] = self._left_out
        self._selection = Selection()
        self._future_flags = 0

    def cell(self, cell: Cell) -> None:
        """Run what is taken of a cell; if it is no Python, leave out what it seems to define."""
        try:
            # The lines above keep the numbers right.
            statements = ast.parse("\n" * cell.line + python_of(cell.text), self._path).body
        except Exception as error:  # noqa: BLE001 - whatever a parser makes of what is no Python
            left_out = LeftOut(cell.place(getattr(error, "lineno", None)), error)
            self._leave_out(ASSIGNED.findall(cell.text), left_out)
            self._leave_out(DEFINED.findall(cell.text), left_out, are_defined=True)
            return
        for statement in statements:
            self._statement(statement, cell)

    def _statement(self, statement: ast.stmt, cell: Cell) -> None:
        names, error = bound_names(statement), None
        try:
            taken = self._selection.taken(statement)
            if taken is not None:
                names -= bound_names(taken)
                self._run(taken)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001 - an exit, too, ends no more than the statement
            names, error = bound_names(statement), raised
        left_out = LeftOut(cell.place(statement.lineno), error)
        self._leave_out(names, left_out, are_defined=isinstance(statement, DEFINITIONS))

    def _run(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            features = (getattr(__future__, alias.name, None) for alias in statement.names)
            self._future_flags |= sum(feature.compiler_flag for feature in features if feature is not None)
        module = ast.Module([statement], [])
        exec(compile(module, self._path, "exec", flags=self._future_flags, dont_inherit=True), self._namespace)

    def _leave_out(self, names: Iterable[str], left_out: LeftOut, *, are_defined: bool = False) -> None:
        """Note why names have no meaning; an earlier definition does not stand for one that cannot be taken."""
        for name in names:
            self._left_out[name] = left_out
            if are_defined:
                self._namespace.pop(name, None)


def left_out_of(namespace: Mapping[str, Any], name: str | None) -> LeftOut | None:
    """Return why a name has no meaning in a notebook's module; None where that is not known."""
    all_left_out = namespace.get(LEFT_OUT)
    left_out = all_left_out.get(name) if name and isinstance(all_left_out, dict) else None
    return left_out if isinstance(left_out, LeftOut) else None


def loader_for(name: str, file: Path, text: bytes) -> TextLoader:
    """Return the loader for a file of a submission."""
    kind = NotebookLoader if file.suffix == NOTEBOOK else TextLoader
    return kind(name, file, text)


def module_name(file: Path) -> str:
    """Return the name under which a file is imported.

    That of a notebook cannot be a library's: no learner expects that ``numpy.ipynb`` takes the place of NumPy.
    """
    return (file.name if file.suffix == NOTEBOOK else file.stem).replace(".", "_")
