"""The properties of every function: written once, checked on each function for which a check module has a sample.

A check module contains ``from backproof.testing.general import *`` and ``SAMPLES``, a dict from a function's name to a
:class:`~backproof.testing.samples.Sample`.
"""

from typing import Any

import numpy as np
import pytest

from backproof.contract import FunctionSpec
from backproof.submission import Opaque
from backproof.testing.closeness import assert_close
from backproof.testing.exceptions import assert_refused
from backproof.testing.properties import assert_that
from backproof.testing.sampled import SampledCall
from backproof.testing.samples import Sample

__all__ = [
    "test_bad_arguments_are_refused",
    "test_global_random_state_is_left_alone",
    "test_inputs_are_not_changed",
    "test_results_have_the_dtype_of_the_inputs",
    "test_same_call_gives_the_same_result",
]


def _turns_arrays_into_arrays(spec: FunctionSpec, _sample: Sample) -> bool:
    return _takes_arrays(spec, _sample) and any(field.kind in ("array", "dict") for field in spec.returns)


def _takes_arrays(spec: FunctionSpec, _sample: Sample) -> bool:
    return any("array" in field.type_text for field in spec.parameters)


def _has_bad_arguments(_spec: FunctionSpec, sample: Sample) -> bool:
    return bool(sample.bad)


@pytest.mark.group("dtype")
@pytest.mark.points(0.5)
@pytest.mark.sampled(only=_turns_arrays_into_arrays)
@pytest.mark.hint(
    "Make new arrays with the dtype of an input: np.zeros(shape, dtype=x.dtype), and avoid np.float64(...)."
)
@pytest.mark.source("NumPy user guide, Data types; PyTorch notes, Type promotion")
def test_results_have_the_dtype_of_the_inputs(sample: SampledCall) -> None:
    """Float32 in gives float32 out, and float64 never gives integers or half precision."""
    cases = ((np.float32, ("float32",)), (np.float64, ("float64", "float32")))
    results = sample.function.each([sample.arguments(dtype=given) for given, _ in cases])
    for (given, accepted), result in zip(cases, results, strict=True):
        for name, array in _named_arrays(sample.function.spec, result):
            message = f"{name} has dtype {array.dtype} when the inputs are {np.dtype(given)}"
            dtype = array.dtype.name
            assert_that(dtype in accepted, message, expected=" or ".join(accepted), got=dtype)


@pytest.mark.group("purity")
@pytest.mark.points(0.5)
@pytest.mark.sampled(only=_takes_arrays)
@pytest.mark.hint("x += 1 and x[...] = 0 change the caller's array; x = x + 1, or a copy first, does not.")
@pytest.mark.source("NumPy user guide, Copies and views")
def test_inputs_are_not_changed(sample: SampledCall) -> None:
    """The arrays that are passed in stay as they were."""
    changed = sample.function.changed_arguments(**sample.arguments())
    message = f"{sample.function.spec.name} changed its input {' and '.join(changed)} in place"
    assert_that(not changed, message, expected="unchanged inputs", got=f"changed {', '.join(changed)}")


@pytest.mark.group("determinism")
@pytest.mark.points(0.5)
@pytest.mark.sampled
@pytest.mark.hint("Draw from rng alone, and keep nothing from call to call.")
@pytest.mark.source("NumPy reference, Random Generator")
def test_same_call_gives_the_same_result(sample: SampledCall) -> None:
    """The same arguments and the same seed give the same result."""
    first, second = sample.function.each([sample.arguments(), sample.arguments()])
    _assert_same(sample.function.spec, first, second, "the second of two equal calls")


@pytest.mark.group("determinism")
@pytest.mark.points(0.5)
@pytest.mark.sampled
@pytest.mark.hint("Use rng.random and the like; np.random.seed and np.random.rand belong to the whole program.")
@pytest.mark.source("NumPy Enhancement Proposal 19, Random number generator policy")
def test_global_random_state_is_left_alone(sample: SampledCall) -> None:
    """The global random state is neither read nor changed."""
    results = []
    for seed in (1, 2):
        result, is_left_alone = sample.function.with_global_seed(seed, **sample.arguments())
        assert_that(is_left_alone, f"{sample.function.spec.name} changed the global random state")
        results.append(result)
    _assert_same(sample.function.spec, results[0], results[1], "with another global seed")


@pytest.mark.group("bad_arguments")
@pytest.mark.points(0.5)
@pytest.mark.sampled(only=_has_bad_arguments)
@pytest.mark.hint('Check first, and name the argument: raise ValueError(f"NAME must be ..., not {NAME}").')
@pytest.mark.source("Python tutorial, section 8.4, Raising exceptions")
def test_bad_arguments_are_refused(sample: SampledCall) -> None:
    """Arguments that make no sense raise ValueError, with a message that names the argument."""
    function = sample.function
    arrays = tuple(field.name for field in function.spec.parameters if field.kind in ("array", "dict"))
    bad = [(name, value) for name, values in sample.bad.items() for value in values]
    raised = function.exceptions(sample.arguments() | {name: value} for name, value in bad)
    for (name, value), exception in zip(bad, raised, strict=True):
        # Either side of a mismatch may be named.
        naming = tuple(dict.fromkeys((name, *arrays))) if isinstance(value, np.ndarray) else (name,)
        assert_refused(function.spec.name, exception, "ValueError", naming)


def _named_arrays(spec: FunctionSpec, result: Any) -> list[tuple[str, np.ndarray]]:
    return [(name, leaf) for name, leaf in _leaves(spec, result) if isinstance(leaf, np.ndarray)]


def _assert_same(spec: FunctionSpec, first: Any, second: Any, what: str) -> None:
    one, other = _leaves(spec, first), _leaves(spec, second)
    names = [name for name, _ in one], [name for name, _ in other]
    assert_that(names[0] == names[1], f"{what} has other parts", expected=str(names[0]), got=str(names[1]))
    for (name, expected), (_, got) in zip(one, other, strict=True):
        if isinstance(expected, str | None) or isinstance(got, str | None):
            assert_that(expected == got, f"{name}, {what}, is {got}", expected=str(expected), got=str(got))
        else:
            assert_close(got, expected, f"{name}, {what},")


def _leaves(spec: FunctionSpec, result: Any) -> list[tuple[str, Any]]:
    """Return the arrays and numbers of a result by name; a cache is not inspected."""
    parts = result if len(spec.returns) > 1 else (result,)
    return [leaf for field, part in zip(spec.returns, parts, strict=True) for leaf in _inside(field.name, part)]


def _inside(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Opaque):
        return []
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _inside(f"{name}[{key!r}]", item)]
    if isinstance(value, list | tuple):
        return [leaf for index, item in enumerate(value) for leaf in _inside(f"{name}[{index}]", item)]
    return [(name, value)]
