"""Collect checks: from their own files, and under the name of the learner's file that they check."""

import ast
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backproof.content import package_of
from backproof.plugin.examples import check_settings


class CheckModule(pytest.Module):
    """The checks of one check file, shown as ``path``: that file, or the learner's file that it checks.

    Attributes
    ----------
    check_file : Path
    module_name : str
        The module of the contract, or of the course, that they belong to.
    """

    def __init__(self, *, check_file: Path, module_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_file = check_file
        self.module_name = module_name
        self.extra_keyword_matches.add(module_name)  # `-k losses`, wherever the checks of losses lie

    def _getobj(self) -> ModuleType:
        return import_check_module(self.check_file)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield the checks, without properties of every function that fit no function here."""
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
