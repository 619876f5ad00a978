"""Known wrong implementations: they show that checks work, and tell a learner which mistake was made.

A misconception is one function with the signature of the function that it imitates, in a file of the content folder
``misconceptions/``, which may import the reference's modules::

    @misconception(
        imitates="relu",
        says="the negative side leaks: this is a leaky ReLU",
        hint="Below 0 the output is exactly 0.",
    )
    def relu_leaks(x): ...
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from backproof.assignment import Assignment
from backproof.contract import Contract
from backproof.problems import UsageProblem
from backproof.submission import LocalSubmission, find_source
from backproof.submission.signatures import signature_problem

Function = TypeVar("Function", bound=Callable[..., Any])

_MARK = "__misconception__"


@dataclass(frozen=True)
class Misconception:
    """A known mistake.

    Attributes
    ----------
    name : str
        The function's own name.
    imitates : str
        The function of the contract that it stands for.
    says : str
        The mistake in one sentence, for the learner who made it.
    hint : str
        What to do instead.
    function : callable
    """

    name: str
    imitates: str
    says: str
    hint: str
    function: Callable[..., Any]


class Reference(LocalSubmission):
    """The right implementations of an assignment, whose modules its misconceptions import."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(find_source(assignment.folder("reference")))

    def importable(self) -> AbstractContextManager[None]:
        """Return a context in which the modules can be imported, and in which calls take less time."""
        return self._space.active()


def misconception(*, imitates: str, says: str, hint: str) -> Callable[[Function], Function]:
    """Mark a function as a known wrong implementation."""

    def mark(function: Function) -> Function:
        setattr(function, _MARK, Misconception(function.__name__, imitates, says, hint, function))
        return function

    return mark


def load_misconceptions(assignment: Assignment, contract: Contract) -> dict[str, Misconception]:
    """Return the misconceptions of an assignment by name.

    Raises
    ------
    UsageProblem
        If two have the same name, or one imitates a function that the contract lacks or that belongs to another
        file, or with another signature.
    """
    reference = Reference(assignment)
    found: dict[str, Misconception] = {}
    for file in sorted(assignment.folder("misconceptions").glob("*.py")):
        for item in misconceptions_in(file, reference):
            _refuse_misfit(item, file, contract)
            if item.name in found:
                raise UsageProblem(f"{file}: there are two misconceptions named {item.name}")
            found[item.name] = item
    return found


def misconceptions_in(file: Path, reference: Reference) -> Iterator[Misconception]:
    """Yield the misconceptions of one file; :func:`load_misconceptions` sees whether they fit the contract, too."""
    name = f"backproof_misconceptions.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with reference.importable():
        spec.loader.exec_module(module)
    for value in vars(module).values():
        mark = getattr(value, _MARK, None)
        if isinstance(mark, Misconception):
            yield mark


def as_submission(item: Misconception, assignment: Assignment) -> LocalSubmission:
    """Return the reference with one function replaced by a misconception."""
    return Reference(assignment).with_replacement(item.imitates, item.function)


def _refuse_misfit(item: Misconception, file: Path, contract: Contract) -> None:
    if item.imitates not in contract.functions:
        raise UsageProblem(f"{file}: {item.name} imitates {item.imitates}, which the contract does not have")
    module = contract.functions[item.imitates].module
    if file.stem != module:
        raise UsageProblem(f"{file}: {item.name} imitates {item.imitates}, so it belongs into {module}.py")
    if problem := signature_problem(contract.functions[item.imitates], item.function):
        raise UsageProblem(f"{file}: {item.name}: {problem.message}")
