"""Select checks by the names of modules, functions and checks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from backproof.assignment import Assignment
from backproof.contract import Contract
from backproof.problems import UsageProblem
from backproof.result import CheckResult


def defined_functions(namespace: Mapping[str, Any], assignment: Assignment, contract: Contract) -> list[str]:
    """Return the functions of a namespace that an assignment grades.

    Raises
    ------
    UsageProblem
        If there is none.
    """
    graded = assignment.graded_functions(contract)
    wanted = [name for name in contract.functions if name in graded]
    found = [name for name in wanted if callable(namespace.get(name))]
    if not found:
        some = ", ".join(wanted[:3]) + (", ..." if len(wanted) > 3 else "")
        raise UsageProblem(f"no function of assignment {assignment.name} is defined here yet; it wants {some}")
    return found


def named_checks(
    names: Iterable[str], checks: Sequence[CheckResult], assignment: Assignment, contract: Contract
) -> list[str]:
    """Return the ids of the named checks; hidden checks cannot be named.

    Raises
    ------
    UsageProblem
        If a name is no module, function or check.
    """
    shown = [check for check in checks if not check.hidden]
    chosen: set[str] = set()
    for name in names:
        found = [check.id for check in shown if _is_named(check, name, contract)]
        if not found:
            raise UsageProblem(
                f"no module, function or check {name!r} in assignment {assignment.name}; {_nearest(name, shown)}"
            )
        chosen.update(found)
    return [check.id for check in shown if check.id in chosen]


def _is_named(check: CheckResult, name: str, contract: Contract) -> bool:
    """Return whether a check has this name; the checks of a function are those in its module."""
    spec = contract.functions.get(name)
    is_of_function = spec is not None and name in check.functions and check.module == spec.module
    return is_of_function or name in (check.module, check.id, check.id.partition("[")[0])


def _nearest(name: str, checks: Collection[CheckResult]) -> str:
    """Return a suggestion: the most similar known names, or else the modules."""
    modules = sorted({check.module for check in checks})
    functions = {function for check in checks for function in check.functions}
    known = {*modules, *functions, *(check.id.partition("[")[0] for check in checks)}
    close = get_close_matches(name, sorted(known), n=3)
    return f"did you mean {', '.join(close)}?" if close else f"its modules are {', '.join(modules)}"
