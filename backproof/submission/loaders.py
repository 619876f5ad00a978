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
from backproof.submission.notebook_statements import DEFINITIONS, StatementSelector, bound_names

# A notebook's module stores its skipped statements here, by name.
SKIPPED = "__skipped__"
# Names that a cell which is not valid Python seems to define, and to assign to.
DEFINED = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class SkippedStatement:
    """A statement of a notebook that did not define its names.

    Attributes
    ----------
    place : str
        ``cell 3, line 5``.
    error : BaseException or None
        Its exception; None if it was not run.
    """

    place: str
    error: BaseException | None

    @property
    def reason(self) -> str:
        """The reason, in one line."""
        if self.error is None:
            return f"{self.place} is not run: only imports, definitions and constants of a notebook are taken"
        return f"{self.place} raised {type(self.error).__name__}: {self.error}"


class TextLoader(SourceFileLoader):
    """Compiles the text that was read when the submission was found. The file is not read again.

    So no cached bytecode runs, none is written to the learner's folder, and the hashed text is the one graded.
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
        # Without this entry tracebacks and debuggers would show lines of the file's JSON.
        lines = [f"{line}\n" for line in self._text.decode().split("\n")]
        linecache.cache[self.path] = (len(self._text), None, lines, self.path)
        run = _NotebookRun(self.path, module.__dict__)
        for cell in cells_of(self._text):
            run.cell(cell)


class _NotebookRun:
    """Runs the selected statements of a notebook.

    A statement that raises leaves only its own names undefined. So a missing plotting library or data set affects no
    function that does not use it.
    """

    def __init__(self, path: str, namespace: dict[str, Any]) -> None:
        self._path = path
        self._namespace = namespace
        self._skipped: dict[str, SkippedStatement] = {}
        namespace[SKIPPED] = self._skipped
        self._selector = StatementSelector()
        self._future_flags = 0

    def cell(self, cell: Cell) -> None:
        """Run the selected statements of a cell; if it is not valid Python, skip the names that it seems to define."""
        try:
            # The blank lines keep the line numbers right.
            statements = ast.parse("\n" * cell.line + python_of(cell.text), self._path).body
        except Exception as error:  # noqa: BLE001 - a parser may raise anything for invalid Python
            skipped = SkippedStatement(cell.place(getattr(error, "lineno", None)), error)
            self._skip(ASSIGNED.findall(cell.text), skipped)
            self._skip(DEFINED.findall(cell.text), skipped, are_defined=True)
            return
        for statement in statements:
            self._statement(statement, cell)

    def _statement(self, statement: ast.stmt, cell: Cell) -> None:
        names, error = bound_names(statement), None
        try:
            selected = self._selector.select(statement)
            if selected is not None:
                names -= bound_names(selected)
                self._run(selected)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001 - an exit, too, ends only the statement
            names, error = bound_names(statement), raised
        skipped = SkippedStatement(cell.place(statement.lineno), error)
        self._skip(names, skipped, are_defined=isinstance(statement, DEFINITIONS))

    def _run(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            features = (getattr(__future__, alias.name, None) for alias in statement.names)
            self._future_flags |= sum(feature.compiler_flag for feature in features if feature is not None)
        module = ast.Module([statement], [])
        exec(compile(module, self._path, "exec", flags=self._future_flags, dont_inherit=True), self._namespace)

    def _skip(self, names: Iterable[str], skipped: SkippedStatement, *, are_defined: bool = False) -> None:
        """Record why names are undefined; an earlier definition does not replace one that cannot be run."""
        for name in names:
            self._skipped[name] = skipped
            if are_defined:
                self._namespace.pop(name, None)


def skipped_statement(namespace: Mapping[str, Any], name: str | None) -> SkippedStatement | None:
    """Return the statement of a notebook that did not define a name; None where that is not known."""
    all_skipped = namespace.get(SKIPPED)
    skipped = all_skipped.get(name) if name and isinstance(all_skipped, dict) else None
    return skipped if isinstance(skipped, SkippedStatement) else None


def loader_for(name: str, file: Path, text: bytes) -> TextLoader:
    """Return the loader for a file of a submission."""
    kind = NotebookLoader if file.suffix == NOTEBOOK else TextLoader
    return kind(name, file, text)


def module_name(file: Path) -> str:
    """Return the import name of a file, for a notebook none of a library: ``numpy.ipynb`` does not replace NumPy."""
    return (file.name if file.suffix == NOTEBOOK else file.stem).replace(".", "_")
