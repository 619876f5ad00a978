"""Exports of a class: one module here for each, and its name is what ``backproof report --format`` calls it.

A module has a function ``write(grades, stream)`` that writes :class:`ClassGrades` to a stream of bytes. A format that
no terminal can show says ``IS_TEXT = False``; one that needs a library beyond those of backproof names it as ``NEEDS``,
and the extra of the format's name installs it. Exports are the instructor's: hidden checks are in them.
"""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import IO, TYPE_CHECKING, Any

from backproof.problems import UsageProblem

if TYPE_CHECKING:
    from backproof.class_grades import ClassGrades

FORMATS = tuple(sorted(module.name for module in iter_modules(__path__)))


def export(name: str, grades: "ClassGrades", stream: IO[bytes]) -> None:
    """Write the grades of a class in a format."""
    _module(name).write(grades, stream)


def is_text(name: str) -> bool:
    """Return whether a terminal can show the format."""
    return getattr(_module(name), "IS_TEXT", True)


def refuse_missing_library(name: str) -> None:
    """Find out before the work whether a format can be written here.

    Raises
    ------
    UsageProblem
    """
    needed = getattr(_module(name), "NEEDS", None)
    if needed is not None and find_spec(needed) is None:
        raise UsageProblem(f"--format {name} needs {needed}: pip install 'backproof[{name}]'")


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")
