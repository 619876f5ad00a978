"""The report of a grade in a terminal: failures by cause, a table of the modules, and the score."""

import sys
from collections.abc import Sequence
from textwrap import indent
from typing import Literal, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from backproof.reports.causes import Cause, causes
from backproof.reports.failure import failure_text
from backproof.reports.points import points_by_module
from backproof.reports.summary import (
    OUTCOME_LABELS,
    SYMBOLS,
    begun_modules,
    missing_functions,
    still_to_do,
    summary_line,
)
from backproof.result import CheckResult, Grade, counts_of

Detail = Literal["brief", "next", "all"]
COLOURS = {"passed": "green", "failed": "red", "error": "red", "timeout": "red", "todo": "yellow"}
# Further failures in a line each; all fit on one screen with the first failure.
MOST_LINES = 8


class TerminalProgress:
    """A bar on standard error while the checks run, if that is a terminal."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("collecting", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Show the number of checks."""
        self._bar.update(self._task, total=len(unfinished), description="checking")

    def finished(self, result: CheckResult) -> None:
        """Count one check."""
        self._bar.update(self._task, advance=1, description=f"checking {result.module}")


def print_grade(
    grade: Grade, console: Console | None = None, *, confinement: str = "", detail: Detail = "next"
) -> None:
    """Print a report: the failure to fix first, the modules, the functions to write, the score.

    Parameters
    ----------
    grade : Grade
    console : Console, optional
    confinement : str
        The confinement of the submission, in words.
    detail : {"brief", "next", "all"}
        One line for each module; the first failure in full and the others in a line each; or every failure in full.
    """
    console = console or Console(highlight=False)
    if detail == "brief":
        _print_modules(console, grade.checks)
    else:
        _print_failures(console, causes(grade.checks), in_full=detail == "all")
        _print_table(console, grade.checks)
        _print_to_do(console, grade.checks)
    console.print(f"[bold]{summary_line(grade.checks)}[/] ({grade.percent:.0f} %)", soft_wrap=True)
    console.print(
        f"[dim]{escape(grade.submission.path)} · assignment {escape(grade.assignment)} · seed {grade.seed} · "
        f"{' '.join([grade.isolation, confinement]).strip()} · {grade.seconds:.1f} s[/]",
        soft_wrap=True,
    )


def _print_failures(console: Console, found: Sequence[Cause], *, in_full: bool) -> None:
    if not found:
        return
    console.print("[bold]Fix this first[/]" if len(found) > 1 else "[bold]Fix this[/]")
    console.print()
    for cause in found if in_full else found[:1]:
        _print_failure(console, cause)
    if in_full or len(found) == 1:
        return
    console.print("[bold]Then[/]")
    for cause in found[1 : MOST_LINES + 1]:
        check = cause.check
        line = Text.assemble((f"{SYMBOLS[check.outcome]} {check.module}", COLOURS[check.outcome]), f"  {cause.reason}")
        console.print(line, no_wrap=True, overflow="ellipsis")
    more = len(found) - 1 - MOST_LINES
    note = f"and {more} more; " if more > 0 else ""
    console.print(f"[dim]{note}all in full: --verbose, or as a page: --html FILE[/]")
    console.print()


def _print_failure(console: Console, cause: Cause) -> None:
    check, others = cause.check, cause.others
    colour = COLOURS[check.outcome]
    title = Text.assemble(
        (f"{SYMBOLS[check.outcome]} {check.id}", f"bold {colour}"), f"  {OUTCOME_LABELS[check.outcome]}"
    )
    console.print(title, soft_wrap=True)
    # Not wrapped: code and commands are copied from here.
    console.print(Text(indent(failure_text(check), "    ")), soft_wrap=True)
    if others:
        names = ", ".join(other.id for other in others[:3]) + (", ..." if len(others) > 3 else "")
        console.print(Text(f"    the same in {len(others)} more: {names}", style="dim"), soft_wrap=True)
    console.print()


def _print_modules(console: Console, checks: Sequence[CheckResult]) -> None:
    """Print a line for each module: its progress, and the next step."""
    modules = points_by_module(checks)
    width = max((len(module.module) for module in modules), default=0)
    for module in modules:
        counts, failed = counts_of(module.checks), causes(module.checks)
        outcome, next_step = "passed", ""
        if failed:
            outcome, next_step = failed[0].check.outcome, failed[0].reason
        elif counts.todo:
            outcome, next_step = "todo", f"to do: {', '.join(missing_functions(module.checks)[module.module])}"
        head = (f"{SYMBOLS[outcome]} {module.module:{width}}", COLOURS[outcome])
        line = Text.assemble(head, f"  {counts.passed:3} of {counts.total:3}  {next_step}")
        console.print(line, no_wrap=True, overflow="ellipsis")


def _print_table(console: Console, checks: Sequence[CheckResult]) -> None:
    """Print a row for each module that is begun: its checks and points."""
    begun = begun_modules(checks)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("module")
    table.add_column("checks", overflow="fold", max_width=40)
    table.add_column("passed", justify="right")
    table.add_column("points", justify="right")
    for module in points_by_module(checks):
        if module.module in begun:
            marks = Text.assemble(*((SYMBOLS[check.outcome], COLOURS[check.outcome]) for check in module.checks))
            passed = f"{counts_of(module.checks).passed} of {len(module.checks)}"
            table.add_row(module.module, marks, passed, f"{module.points:g} of {module.max_points:g}")
    if table.row_count:
        console.print(table)
        console.print()


def _print_to_do(console: Console, checks: Sequence[CheckResult]) -> None:
    lines = still_to_do(checks)
    for line in lines:
        console.print(Text(line, style="yellow"), soft_wrap=True)
    if lines:
        console.print()
