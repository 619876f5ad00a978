"""Run checks on the functions of a namespace."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from msgspec.structs import replace

from backproof.assignment import load_assignment
from backproof.contract import load_contract
from backproof.grading.runner import Grader, Run, grading
from backproof.notebook.global_state import global_state_preserved
from backproof.notebook.namespace import NamespaceSubmission
from backproof.notebook.report import NotebookReport
from backproof.notebook.selection import defined_functions, named_checks
from backproof.plugin import LEARNER_SEED
from backproof.problems import UsageProblem
from backproof.result import Grade
from backproof.submission.source import ArrayKind
from backproof.submission.tracebacks import describe_exception


class Interrupted(KeyboardInterrupt):
    """The user interrupted a check; the message holds the line that ran."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback."""
        return [f"backproof: interrupted\n{self}"]


def check(
    *names: str, assignment: str | Path | None = None, seed: int = LEARNER_SEED, array: ArrayKind = "numpy"
) -> NotebookReport:
    """Check functions that this notebook, or the running script, has defined.

    Parameters
    ----------
    *names : str
        Modules (``losses``), functions (``dropout_forward``) or checks (``losses/test_equal_logits_cost_log_c``);
        without a name, all defined functions that the assignment grades.
    assignment : str or Path, optional
        A shipped assignment, or a folder with an ``assignment.toml``.
    seed : int
        The same seed gives the same inputs.
    array : {"numpy", "torch"}
        What the functions work on.

    Returns
    -------
    report : NotebookReport
        A notebook displays it as the last value of a cell; in a script, ``print`` it.

    Raises
    ------
    UsageProblem
        If a name is unknown, or no graded function is defined.
    """
    if misfit := [name for name in names if not isinstance(name, str)]:
        called = getattr(misfit[0], "__name__", "losses")
        raise UsageProblem(f"name what to check as a text: check({called!r})")
    if array not in get_args(ArrayKind):
        raise UsageProblem(f'array must be "numpy" or "torch", not {array!r}')
    chosen = str(assignment) if assignment is not None else None
    options: dict[str, Any] = {"assignment": chosen} if chosen else {}
    options |= {"array": array} if array != "numpy" else {}
    keywords = ", ".join(f"{name}={value!r}" for name, value in {"seed": seed, **options}.items())
    return check_namespace(
        vars(sys.modules["__main__"]),
        names,
        assignment=chosen,
        seed=seed,
        array=array,
        replay=lambda check_id: f"backproof.check({check_id!r}, {keywords})",
    )


def check_namespace(
    namespace: Mapping[str, Any],
    names: Sequence[str],
    *,
    assignment: str | None,
    seed: int,
    array: ArrayKind,
    replay: Callable[[str], str],
) -> NotebookReport:
    """Check functions of a namespace, see :func:`check`; ``replay`` returns the code that runs one check again."""
    chosen = load_assignment(assignment)
    contract = load_contract(chosen.folder("student_template"))
    names = names or defined_functions(namespace, chosen, contract)
    if array == "torch":
        import torch  # noqa: F401 - imported before the global state is saved, so that its threads are restored

    with global_state_preserved():
        submission = NamespaceSubmission(namespace, array)

        def work(grader: Grader) -> Run:
            only = named_checks(names, grader.checks(), chosen, contract)
            return grader.grade(submission, seed=seed, only=only)

        try:
            run = grading(chosen, contract, work)
        except KeyboardInterrupt as interrupt:
            raise Interrupted(describe_exception(interrupt, submission.source)) from None
    return NotebookReport(_with_replays(run.grade, replay), run.plots)


def _with_replays(grade: Grade, replay: Callable[[str], str]) -> Grade:
    """Return the grade with replays as code for a cell: a notebook has no folder that a command could name."""
    checks = [
        replace(check, failure=replace(check.failure, replay=replay(check.id))) if check.failure else check
        for check in grade.checks
    ]
    return replace(grade, checks=checks)
