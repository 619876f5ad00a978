"""Forbid modules and functions that would do the exercise for a submission.

The names are replaced in the candidate before the submission is imported, so that ``import``, ``importlib``,
``__import__`` and ``exec`` all meet the same guard. It prevents use, also indirect, not an attack: a submission that
searches all objects of the process for the original will find it.
"""

import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn


class ForbiddenError(Exception):
    """The submission used what the assignment forbids."""


class _Guard:
    """Replaces a forbidden module or function: every use of it raises."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        _refuse(object.__getattribute__(self, "_name"))

    def __getattr__(self, attribute: str) -> NoReturn:
        _refuse(f"{object.__getattribute__(self, '_name')}.{attribute}")


class _ForbiddenModules:
    """Refuses to find the forbidden modules, and guards forbidden functions of modules that are imported later."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if any(fullname == name or fullname.startswith(f"{name}.") for name in self._names):
            _refuse(fullname)
        functions = [name for name in self._names if name.rpartition(".")[0] == fullname]
        if not functions:
            return None
        others = (finder.find_spec(fullname, path, target) for finder in sys.meta_path if finder is not self)
        spec = next((found for found in others if found is not None), None)
        return _guarded(spec, functions) if spec is not None else None


def forbid(names: Iterable[str]) -> None:
    """Make every use of the named modules and functions raise :class:`ForbiddenError` from now on."""
    names = tuple(names)
    if not names:
        return
    for name in names:
        _guard_in_loaded(name)
    sys.meta_path.insert(0, _ForbiddenModules(names))


def _guard_in_loaded(name: str) -> None:
    """Replace a name that is loaded already: the module itself, and the name in the module that holds it."""
    for loaded in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
        del sys.modules[loaded]
    parent, _, last = name.rpartition(".")
    if isinstance(holder := sys.modules.get(parent), ModuleType):
        setattr(holder, last, _Guard(name))


def _guarded(spec: ModuleSpec, functions: Sequence[str]) -> ModuleSpec:
    """Make the loader of a module set the guards after the module has run."""
    assert spec.loader is not None
    execute = spec.loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        for name in functions:
            setattr(module, name.rpartition(".")[2], _Guard(name))

    spec.loader.exec_module = exec_module  # type: ignore[method-assign]
    return spec


def _refuse(name: str) -> NoReturn:
    own = [frame for frame in traceback.extract_stack() if frame.filename.startswith("/submission")]
    where = f" ({own[-1].filename.removeprefix('/submission/')}:{own[-1].lineno})" if own else ""
    raise ForbiddenError(f"this assignment does not allow {name}{where}")
