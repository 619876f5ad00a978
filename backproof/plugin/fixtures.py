"""The fixtures of checks: one for each function of the contract, ``rng``, ``plot`` and ``sample``."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pytest

from backproof.contract import Contract, FunctionSpec
from backproof.plugin.items import LOG, PLOT, check_info, child_seed
from backproof.submission import Submission
from backproof.testing.calls import ContractFunction
from backproof.testing.plots import Plot
from backproof.testing.sampled import SampledCall


class Graded(Protocol):
    """What is graded now: the submission changes from grade to grade, the fixtures stay."""

    @property
    def submission(self) -> Submission:
        """The submission."""

    seed: int


class CheckFixtures:
    """The fixtures that do not depend on the contract's names."""

    def __init__(self, grade: Graded, contract: Contract) -> None:
        self._grade = grade
        self._contract = contract

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers of this check alone.

        A generator that is given to the submission belongs to it from then on.
        """
        return np.random.default_rng(child_seed(self._grade.seed, check_info(request.node, self._contract).id))

    @pytest.fixture
    def plot(self, request: pytest.FixtureRequest) -> Plot:
        """Records curves for the report."""
        return request.node.stash[PLOT]  # type: ignore[no-any-return]

    @pytest.fixture
    def sample(self, request: pytest.FixtureRequest) -> SampledCall:
        """A function of the check module's SAMPLES with arguments to call it with."""
        function = request.getfixturevalue(request.param)
        return SampledCall(
            function,
            request.module.SAMPLES[request.param],
            self._grade.submission,
            request.getfixturevalue,
            child_seed(self._grade.seed, check_info(request.node, self._contract).id),
        )


def contract_fixtures(grade: Graded, contract: Contract) -> CheckFixtures:
    """Return a plugin with all fixtures: a check names the functions that it needs as arguments."""
    functions = {name: _function_fixture(spec, grade) for name, spec in contract.functions.items()}
    fixtures: type[CheckFixtures] = type("ContractFixtures", (CheckFixtures,), functions)
    return fixtures(grade, contract)


def sampled_parameters(metafunc: pytest.Metafunc, contract: Contract) -> list[str]:
    """Return the functions for which a property of every function is tried."""
    only = next((mark.kwargs.get("only") for mark in metafunc.definition.iter_markers("sampled")), None)
    samples = getattr(metafunc.module, "SAMPLES", {})
    return [
        name
        for name, sample in samples.items()
        if name in contract.functions and (only is None or only(contract.functions[name], sample))
    ]


def _function_fixture(spec: FunctionSpec, grade: Graded) -> Callable[..., Any]:
    def function(_self: Any, request: pytest.FixtureRequest) -> ContractFunction:
        grade.submission.find(spec)  # raises here, so that the check is to do, or says what is wrong, before it begins
        return ContractFunction(spec, grade.submission, request.node.stash[LOG])

    function.__doc__ = spec.summary
    return pytest.fixture(name=spec.name)(function)
