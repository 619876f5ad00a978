"""The fixtures of checks: one for each function of the contract, ``rng``, ``plot`` and ``sample``."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pytest

from backproof.contract import Contract, FunctionSpec
from backproof.plugin.items import PLOT
from backproof.testing.calls import CallContext, ContractFunction
from backproof.testing.plots import Plot
from backproof.testing.sampled import SampledCall


class RunContext(CallContext, Protocol):
    """The submission and the check that run now; pytest's ``request`` would take longer than all else in a fixture."""

    @property
    def item(self) -> pytest.Function:
        """The check that runs."""

    @property
    def item_seed(self) -> int:
        """The seed of the stream of the check that runs."""


class CheckFixtures:
    """The fixtures that do not depend on the contract's names."""

    def __init__(self, grade: RunContext) -> None:
        self._grade = grade

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Return this check's own random generator; the submission advances it when it is passed one."""
        return np.random.default_rng(self._grade.item_seed)

    @pytest.fixture
    def plot(self) -> Plot:
        """Return a recorder of curves for the report."""
        return self._grade.item.stash[PLOT]

    @pytest.fixture
    def sample(self) -> SampledCall:
        """Return a function of the check module's SAMPLES with arguments for a call."""
        item = self._grade.item
        # The fixture `request` does the same, but creating it for each fixture takes longer than the call.
        name, get_fixture = str(item.callspec.params["sample"]), item._request.getfixturevalue
        return SampledCall(get_fixture(name), item.module.SAMPLES[name], get_fixture, self._grade.item_seed)


def contract_fixtures(grade: RunContext, contract: Contract) -> CheckFixtures:
    """Return a plugin with all fixtures: a check names the functions that it needs as arguments."""
    functions = {name: _function_fixture(spec, grade) for name, spec in contract.functions.items()}
    fixtures: type[CheckFixtures] = type("ContractFixtures", (CheckFixtures,), functions)
    return fixtures(grade)


def sampled_parameters(metafunc: pytest.Metafunc, contract: Contract) -> list[str]:
    """Return the functions on which a property of every function is checked."""
    only = next((mark.kwargs.get("only") for mark in metafunc.definition.iter_markers("sampled")), None)
    samples = getattr(metafunc.module, "SAMPLES", {})
    return [
        name
        for name, spec in contract.functions.items()
        if name in samples and (only is None or only(spec, samples[name]))
    ]


def _function_fixture(spec: FunctionSpec, grade: RunContext) -> Callable[..., Any]:
    def function() -> ContractFunction:
        return ContractFunction(spec, grade)

    function.__doc__ = spec.summary
    # One for all checks: creating one for each takes longer than most calls. pytest warns of methods in this scope.
    return pytest.fixture(name=spec.name, scope="session")(staticmethod(function))
