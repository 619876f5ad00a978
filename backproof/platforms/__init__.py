"""Platforms: one module or folder here for each, with what that platform reads.

A platform may have any of these:

``write_grade(grade)``
    Return one grade as text, for ``backproof grade --format``. With ``IS_PRINTED = True`` the platform reads standard
    output, so that ``--output`` may be left out. ``publish(grade)`` adds the final grade to other places that it reads.
    Both get the grade as learners may see it.
``write_class(grades, stream)``
    Write :class:`~backproof.standings.ClassGrades` to a stream of bytes, for ``backproof report --format``. These files
    are the instructor's: hidden checks are in them. ``IS_TEXT = False`` marks a format that no terminal can show.
    ``NEEDS`` names a library beyond those of backproof; the extra of the format's name installs it.
a folder ``upload/``
    The files that ``backproof export`` lays out, see :mod:`backproof.platforms.upload`.

A format is called as its module, with hyphens; ``GRADE_FORMAT`` or ``CLASS_FORMAT`` give it another name.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import IO, TYPE_CHECKING

from backproof.problems import UsageProblem
from backproof.result import Grade, as_shown_to_learners, legible

if TYPE_CHECKING:
    from backproof.standings import ClassGrades


def _formats(writer: str, name_attribute: str) -> dict[str, ModuleType]:
    """Return the modules that have a function ``writer``, by the name of their format."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    named = {
        getattr(module, name_attribute, module.__name__.rpartition(".")[2].replace("_", "-")): module
        for module in modules
        if hasattr(module, writer)
    }
    return dict(sorted(named.items()))


_GRADE_FORMATS = _formats("write_grade", "GRADE_FORMAT")
_CLASS_FORMATS = _formats("write_class", "CLASS_FORMAT")
GRADE_FORMATS, CLASS_FORMATS = tuple(_GRADE_FORMATS), tuple(_CLASS_FORMATS)


def render(name: str, grade: Grade) -> str:
    """Return a grade in a format, fit for the eyes of the learner."""
    write_grade: Callable[[Grade], str] = _GRADE_FORMATS[name].write_grade
    return legible(write_grade(as_shown_to_learners(grade)))


def publish(name: str, grade: Grade) -> None:
    """Add the final grade to the places beside the output that a platform reads, if there are any."""
    if hasattr(_GRADE_FORMATS[name], "publish"):
        _GRADE_FORMATS[name].publish(as_shown_to_learners(grade))


def is_printed(name: str) -> bool:
    """Return whether the platform reads a grade from standard output."""
    return getattr(_GRADE_FORMATS[name], "IS_PRINTED", False)


def write_class(name: str, grades: "ClassGrades", stream: IO[bytes]) -> None:
    """Write the grades of a class in a format."""
    _CLASS_FORMATS[name].write_class(grades, stream)


def is_text(name: str) -> bool:
    """Return whether a terminal can show the class in this format."""
    return getattr(_CLASS_FORMATS[name], "IS_TEXT", True)


def refuse_missing_library(name: str) -> None:
    """Raise if a library is missing that writing the class in this format needs.

    Raises
    ------
    UsageProblem
    """
    needed = getattr(_CLASS_FORMATS[name], "NEEDS", None)
    if needed is not None and find_spec(needed) is None:
        raise UsageProblem(f"--format {name} needs {needed}: pip install 'backproof[{name}]'")
