"""Collect checks: from their own files, and under the name of the learner's file that they check."""

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backproof.plugin.examples import check_settings


class CheckModule(pytest.Module):
    """The checks of one check file, shown as ``path``: that file, or the learner's file that it checks."""

    def __init__(self, *, check_file: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_file = check_file

    def _getobj(self) -> ModuleType:
        return import_check_module(self.check_file)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield the checks, but none of a property of every function that fits no function here."""
        for item in super().collect():
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            if isinstance(parameters.get("sample", ""), str):
                yield item


def import_check_module(file: Path) -> ModuleType:
    """Import a check file once a process, under a name that no other module has, with pytest's detailed asserts.

    Raises
    ------
    pytest.Collector.CollectError
        If the file cannot be imported.
    """
    folder = hashlib.sha256(str(file.parent).encode()).hexdigest()[:8]
    name = f"backproof_checks_{folder}.{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    pytest.register_assert_rewrite(name)
    spec = _spec(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        assert spec.loader is not None
        with check_settings():
            spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise pytest.Collector.CollectError(f"{file} could not be imported: {type(error).__name__}: {error}") from error
    return module


def definition_lines(file: Path) -> dict[str, int]:
    """Return the line, counted from 0, on which each function at the top of a file is defined."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    return {node.name: node.lineno - 1 for node in tree.body if isinstance(node, ast.FunctionDef)}


def _spec(name: str, file: Path) -> ModuleSpec:
    """Ask pytest's import hook first: it rewrites the asserts."""
    for finder in sys.meta_path:
        spec = finder.find_spec(name, [str(file.parent)])
        if spec is not None:
            return spec
    raise pytest.Collector.CollectError(f"{file} cannot be found")
