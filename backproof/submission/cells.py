"""The cells of a notebook in its text: where each begins, and which place in the notebook a line is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HEADER = re.compile(r"^# %% cell (\d+)$")
# What IPython makes Python of: %magic, !command, help?, x = !command; and a cell that is indented as a whole.
COMMANDS = re.compile(r"^[ \t]*[%!?]|^[^#\n]*\?[ \t]*$|^[\w, \t.\[\]]+=[ \t]*[%!]|\A[ \t]", re.MULTILINE)
# Magics that run the rest of their cell as the Python that it is. What follows any other %%magic is something else.
PYTHON_MAGICS = re.compile(r"\A\s*%%(time|capture|prun|snakeviz|memit|mprun|heat)\b[^\n]*")


@dataclass(frozen=True)
class Cell:
    """The code of a cell.

    Attributes
    ----------
    number : int
        Counted from 1, with all cells of the notebook.
    text : str
    line : int
        The line of the notebook's text before its first one.
    """

    number: int
    text: str
    line: int

    def place(self, line: int | None) -> str:
        """Return a line of the notebook's text as a learner finds it: ``cell 3, line 5``."""
        return f"cell {self.number}" + (f", line {line - self.line}" if line is not None else "")


def joined(sources: Mapping[int, str]) -> bytes:
    """Return the code of cells as one text, each below a header; ``sources`` has it by the cell's number."""
    lines: list[str] = []
    for number, source in sources.items():
        code = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        # What looks like a header, and is the learner's, gets a blank.
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
    """Return a line of a notebook's text as a learner finds it: ``cell 3, line 5``."""
    above = [cell for cell in cells_of(text) if cell.line < line]
    return above[-1].place(line) if above else f"line {line}"


def has_commands(text: str) -> bool:
    """Return whether a cell seems to hold what IPython is needed for: at worst, it is asked in vain."""
    return COMMANDS.search(_without_cell_magic(text)) is not None


def python_of(text: str) -> str:
    """Return the Python of a cell, line by line: commands become calls of ``get_ipython``, which is not there."""
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
            # A command that went on over several lines is one now: what follows stays where it was.
            place = next(index for index, line in enumerate(lines) if line != before[index])
            lines = [*lines[: place + 1], *["\n"] * (len(before) - len(lines)), *lines[place + 1 :]]
    return "".join(lines)


def _without_cell_magic(text: str) -> str:
    """Return a cell without the magic at its top, and without anything if that makes it no Python."""
    text = PYTHON_MAGICS.sub(lambda match: "\n" * match[0].count("\n"), text)
    return "" if text.lstrip().startswith("%%") else text
