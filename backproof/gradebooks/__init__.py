"""Gradebooks: one module here for each, and its name, with hyphens, is what ``--format`` calls it.

A module has a function ``write(grade)`` that returns what its client reads, as text. Two things it may have beside it:
``IS_PRINTED = True`` where the client reads standard output, so that ``--output`` may be left out, and
``publish(grade)`` to add the final grade to what is there already. Each gets the grade as learners may see it.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from backproof.result import Grade, as_shown_to_learners, legible

FORMATS = tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def render(name: str, grade: Grade) -> str:
    """Return a grade in a format, fit for the eyes of the learner."""
    text: str = _module(name).write(as_shown_to_learners(grade))
    return legible(text)


def publish(name: str, grade: Grade) -> None:
    """Add the final grade to what the client collects from elsewhere than the output, if it does."""
    if hasattr(_module(name), "publish"):
        _module(name).publish(as_shown_to_learners(grade))


def is_printed(name: str) -> bool:
    """Return whether the client reads the format from standard output."""
    return getattr(_module(name), "IS_PRINTED", False)


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name.replace('-', '_')}")
