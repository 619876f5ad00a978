"""One ordinary call of a function, and values that it must refuse: for the properties of every function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Sample:
    """How to call a function of the contract.

    Attributes
    ----------
    arguments : callable
        Takes fixtures by name (``rng``, and functions of the contract where a cache must come from one) and returns
        the arguments by name.
    bad : mapping
        For an argument's name, values that must be refused with a ValueError that names it. Each replaces that one
        argument in an otherwise good call.
    """

    arguments: Callable[..., dict[str, Any]]
    bad: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @cached_property
    def fixtures(self) -> tuple[str, ...]:
        """The names that ``arguments`` takes."""
        return tuple(inspect.signature(self.arguments).parameters)
