"""Collect checks: from their own files, and under the name of the learner's file that they check."""

import ast
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backproof.content import package_of
from backproof.plugin.examples import check_settings

FIXTURE = type(pytest.fixture(lambda: None))


class CheckModule(pytest.Module):
    """The checks of a module, from all its check files: shown as the first of them, or as the learner's file.

    Attributes
    ----------
    check_files : sequence of Path
    module_name : str
        The module of the contract, or of the course, that they belong to.
    clash : str
        Which two files have a check of the same name; empty if none have.
    """

    def __init__(self, *, check_files: Sequence[Path], module_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_files = check_files
        self.module_name = module_name
        self.clash = ""

    def _getobj(self) -> ModuleType:
        merged = ModuleType(self.module_name)
        samples = vars(merged)["SAMPLES"] = {}
        origins: dict[str, tuple[object, Path]] = {}
        for file in self.check_files:
            module = import_check_module(file)
            for name, value in vars(module).items():
                if name.startswith(("test", "Test")) or isinstance(value, FIXTURE):
                    setattr(merged, name, value)
                    self._note(name, value, file, origins)
            for name, sample in getattr(module, "SAMPLES", {}).items():
                samples[name] = sample
                self._note(f"a sample of {name}", sample, file, origins)
        return merged

    def _note(self, name: str, value: object, file: Path, origins: dict[str, tuple[object, Path]]) -> None:
        other, other_file = origins.setdefault(name, (value, file))
        if other is not value:
            self.clash = f"{other_file} and {file} both have {name}; rename or remove one of them"

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield the checks; a general property that applies to no function of this module is left out."""
        for item in super().collect():
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            if isinstance(parameters.get("sample", ""), str):
                yield item


def import_check_module(file: Path) -> ModuleType:
    """Import a check file once in a process, under a unique name, with pytest's detailed asserts.

    Raises
    ------
    pytest.Collector.CollectError
        If the file cannot be imported.
    """
    package = package_of(file.parent, "checks")
    if (module := sys.modules.get(f"{package}.{file.stem}")) is not None:
        return module
    names = [f"{package}.{beside.stem}" for beside in file.parent.glob("*.py")]
    pytest.register_assert_rewrite(*(name for name in names if name not in sys.modules))
    try:
        with check_settings():
            return import_module(f"{package}.{file.stem}")
    except Exception as error:
        raise pytest.Collector.CollectError(f"{file} could not be imported: {type(error).__name__}: {error}") from error


def definition_lines(file: Path) -> dict[str, int]:
    """Return the line, counted from 0, on which each function at the top of a file is defined."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    return {node.name: node.lineno - 1 for node in tree.body if isinstance(node, ast.FunctionDef)}
