"""Verify that a returned value has the parts, kinds and shapes of the contract."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backproof.contract.docstrings import Field
from backproof.contract.template import FunctionSpec
from backproof.contract.unsupported import UnsupportedValue
from backproof.problems import ContractBroken

LARGEST_FLOAT = np.finfo(np.float64).max


def verified(spec: FunctionSpec, returned: Any, arguments: Mapping[str, Any]) -> Any:
    """Return the value, with NumPy arrays and NumPy numbers for its arrays and numbers.

    Parameters
    ----------
    spec : FunctionSpec
    returned : object
        The value from the submission, its arrays already converted to NumPy.
    arguments : mapping
        The call's arguments by name: they determine ``N``, ``C`` and other sizes.

    Raises
    ------
    ContractBroken
        If a part is missing, or is of another kind or shape.
    """
    if not spec.returns:
        return returned
    if len(spec.returns) == 1:
        return _in_one_precision([_part(spec, spec.returns[0], returned, arguments)])[0]
    names = ", ".join(field.name for field in spec.returns)
    if not isinstance(returned, tuple | list) or len(returned) != len(spec.returns):
        count = f" of {len(returned)}" if isinstance(returned, tuple | list) else ""
        raise ContractBroken(
            f"{spec.name} must return {len(spec.returns)} values, ({names}); it returned {_kind_of(returned)}{count}",
            expected=f"({names})",
            got=_kind_of(returned) + count,
        )
    parts = [_part(spec, field, value, arguments) for field, value in zip(spec.returns, returned, strict=True)]
    return tuple(_in_one_precision(parts))


def _part(spec: FunctionSpec, field: Field, value: Any, arguments: Mapping[str, Any]) -> Any:
    if value is None and field.type_text.endswith(" or None"):
        return None
    if field.kind == "array":
        return _array(spec, field, value, arguments)
    reader = _READERS.get(field.kind)
    return reader(spec, field, value) if reader else value


def _in_one_precision(parts: list[Any]) -> list[Any]:
    """Give Python numbers the precision of the arrays in the same result.

    A loss computed in float32 and returned as ``float(loss)`` is right to float32, whatever its type.
    """
    if not any(isinstance(part, np.floating | list) for part in parts):
        return parts
    arrays = [array for part in parts for array in (part.values() if isinstance(part, dict) else [part])]
    kinds = {array.dtype for array in arrays if isinstance(array, np.ndarray) and array.dtype.kind == "f"}
    coarsest = min(kinds, key=lambda dtype: dtype.itemsize, default=np.dtype(np.float64))

    def rounded(part: Any) -> Any:
        if isinstance(part, np.floating) and part.dtype.itemsize > coarsest.itemsize:
            return part.astype(coarsest)
        return [rounded(item) for item in part] if isinstance(part, list) else part

    return [rounded(part) for part in parts]


def _number(spec: FunctionSpec, field: Field, value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
        raise _broken(spec, field, "a number", _kind_of(value) + shape)
    return value if isinstance(value, np.number) else np.asarray(value)[()]


def _truth_value(spec: FunctionSpec, field: Field, value: Any) -> bool:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, bool | np.bool_):
        raise _broken(spec, field, "True or False", _kind_of(value))
    return bool(value)


def _choice(spec: FunctionSpec, field: Field, value: Any) -> str:
    if not isinstance(value, str) or str(value) not in field.choices:
        got = repr(value) if isinstance(value, str) else _kind_of(value)
        raise _broken(spec, field, " or ".join(map(repr, field.choices)), got)
    return str(value)


def _dict(spec: FunctionSpec, field: Field, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _broken(spec, field, "a dict of arrays", _kind_of(value))
    return value


def _list(spec: FunctionSpec, field: Field, value: Any) -> Any:
    if not isinstance(value, list | tuple) and not (isinstance(value, np.ndarray) and value.ndim):
        raise _broken(spec, field, "a list", _kind_of(value))
    return [_number(spec, field, item) for item in value] if "of float" in field.type_text else list(value)


_READERS: dict[str, Callable[[FunctionSpec, Field, Any], Any]] = {
    "number": _number,
    "bool": _truth_value,
    "choice": _choice,
    "dict": _dict,
    "list": _list,
}


def _array(spec: FunctionSpec, field: Field, value: Any, arguments: Mapping[str, Any]) -> Any:
    if field.shapes == ((),) and isinstance(value, int | float) and abs(value) <= LARGEST_FLOAT:
        return np.float64(value)
    if not isinstance(value, np.ndarray | np.number):
        raise _broken(spec, field, "an array", _kind_of(value))
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise _broken(spec, field, "an array of real numbers", f"an array of dtype {value.dtype}")
    expected = _expected_shapes(spec, field, arguments)
    if expected and value.shape not in expected:
        written = " or ".join(f"({', '.join(shape)})" for shape in field.shapes) or f"the shape of {field.like}"
        wanted = " or ".join(str(shape) for shape in expected)
        raise _broken(spec, field, f"shape {wanted}, which is {written}", f"shape {value.shape}")
    return value


def _expected_shapes(spec: FunctionSpec, field: Field, arguments: Mapping[str, Any]) -> set[tuple[int, ...]]:
    """Return those shapes of the docstring whose sizes the arguments determine."""
    if field.like is not None:
        return {np.shape(arguments[field.like])} if field.like in arguments else set()
    sizes = _sizes(spec, arguments)
    return {
        tuple(int(sizes[name]) if name in sizes else int(name) for name in shape)
        for shape in field.shapes
        if all(name in sizes or name.isdigit() for name in shape)
    }


def _sizes(spec: FunctionSpec, arguments: Mapping[str, Any]) -> dict[str, int]:
    sizes = {name: int(value) for name, value in arguments.items() if isinstance(value, int | np.integer)}
    for field in spec.parameters:
        value = arguments.get(field.name)
        for shape in field.shapes:
            if isinstance(value, np.ndarray) and value.ndim == len(shape):
                sizes.update(zip(shape, value.shape, strict=True))
    return sizes


def _broken(spec: FunctionSpec, field: Field, expected: str, got: str) -> ContractBroken:
    return ContractBroken(
        f"{spec.name} must return {expected} for `{field.name}`; it returned {got}", expected=expected, got=got
    )


def _kind_of(value: Any) -> str:
    if isinstance(value, UnsupportedValue):
        return value.description
    if isinstance(value, np.ndarray):
        return "an array"
    return "None" if value is None else f"a {type(value).__name__}"
