"""Verify that a learner's function allows every call of the contract."""

import inspect
from collections.abc import Callable
from typing import Any

from backproof.contract import FunctionSpec
from backproof.problems import WrongSignature

_Kind = inspect._ParameterKind


def signature_problem(spec: FunctionSpec, function: Callable[..., Any]) -> WrongSignature | None:
    """Return the problem that shows both signatures, or None if every call that the contract allows is valid.

    More parameters with defaults, ``*args`` and ``**kwargs``, and built-in functions without a signature are accepted.
    """
    try:
        actual = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    if _accepts(list(spec.signature.parameters.values()), list(actual.parameters.values())):
        return None
    return WrongSignature(
        f"{spec.name} has another signature than the contract.\ncontract: {spec}\nyours:    {spec.name}{actual}",
        expected=str(spec),
        got=f"{spec.name}{actual}",
    )


def _accepts(wanted: list[inspect.Parameter], actual: list[inspect.Parameter]) -> bool:
    positional = [p for p in actual if p.kind in (_Kind.POSITIONAL_ONLY, _Kind.POSITIONAL_OR_KEYWORD)]
    by_name = {p.name: p for p in actual if p.kind in (_Kind.KEYWORD_ONLY, _Kind.POSITIONAL_OR_KEYWORD)}
    takes_any_positional = any(p.kind is _Kind.VAR_POSITIONAL for p in actual)
    takes_any_keyword = any(p.kind is _Kind.VAR_KEYWORD for p in actual)
    for index, parameter in enumerate(wanted):
        if parameter.kind is _Kind.KEYWORD_ONLY:
            match = by_name.get(parameter.name)
            fits = match is not None or takes_any_keyword
        else:
            match = positional[index] if index < len(positional) else None
            fits = match.name == parameter.name if match is not None else takes_any_positional
        if not fits or not _has_same_default(parameter, match):
            return False
    names = {parameter.name for parameter in wanted}
    additional = [p for p in actual if p.name not in names]
    return all(p.default is not p.empty or p.kind in (_Kind.VAR_POSITIONAL, _Kind.VAR_KEYWORD) for p in additional)


def _has_same_default(wanted: inspect.Parameter, actual: inspect.Parameter | None) -> bool:
    """Return whether a call that leaves the argument out means the same in both."""
    if actual is None or wanted.default is wanted.empty:
        return True
    return bool(actual.default is not actual.empty and actual.default == wanted.default)
