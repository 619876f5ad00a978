"""Read the contract from a folder of stubs, without importing them."""

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from backproof.contract.docstrings import Field, section_fields, summary
from backproof.problems import UsageProblem

_Kind = inspect._ParameterKind


@dataclass(frozen=True)
class FunctionSpec:
    """One function of the contract.

    Attributes
    ----------
    name, module : str
        ``cross_entropy`` of ``losses``.
    parameters, returns : tuple of Field
        From the docstring of the stub.
    summary : str
        The first line of the docstring.
    """

    name: str
    module: str
    signature: inspect.Signature
    parameters: tuple[Field, ...]
    returns: tuple[Field, ...]
    summary: str

    def __str__(self) -> str:
        return f"{self.name}{self.signature}"

    def named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by name, in the order of the signature; defaults are omitted.

        Raises
        ------
        TypeError
            If the contract does not allow the call.
        """
        named = {**dict(zip(self._positional, args, strict=False)), **kwargs}
        is_whole = len(named) == len(args) + len(kwargs)
        if not (is_whole and self._required <= named.keys() <= self._names):
            self.signature.bind(*args, **kwargs)  # raises, with the reason
        return {name: named[name] for name in self.signature.parameters if name in named}

    def passed(self, named: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return positional and keyword arguments: by position up to the first that is missing, the rest by name."""
        by_position = list(takewhile(named.__contains__, self._positional))
        by_name = {name: value for name, value in named.items() if name not in by_position}
        return [named[name] for name in by_position], by_name

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.signature.parameters)

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(name for name, p in self.signature.parameters.items() if p.default is p.empty)

    @cached_property
    def _positional(self) -> tuple[str, ...]:
        parameters = self.signature.parameters.values()
        return tuple(p.name for p in parameters if p.kind is _Kind.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Contract:
    """All functions of a template by name, in the order of the template."""

    functions: Mapping[str, FunctionSpec]

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules, each once."""
        return tuple(dict.fromkeys(spec.module for spec in self.functions.values()))

    def of_module(self, module: str) -> tuple[FunctionSpec, ...]:
        """Return the functions of one module."""
        return tuple(spec for spec in self.functions.values() if spec.module == module)


def load_contract(template: Path) -> Contract:
    """Read every public function of every module in the folder ``template``.

    Raises
    ------
    UsageProblem
        If two modules have a function of the same name, or a stub is not Python or has no docstring.
    """
    functions: dict[str, FunctionSpec] = {}
    for path in sorted(template.glob("*.py")):
        for spec in _module_functions(path):
            if spec.name in functions:
                other = functions[spec.name].module
                raise UsageProblem(f"{path}: {spec.name} is also in {other}.py; names must differ")
            functions[spec.name] = spec
    if not functions:
        raise UsageProblem(f"{template}: no template here: no .py file with a function in it")
    return Contract(functions)


def _module_functions(path: Path) -> Iterator[FunctionSpec]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except SyntaxError as error:
        raise UsageProblem(f"{path}:{error.lineno}: the template is not valid Python: {error.msg}") from error
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            docstring = ast.get_docstring(node)
            if docstring is None:
                raise UsageProblem(f"{path}:{node.lineno}: {node.name} has no docstring, and it is the contract")
            yield FunctionSpec(
                name=node.name,
                module=path.stem,
                signature=_signature(node.args, path),
                parameters=section_fields(docstring, "Parameters"),
                returns=section_fields(docstring, "Returns"),
                summary=summary(docstring),
            )


def _signature(arguments: ast.arguments, path: Path) -> inspect.Signature:
    positional = arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [(arg, default, _Kind.POSITIONAL_OR_KEYWORD) for arg, default in zip(positional, defaults, strict=True)]
    keyword_only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(arg, default, _Kind.KEYWORD_ONLY) for arg, default in keyword_only]
    parameters = [inspect.Parameter(arg.arg, kind, default=_default(arg, value, path)) for arg, value, kind in pairs]
    return inspect.Signature(parameters)


def _default(argument: ast.arg, default: ast.expr | None, path: Path) -> object:
    if default is None:
        return inspect.Parameter.empty
    try:
        return ast.literal_eval(default)
    except ValueError as error:
        written = ast.unparse(default)
        raise UsageProblem(
            f"{path}:{default.lineno}: the default of {argument.arg}, {written}, must be written as a literal"
        ) from error
