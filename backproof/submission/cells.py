"""The cells of a notebook in its text: where each begins, and which cell a line belongs to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HEADER = re.compile(r"^# %% cell (\d+)$")
# Syntax that IPython converts to Python: %magic, !command, help?, x = !command; and a cell indented as a whole.
COMMANDS = re.compile(r"^[ \t]*[%!?]|^[^#\n]*\?[ \t]*$|^[\w, \t.\[\]]+=[ \t]*[%!]|\A[ \t]", re.MULTILINE)
# Magics that run the rest of their cell as Python. The text below any other %%magic is not Python.
PYTHON_MAGICS = re.compile(r"\A\s*%%(time|capture|prun|snakeviz|memit|mprun|heat)\b[^\n]*")


@dataclass(frozen=True)
class Cell:
    """The code of a cell.

    Attributes
    ----------
    number : int
        Counted from 1, among all cells of the notebook.
    line : int
        The number of lines of the notebook's text above the code.
    """

    number: int
    text: str
    line: int

    def place(self, line: int | None) -> str:
        """Return the place of a line of the notebook's text for a learner: ``cell 3, line 5``."""
        return f"cell {self.number}" + (f", line {line - self.line}" if line is not None else "")


def joined(sources: Mapping[int, str]) -> bytes:
    """Return the code of cells as one text, each below a header; ``sources`` maps a cell's number to its code."""
    lines: list[str] = []
    for number, source in sources.items():
        code = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        # A learner's own line that looks like a header gets a blank.
        lines += [f"# %% cell {number}", *(f"{line} " if HEADER.match(line) else line for line in code)]
    return "\n".join([*lines, ""]).encode()


def cells_of(text: bytes) -> Iterator[Cell]:
    """Yield the cells of a notebook's text."""
    lines = text.decode().split("\n")
    headers = [index for index, line in enumerate(lines) if HEADER.match(line)]
    for begin, end in zip(headers, [*headers[1:], len(lines)], strict=True):
        number = int(lines[begin].rpartition(" ")[2])
        yield Cell(number, "\n".join([*lines[begin + 1 : end], ""]), begin + 1)


def cell_and_line(text: bytes, line: int) -> str:
    """Return the place of a line of a notebook's text for a learner: ``cell 3, line 5``."""
    above = [cell for cell in cells_of(text) if cell.line < line]
    return above[-1].place(line) if above else f"line {line}"


def has_commands(text: str) -> bool:
    """Return whether a cell seems to need IPython; a false alarm only costs a useless conversion."""
    return COMMANDS.search(_without_cell_magic(text)) is not None


def python_of(text: str) -> str:
    """Return the Python of a cell, line by line: commands become calls of ``get_ipython``, which is not defined."""
    text = _without_cell_magic(text)
    if not has_commands(text):
        return text
    from IPython.core.inputtransformer2 import TransformerManager, leading_indent

    manager: Any = TransformerManager()  # type: ignore[no-untyped-call]
    lines = leading_indent([f"{line}\n" for line in text.split("\n")])  # type: ignore[no-untyped-call]
    changed = True
    while changed:
        before = lines
        changed, lines = manager.do_one_token_transform(lines)
        if len(lines) < len(before):
            # A command of several lines is one line now. Blank lines keep the numbers of the lines below.
            place = next(index for index, line in enumerate(lines) if line != before[index])
            lines = [*lines[: place + 1], *["\n"] * (len(before) - len(lines)), *lines[place + 1 :]]
    return "".join(lines)


def _without_cell_magic(text: str) -> str:
    """Return a cell without the magic at its top; nothing if the cell is not Python with that magic."""
    text = PYTHON_MAGICS.sub(lambda match: "\n" * match[0].count("\n"), text)
    return "" if text.lstrip().startswith("%%") else text
