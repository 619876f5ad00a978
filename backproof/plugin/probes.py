"""Further calls of a submission's function, on the ordinary arguments of its sample: for a diagnosis."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backproof.contract import Contract
from backproof.plugin.collection import import_check_module
from backproof.problems import Problem
from backproof.submission import Submission
from backproof.testing.calls import Call, CallLog, ContractFunction, FixedContext
from backproof.testing.sampled import SampledCall

CheckFiles = Mapping[str, Sequence[Path]]
SEEDS = (1, 2)


def probe(function: str, submission: Submission, contract: Contract, check_files: CheckFiles) -> list[Call]:
    """Return calls of a function with their results; none where it has no sample, or cannot be called."""
    sample = _sample_of(function, contract, check_files)
    if sample is None:
        return []
    calls: list[Call] = []
    for seed in SEEDS:
        log = CallLog()

        def get_function(name: str, log: CallLog = log) -> ContractFunction:
            submission.find(contract.functions[name])
            return ContractFunction(contract.functions[name], FixedContext(submission, log))

        try:
            called = get_function(function)
            called(**SampledCall(called, sample, get_function, seed).arguments())
        except Problem:
            continue
        calls += log.calls
    return calls


def _sample_of(function: str, contract: Contract, check_files: CheckFiles) -> Any:
    for file in check_files.get(contract.functions[function].module, []):
        sample = getattr(import_check_module(file), "SAMPLES", {}).get(function)
        if sample is not None:
            return sample
    return None
