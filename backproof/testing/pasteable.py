"""Code for the calls of a failed check, to paste into a file or a prompt."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backproof.submission import Opaque, Source
from backproof.submission.arrays import torch_seed
from backproof.testing.calls import MOST_ELEMENTS, Call


def pasteable(calls: Sequence[Call], source: Source) -> str:
    """Return Python code that repeats the calls in order.

    An array that is too large to print, and not constant, is written as ``...``; the replay command creates it.
    """
    if not calls:
        return ""
    writer = _Writer(source)
    selected = _with_makers(_without_repetitions(calls, writer))
    body = [line for call in selected for line in writer.call(call)]
    library = "torch" if source.array == "torch" else "numpy as np"
    modules: dict[str, dict[str, None]] = {}
    for call in selected:
        modules.setdefault(source.module_file(call.spec.module).stem, {})[call.spec.name] = None
    imports = [f"import {library}"]
    if source.entry is None or source.entry.suffix == ".py":  # nothing can be imported from a notebook
        imports += [f"from {module} import {', '.join(names)}" for module, names in modules.items()]
    return "\n".join([*imports, "", *body])


def _without_repetitions(calls: Sequence[Call], writer: "_Writer") -> list[Call]:
    """Remove calls that are repeated later with another generator or another large array: one draw of many."""
    selected: list[Call] = []
    seen: set[tuple[str, ...]] = set()
    for call in reversed(calls):
        signature = writer.signature(call)
        is_draw = bool(call.generator_states) or any("..." in part for part in signature)
        generators = [call.arguments[name] for name in call.generator_states]
        goes_on = any(rng is value for rng in generators for later in selected for value in later.arguments.values())
        if not is_draw or goes_on or signature not in seen:
            selected.append(call)
        seen.add(signature)
    return selected[::-1]


def _with_makers(calls: Sequence[Call]) -> list[Call]:
    """Insert the call that made a cache before the calls that use it, if it is missing."""
    selected: list[Call] = []
    for call in calls:
        for value in call.arguments.values():
            if isinstance(value, Opaque) and value.maker is not None and value.maker not in selected:
                selected.append(value.maker)
        if call not in selected:
            selected.append(call)
    return selected


class _Writer:
    """Writes values as code; a value that is used twice becomes a variable."""

    def __init__(self, source: Source) -> None:
        self._is_torch = source.array == "torch"
        self._module = "torch" if self._is_torch else "np"
        self._variables: dict[int, tuple[str, str]] = {}  # id of a value -> its variable, and its code at that time
        self._taken: set[str] = set()
        self._states: dict[int, Mapping[str, Any]] = {}  # id of a generator -> its state after the last call

    def signature(self, call: Call) -> tuple[str, ...]:
        """Return what distinguishes two calls, apart from the seed."""
        arguments = call.snapshots.items()
        return (call.spec.name, *(n if n in call.generator_states else self._value(v) for n, v in arguments))

    def call(self, call: Call) -> list[str]:
        """Return the lines that assign a call's arrays and generators, and the line of the call."""
        lines: list[str] = []
        arguments = []
        for name, value in call.arguments.items():
            if isinstance(value, np.random.Generator):
                written = self._generator(name, value, call.generator_states[name], lines)
            elif isinstance(value, np.ndarray | dict):
                written = self._assigned(name, value, self._value(call.snapshots[name]), lines)
            else:
                written = self._value(value)
            arguments.append(f"{name}={written}")
        self._states |= {id(call.arguments[name]): state for name, state in call.states_after.items()}
        returned = call.returned if isinstance(call.returned, tuple) else (call.returned,)
        targets = []
        for field, value in zip(call.spec.returns, [*returned, *call.spec.returns], strict=False):
            variable = self._new_name(field.name)
            targets.append(variable)
            if isinstance(value, Opaque | np.ndarray | dict):
                self._variables[id(value)] = (variable, self._value(value))
        assignment = f"{', '.join(targets)} = " if targets else ""
        return [*lines, f"{assignment}{call.spec.name}({', '.join(arguments)})"]

    def _assigned(self, name: str, value: Any, code: str, lines: list[str]) -> str:
        """Return the variable of a value; add one if there is none, or if the value has changed since."""
        variable, code_then = self._variables.get(id(value), ("", ""))
        if not variable or code_then != code:
            variable = self._new_name(name)
            lines.append(f"{variable} = {code}")
            self._variables[id(value)] = (variable, code)
        return variable

    def _generator(self, name: str, rng: np.random.Generator, state: Mapping[str, Any], lines: list[str]) -> str:
        if id(rng) in self._variables:
            known = self._variables[id(rng)][0]
            # It continues from its state after the call before, unless the check has drawn from it in between.
            if not self._is_torch and self._states.get(id(rng)) != state:
                lines.append(f"{known}.bit_generator.state = {state}")
            return known
        variable = self._new_name(name)
        self._variables[id(rng)] = (variable, "")
        seed = getattr(rng.bit_generator.seed_seq, "entropy", None)
        if self._is_torch:
            lines.append(f"{variable} = torch.Generator().manual_seed({torch_seed(state)})")
        elif isinstance(seed, int) and np.random.default_rng(seed).bit_generator.state == state:
            lines.append(f"{variable} = np.random.default_rng({seed})")
        else:
            lines += [f"{variable} = np.random.default_rng()", f"{variable}.bit_generator.state = {state}"]
        return variable

    def _new_name(self, name: str) -> str:
        numbered = (f"{name}{number}" for number in range(2, len(self._taken) + 3))
        free = name if name not in self._taken else next(n for n in numbered if n not in self._taken)
        self._taken.add(free)
        return free

    def _value(self, value: Any) -> str:
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, Opaque):
            return self._variables.get(id(value), ("...", ""))[0]
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self._value(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list | tuple):
            inside = "".join(f"{self._value(item)}, " for item in value)
            return f"[{inside[:-2]}]" if isinstance(value, list) else f"({inside.rstrip()})"
        return "..." if callable(value) else self._number(value)

    def _number(self, value: Any) -> str:
        number = value.item() if isinstance(value, np.generic) else value
        is_special = isinstance(number, float) and not math.isfinite(number)
        return f'float("{number}")' if is_special else repr(number)

    def _array(self, array: np.ndarray) -> str:
        dtype = f", dtype={self._module}.{array.dtype}" if array.dtype.name not in ("int64", "float64", "bool") else ""
        if self._is_torch and array.dtype == np.float64:
            dtype = ", dtype=torch.float64"
        if array.size == 0:
            return f"{self._module}.zeros({array.shape}, dtype={self._module}.{array.dtype})"
        first = array.flat[0]
        if array.size > 1 and array.tobytes() == np.full_like(array, first).tobytes():
            return f"{self._module}.full({array.shape}, {self._number(_shortest(np.asarray(first)))}{dtype})"
        if array.size > MOST_ELEMENTS:
            return "..."
        numbers = str(_shortest(array)).replace("nan", f"{self._module}.nan").replace("inf", f"{self._module}.inf")
        return f"{'torch.tensor' if self._is_torch else 'np.array'}({numbers}{dtype})"


def _shortest(array: np.ndarray) -> Any:
    """Return nested lists with the fewest digits that give the same numbers in the array's precision."""
    if array.dtype.kind != "f":
        return array.tolist()
    return array.astype(str).astype(float).tolist()
