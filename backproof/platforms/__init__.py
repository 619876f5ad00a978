"""Platforms: one module or folder for each, with the formats that it reads.

A platform may have any of these:

``write_grade(grade)``
    Return one grade as text, for ``backproof grade --format``. ``IS_PRINTED = True``: the platform reads standard
    output, and ``--output`` is optional. ``publish(grade)`` adds the final grade to other places that the platform
    reads. Both get the grade as learners may see it.
``write_class(grades, stream)``
    Write :class:`~backproof.standings.ClassGrades` to a stream of bytes, for ``backproof report --format``. These files
    are for the instructor: they contain hidden checks. ``IS_TEXT = False``: no terminal can show the format.
    ``NEEDS`` names an optional library; the extra with the format's name installs it.
a folder ``upload/``
    The start files for ``backproof export``, see :mod:`backproof.platforms.upload`. ``UPLOAD`` is the instruction what
    to do with them; ``IS_UPLOAD_ZIPPED = True``: they come as a zip file, too.

The name of a format is that of its module, with hyphens; ``GRADE_FORMAT`` and ``CLASS_FORMAT`` override it.
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


_PLATFORMS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]


def _formats(writer: str, name_attribute: str) -> dict[str, ModuleType]:
    """Return the modules with a function ``writer``, by the name of their format."""
    named = {
        getattr(module, name_attribute, module.__name__.rpartition(".")[2].replace("_", "-")): module
        for module in _PLATFORMS
        if hasattr(module, writer)
    }
    return dict(sorted(named.items()))


_GRADE_FORMATS = _formats("write_grade", "GRADE_FORMAT")
_CLASS_FORMATS = _formats("write_class", "CLASS_FORMAT")
GRADE_FORMATS, CLASS_FORMATS = tuple(_GRADE_FORMATS), tuple(_CLASS_FORMATS)


def render(name: str, grade: Grade) -> str:
    """Return a grade in a format, as learners may see it."""
    write_grade: Callable[[Grade], str] = _GRADE_FORMATS[name].write_grade
    return legible(write_grade(as_shown_to_learners(grade)))


def publish(name: str, grade: Grade) -> None:
    """Add the final grade to other places that the platform reads, if there are any."""
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
    """Refuse a class format whose library is not installed.

    Raises
    ------
    UsageProblem
    """
    needed = getattr(_CLASS_FORMATS[name], "NEEDS", None)
    if needed is not None and find_spec(needed) is None:
        raise UsageProblem(f"--format {name} needs {needed}: pip install 'backproof[{name}]'")
