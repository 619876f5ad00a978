"""A prepared sample call: the fixture ``sample`` of the properties of every function."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backproof.testing.calls import ContractFunction
from backproof.testing.samples import Sample


class SampledCall:
    """A function of the contract with arguments to call it with.

    Parameters
    ----------
    function : ContractFunction
    sample : Sample
    get_fixture : callable
        Returns a fixture by name, for the functions that make a cache.
    seed : int
    """

    def __init__(
        self, function: ContractFunction, sample: Sample, get_fixture: Callable[[str], Any], seed: int
    ) -> None:
        self.function = function
        self._sample = sample
        self._get_fixture = get_fixture
        self._seed = seed

    @property
    def bad(self) -> Mapping[str, tuple[Any, ...]]:
        """Values that must be refused, by argument."""
        return self._sample.bad

    def arguments(self, dtype: type[np.floating[Any]] = np.float64) -> dict[str, Any]:
        """Return new arguments, equal for each call, with float arrays of the given dtype."""
        needed: dict[str, Any] = {}
        for name in self._sample.fixtures:
            is_rng = name == "rng"
            needed[name] = np.random.default_rng(self._seed) if is_rng else _casting(self._get_fixture(name), dtype)
        return {name: _cast(value, dtype) for name, value in self._sample.arguments(**needed).items()}


def _casting(function: Callable[..., Any], dtype: type[np.floating[Any]]) -> Callable[..., Any]:
    def with_dtype(*args: Any, **kwargs: Any) -> Any:
        return function(*(_cast(arg, dtype) for arg in args), **{k: _cast(arg, dtype) for k, arg in kwargs.items()})

    return with_dtype


def _cast(value: Any, dtype: type[np.floating[Any]]) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, dict):
        return {key: _cast(item, dtype) for key, item in value.items()}
    if isinstance(value, list):
        return [_cast(item, dtype) for item in value]
    return value
