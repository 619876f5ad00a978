"""Import a submission's modules so that neither another submission nor other code in the process sees them."""

import importlib
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from backproof.submission.files import NOTEBOOK
from backproof.submission.loaders import loader_for, module_name
from backproof.submission.source import Source

_LIBRARIES = [Path(__file__).parents[1], *{Path(path) for path in sysconfig.get_paths().values()}]


class ModuleSpace:
    """The modules of one submission, by the names under which they import each other.

    They are in ``sys.modules`` only while the space is active; modules that they hide are restored afterwards. So two
    submissions may both have a ``layers.py``, and a file ``random.py`` affects only its own submission.
    """

    def __init__(self, source: Source) -> None:
        self._root = source.root
        self._texts = source.files.texts
        self._modules: dict[str, ModuleType] = {}
        self._loaded: dict[Path, ModuleType] = {}
        self._path: list[str] = []
        self._depth = 0
        inside = [file.relative_to(self._root) for file in self._texts if file.is_relative_to(self._root)]
        # Folders, too: one without an __init__.py is a namespace package.
        self._folders = {self._root / folder for file in inside for folder in file.parents}
        # Not found by their name, or not in the folder: the file with all functions, and notebooks.
        self._special = {
            module_name(file): file for file in self._texts if file == source.entry or file.suffix == NOTEBOOK
        }
        self._local_names = {Path(file.parts[0]).stem for file in inside} | set(self._special)

    def load(self, file: Path) -> ModuleType:
        """Import one file of the submission, with its own imports, and return the module."""
        if file not in self._loaded:
            self._loaded[file] = self._load(file)
        return self._loaded[file]

    def _load(self, file: Path) -> ModuleType:
        with self.active():
            path, modules = list(sys.path), set(sys.modules)
            try:
                return importlib.import_module(module_name(file))
            finally:
                self._path += [entry for entry in sys.path if entry not in path]
                self._modules |= {name: sys.modules[name] for name in set(sys.modules) - modules if _is_own(name)}

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make the modules importable during a call; calls may nest."""
        self._depth += 1
        hidden = self._show() if self._depth == 1 else None
        try:
            yield
        finally:
            self._depth -= 1
            if hidden is not None:
                self._hide(*hidden)

    def _show(self) -> tuple[dict[str, ModuleType], list[str]]:
        """Add the submission's modules to ``sys.modules``; return the modules that they hide, and ``sys.path``."""
        names = self._local_names.union(self._modules)
        before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        path = list(sys.path)
        sys.path[:0] = self._path
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self)
        return before, path

    def _hide(self, before: dict[str, ModuleType], path: list[str]) -> None:
        """Remove the submission's modules, and restore those that they hid."""
        sys.meta_path.remove(self)
        sys.path[:] = path
        now = {name: sys.modules.pop(name, None) for name in self._modules}
        self._modules = {name: module for name, module in now.items() if module is not None}
        sys.modules.update(before)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """Find a local module: the import system calls this while the space is active."""
        if fullname.partition(".")[0] not in self._local_names:
            return None
        spec = self._spec(fullname)
        if spec is not None:
            # The module is not created yet. The name is recorded, so that it leaves sys.modules with the others.
            self._modules[fullname] = ModuleType(fullname)
        return spec

    def _spec(self, fullname: str) -> ModuleSpec | None:
        if fullname in self._special:
            return self._file_spec(fullname, self._special[fullname])
        location = self._root.joinpath(*fullname.split("."))
        if location / "__init__.py" in self._texts:
            return self._file_spec(fullname, location / "__init__.py", package_folder=location)
        if location.with_name(f"{location.name}.py") in self._texts:
            return self._file_spec(fullname, location.with_name(f"{location.name}.py"))
        if location in self._folders:
            namespace = ModuleSpec(fullname, None, is_package=True)
            namespace.submodule_search_locations = [str(location)]
            return namespace
        return None

    def _file_spec(self, name: str, file: Path, package_folder: Path | None = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(
            name,
            file,
            loader=loader_for(name, file, self._texts[file]),
            submodule_search_locations=[str(package_folder)] if package_folder else None,
        )


def _is_own(name: str) -> bool:
    """Return whether a module comes from a path that the submission added: neither Python's nor an installed one."""
    file = getattr(sys.modules[name], "__file__", None)
    return file is not None and not any(Path(file).is_relative_to(place) for place in _LIBRARIES)
