"""The fields of a NumPy-style docstring: names, kinds and shapes of parameters and returned values."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["array", "number", "bool", "choice", "dict", "list", "opaque", "model", "other"]

_FIRST_WORDS: dict[str, Kind] = {
    "array": "array",
    "float": "number",
    "int": "number",
    "bool": "bool",
    "{": "choice",
    "dict": "dict",
    "list": "list",
    "opaque": "opaque",
    "torch": "model",
}
_FIRST_WORD = re.compile(r"\w+|\{")
_FIELD = re.compile(r"^(?P<names>\w+(?:, \w+)*) : (?P<type>.+)$")
_SHAPE = re.compile(r"\(([\w, ]*)\)")
_CHOICE = re.compile(r'"(\w+)"')
_LIKE = re.compile(r"\blike (\w+)")


@dataclass(frozen=True)
class Field:
    """One parameter or returned value.

    Attributes
    ----------
    kind : str
        ``array``, ``number``, ``bool``, ``choice`` (one of some strings), ``dict`` (of arrays), ``list``, ``opaque``
        (passed on to another function uninspected), ``model`` (a ``torch.nn.Module``) or ``other``.
    shapes : tuple of tuple of str
        The shapes in the docstring: ``(("N",), ("N", "C"))``; empty where it has none.
    like : str or None
        The parameter whose shape this has.
    type_text : str
        The text after the colon.
    """

    name: str
    kind: Kind
    shapes: tuple[tuple[str, ...], ...]
    like: str | None
    type_text: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The strings of a ``choice``, written as ``{"minimum", "maximum"}``."""
        return tuple(_CHOICE.findall(self.type_text))


def section_fields(docstring: str, section: str) -> tuple[Field, ...]:
    """Return the fields of one section (``Parameters``, ``Returns``) of a docstring, in order."""
    found: list[Field] = []
    for line in _section_lines(docstring, section):
        if match := _FIELD.match(line):
            found += [_field(name, match["type"]) for name in match["names"].split(", ")]
    return tuple(found)


def summary(docstring: str) -> str:
    """Return the first line."""
    return docstring.strip().partition("\n")[0]


def _section_lines(docstring: str, section: str) -> list[str]:
    lines = docstring.splitlines()
    for number, line in enumerate(lines[:-1]):
        if line.strip() == section and set(lines[number + 1].strip()) == {"-"}:
            rest = lines[number + 2 :]
            ends = [k for k, below in enumerate(rest) if below.strip() and set(below.strip()) == {"-"}]
            return rest[: ends[0] - 1] if ends else rest
    return []


def _field(name: str, type_text: str) -> Field:
    first_word = _FIRST_WORD.match(type_text)
    kind = _FIRST_WORDS.get(first_word[0] if first_word else "", "other")
    sizes = [[part.strip() for part in text.split(",")] for text in _SHAPE.findall(type_text)]
    shapes = tuple(tuple(part for part in parts if part) for parts in sizes)
    like = _LIKE.search(type_text)
    return Field(name, kind, shapes, like[1] if like else None, type_text)
