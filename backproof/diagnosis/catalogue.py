"""Read the catalogue of known mistakes: the misconceptions of an assignment, and the reference that they import."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from backproof.assignment import Assignment
from backproof.content import import_afresh
from backproof.contract import Contract
from backproof.misconceptions import MARK, Misconception
from backproof.problems import UsageProblem
from backproof.submission import LocalSubmission, find_source
from backproof.submission.signatures import signature_problem


class Reference(LocalSubmission):
    """The right implementations of an assignment, whose modules its misconceptions import."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(find_source(assignment.folder("reference")))

    def importable(self) -> AbstractContextManager[None]:
        """Return a context in which the modules can be imported, and in which calls take less time."""
        return self._space.active()


def load_misconceptions(assignment: Assignment, contract: Contract) -> dict[str, Misconception]:
    """Return the misconceptions of an assignment by name.

    Raises
    ------
    UsageProblem
        If two have the same name, or one imitates a function that the contract lacks or that belongs to another
        module, or has another signature.
    """
    reference = Reference(assignment)
    found: dict[str, Misconception] = {}
    for module, files in assignment.misconception_files().items():
        for file in files:
            for item in misconceptions_in(file, reference):
                _refuse_misfit(item, file, module, contract)
                if item.name in found:
                    raise UsageProblem(f"{file}: there are two misconceptions named {item.name}")
                found[item.name] = item
    return found


def as_submission(item: Misconception, assignment: Assignment) -> LocalSubmission:
    """Return the reference with one function replaced by a misconception."""
    return Reference(assignment).with_replacement(item.imitates, item.function)


def misconceptions_in(file: Path, reference: Reference) -> Iterator[Misconception]:
    """Yield the misconceptions of one file, without the checks of :func:`load_misconceptions`."""
    with reference.importable():
        module = import_afresh(file, "misconceptions")
    marks = (getattr(value, MARK, None) for value in vars(module).values())
    yield from (mark for mark in marks if isinstance(mark, Misconception))


def _refuse_misfit(item: Misconception, file: Path, module: str, contract: Contract) -> None:
    if item.imitates not in contract.functions:
        raise UsageProblem(f"{file}: {item.name} imitates {item.imitates}, which the contract does not have")
    own = contract.functions[item.imitates].module
    if module != own:
        raise UsageProblem(f"{file}: {item.name} imitates {item.imitates}, so it belongs into {own}.py or {own}/")
    if problem := signature_problem(contract.functions[item.imitates], item.function):
        raise UsageProblem(f"{file}: {item.name}: {problem.message}")
