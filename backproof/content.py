"""The content: the folders of checks, reference, template, misconceptions and assignments, and the files in them."""

import hashlib
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def content_root() -> Path:
    """Return the folder that holds ``checks/``, ``reference/`` and the other content folders.

    In a wheel they lie beside this file, in a checkout (also one installed with ``pip install -e .``) one level up.
    """
    package = Path(__file__).resolve().parent
    return package if (package / "student_template").is_dir() else package.parent


def files_by_module(folder: Path, prefix: str = "") -> dict[str, list[Path]]:
    """Return the files of a content folder by the module that they belong to.

    The files of a module are ``MODULE.py``, those in the folder ``MODULE/``, or both, each with the prefix before its
    name: ``test_losses.py`` or ``losses/test_hinge.py``. Files whose names begin with an underscore are helpers.
    """
    files: dict[str, list[Path]] = {}
    for file in sorted([*folder.glob(f"{prefix}*.py"), *folder.glob(f"*/{prefix}*.py")]):
        module = _module_of(file, folder, prefix)
        if module is not None:
            files.setdefault(module, []).append(file)
    return dict(sorted(files.items()))


def _module_of(file: Path, folder: Path, prefix: str) -> str | None:
    """Return the module that a file of a content folder belongs to; None if it belongs to none."""
    if file.suffix != ".py" or not file.name.startswith(prefix) or file.name.startswith("_"):
        return None
    if file.parent == folder:
        return file.stem.removeprefix(prefix)
    return file.parent.name if file.parent.parent == folder else None


def package_of(folder: Path, purpose: str) -> str:
    """Return a unique package name for the files of a content folder, so that they can import helpers: ``from ._x``."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
    name = f"backproof_{purpose}_{digest}"
    if name not in sys.modules:
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(folder)]
    return name


def import_afresh(file: Path, purpose: str) -> ModuleType:
    """Import a content file and its helpers again: the modules that they import may have changed."""
    package = package_of(file.parent, purpose)
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        del sys.modules[name]
    return import_module(f"{package}.{file.stem}")
