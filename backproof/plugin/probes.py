"""Further calls of a submission's function, on the ordinary arguments of its sample: for a diagnosis."""

from pathlib import Path

from backproof.contract import Contract
from backproof.plugin.collection import import_check_module
from backproof.problems import Problem
from backproof.submission import Submission
from backproof.testing.calls import Call, CallLog, ContractFunction, OneCheck
from backproof.testing.sampled import SampledCall

SEEDS = (1, 2)


def probe(function: str, submission: Submission, contract: Contract, checks: Path) -> list[Call]:
    """Return calls of a function with what came of them; none where it has no sample, or cannot be called."""
    spec = contract.functions[function]
    file = checks / f"test_{spec.module}.py"
    sample = getattr(import_check_module(file), "SAMPLES", {}).get(function) if file.is_file() else None
    if sample is None:
        return []
    calls: list[Call] = []
    for seed in SEEDS:
        log = CallLog()

        def get_function(name: str, log: CallLog = log) -> ContractFunction:
            submission.find(contract.functions[name])
            return ContractFunction(contract.functions[name], OneCheck(submission, log))

        try:
            called = get_function(function)
            called(**SampledCall(called, sample, get_function, seed).arguments())
        except Problem:
            continue
        calls += log.calls
    return calls
