"""The registry of model checks, which all front ends share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps

from backproof.model_checks.findings import Finding
from backproof.model_checks.subject import Subject

CheckFunction = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True)
class ModelCheck:
    """One property of a model and its training step.

    Attributes
    ----------
    description : str
        The property: the first line of its docstring.
    run : callable
        Yields findings, or raises Skipped.
    """

    name: str
    description: str
    run: CheckFunction


MODEL_CHECKS: dict[str, ModelCheck] = {}


def model_check(function: CheckFunction) -> CheckFunction:
    """Register a check under the name of its function; raise ValueError if the name is taken."""

    @wraps(function)
    def in_few_threads(subject: Subject) -> Iterator[Finding]:
        with subject.few_threads():
            yield from list(function(subject))

    name = function.__name__
    if name in MODEL_CHECKS:
        raise ValueError(f"there are two model checks called {name}")
    MODEL_CHECKS[name] = ModelCheck(name, (function.__doc__ or "").strip().partition("\n")[0], in_few_threads)
    return in_few_threads
