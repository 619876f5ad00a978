"""An ordinary call of a function, and values that it must refuse, for the properties of every function."""

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
        Takes fixtures (``rng``, and functions of the contract that make a cache) and returns the arguments by name.
    bad : mapping
        Values by argument name that must be refused with a ValueError that names the argument. Each replaces that
        one argument in an otherwise valid call.
    """

    arguments: Callable[..., dict[str, Any]]
    bad: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @cached_property
    def fixtures(self) -> tuple[str, ...]:
        """The parameter names of ``arguments``."""
        return tuple(inspect.signature(self.arguments).parameters)
