"""The calls of a failed check as code that can be pasted into a file or a prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backproof.submission import Opaque, Source
from backproof.submission.arrays import torch_seed
from backproof.testing.calls import Call

# Larger arrays would bury the rest; checks keep theirs below this, or constant.
MOST_ELEMENTS = 300


def pasteable(calls: Sequence[Call], source: Source) -> str:
    """Return Python code that makes the calls again, in order.

    An array that is too large to print, and not constant, is left as ``...``; the replay command makes it.
    """
    if not calls:
        return ""
    writer = _Writer(source)
    body = [line for call in _without_repetitions(calls, writer) for line in writer.call(call)]
    library = "torch" if source.array == "torch" else "numpy as np"
    modules: dict[str, list[str]] = {}
    for call in calls:
        names = modules.setdefault(source.module_file(call.spec.module).stem, [])
        names += [call.spec.name] if call.spec.name not in names else []
    imports = [f"import {library}", *(f"from {module} import {', '.join(names)}" for module, names in modules.items())]
    return "\n".join([*imports, "", *body])


def _without_repetitions(calls: Sequence[Call], writer: "_Writer") -> list[Call]:
    """Leave out what was called again later with another generator, or another large array: one draw of many."""
    last = {writer.signature(call): call for call in calls}

    def is_one_of_many(call: Call) -> bool:
        return bool(call.generator_states) or any("..." in part for part in writer.signature(call))

    return [call for call in calls if not is_one_of_many(call) or last[writer.signature(call)] is call]


class _Writer:
    """Writes values as code; what an earlier call returned is the variable that holds it."""

    def __init__(self, source: Source) -> None:
        self._is_torch = source.array == "torch"
        self._variables: dict[int, str] = {}

    def signature(self, call: Call) -> tuple[str, ...]:
        """Return what tells two calls apart, but for the seed."""
        arguments = call.arguments.items()
        return (call.spec.name, *(n if n in call.generator_states else self.value(v) for n, v in arguments))

    def call(self, call: Call) -> list[str]:
        """Return the assignments of a call's arrays and generators, and the call."""
        lines = []
        arguments = []
        for name, value in call.arguments.items():
            if id(value) in self._variables:
                arguments.append(f"{name}={self._variables[id(value)]}")
            elif isinstance(value, np.random.Generator):
                lines += self._generator(name, value, call.generator_states[name])
                self._variables[id(value)] = name
                arguments.append(f"{name}={name}")
            elif isinstance(value, np.ndarray | dict):
                lines.append(f"{name} = {self.value(value)}")
                arguments.append(f"{name}={name}")
            else:
                arguments.append(f"{name}={self.value(value)}")
        returned = call.returned if isinstance(call.returned, tuple) else (call.returned,)
        for field, value in zip(call.spec.returns, returned, strict=False):
            if isinstance(value, Opaque | np.ndarray | dict):
                self._variables[id(value)] = field.name
        targets = ", ".join(field.name for field in call.spec.returns)
        return [*lines, f"{targets} = {call.spec.name}({', '.join(arguments)})"]

    def value(self, value: Any) -> str:
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, Opaque):
            return self._variables.get(id(value), "...")
        if isinstance(value, np.number):
            return repr(value.item())
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self.value(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list | tuple):
            inside = ", ".join(self.value(item) for item in value)
            return f"[{inside}]" if isinstance(value, list) else f"({inside},)"
        return "..." if callable(value) else repr(value)

    def _array(self, array: np.ndarray) -> str:
        module = "torch" if self._is_torch else "np"
        dtype = "" if array.dtype.name in ("int64", "float64", "bool") else f", dtype={module}.{array.dtype}"
        if self._is_torch and array.dtype == np.float64:
            dtype = ", dtype=torch.float64"
        if array.size > 1 and array.size == np.count_nonzero(array == array.flat[0]):
            return f"{module}.full({array.shape}, {array.flat[0].item()!r}{dtype})"
        if array.size > MOST_ELEMENTS:
            return "..."
        create = "torch.tensor" if self._is_torch else "np.array"
        if array.size == 0:
            return f"{module}.zeros({array.shape}{dtype})"
        return f"{create}({_shortest(array)}{dtype})".replace("nan", f"{module}.nan").replace("inf", f"{module}.inf")

    def _generator(self, name: str, rng: np.random.Generator, state: Mapping[str, Any]) -> list[str]:
        if self._is_torch:
            return [f"{name} = torch.Generator().manual_seed({torch_seed(state)})"]
        seed = getattr(rng.bit_generator.seed_seq, "entropy", None)
        if isinstance(seed, int) and np.random.default_rng(seed).bit_generator.state == state:
            return [f"{name} = np.random.default_rng({seed})"]
        return [f"{name} = np.random.default_rng()", f"{name}.bit_generator.state = {state}"]


def _shortest(array: np.ndarray) -> Any:
    """Return nested lists with the fewest digits that give the same numbers in the array's own precision."""
    if array.dtype.kind != "f":
        return array.tolist()
    return array.astype(str).astype(float).tolist()
