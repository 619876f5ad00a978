"""The report in a terminal: grouped by module, what failed and why, the score."""

import sys
from collections.abc import Sequence
from itertools import groupby
from textwrap import indent
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from backproof.reports.failure import failure_text
from backproof.reports.summary import SYMBOLS, WORDS, distinct_failures, still_to_do, summary_line
from backproof.result import CheckResult, Grade

COLOURS = {"passed": "green", "failed": "red", "error": "red", "timeout": "red", "todo": "yellow"}


class TerminalProgress:
    """A bar on standard error while the checks run; nothing where that is not a terminal."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("collecting", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def started(self, unfinished: Sequence[CheckResult]) -> None:
        """Show how many checks will run."""
        self._bar.update(self._task, total=len(unfinished), description="checking")

    def finished(self, result: CheckResult) -> None:
        """Count one check."""
        self._bar.update(self._task, advance=1, description=f"checking {result.module}")


def print_grade(grade: Grade, console: Console | None = None, *, confinement: str = "") -> None:
    """Print the whole report: failures first, then the modules, then the score; ``confinement`` says how it was."""
    console = console or Console(highlight=False)
    for failure in distinct_failures(grade.checks):
        _print_failure(console, *failure)
    console.print(_module_table(grade.checks))
    _print_to_do(console, grade.checks)
    console.print(f"[bold]{summary_line(grade.checks)}[/] ({grade.percent:.0f} %)", soft_wrap=True)
    console.print(
        f"[dim]{escape(grade.submission.path)} · assignment {escape(grade.assignment)} · seed {grade.seed} · "
        f"{' '.join([grade.isolation, confinement]).strip()} · {grade.seconds:.1f} s[/]",
        soft_wrap=True,
    )


def _print_failure(console: Console, check: CheckResult, others: list[CheckResult]) -> None:
    colour = COLOURS[check.outcome]
    title = Text.assemble((f"{SYMBOLS[check.outcome]} {check.id}", f"bold {colour}"), f"  {WORDS[check.outcome]}")
    console.print(title, soft_wrap=True)
    # Not wrapped: code and commands must survive being copied.
    console.print(Text(indent(failure_text(check), "    ")), soft_wrap=True)
    if others:
        names = ", ".join(other.id for other in others[:3]) + (", ..." if len(others) > 3 else "")
        console.print(Text(f"    the same in {len(others)} more: {names}", style="dim"), soft_wrap=True)
    console.print()


def _module_table(checks: Sequence[CheckResult]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("module")
    table.add_column("checks", overflow="fold", max_width=40)
    table.add_column("passed", justify="right")
    table.add_column("points", justify="right")
    for module, group in groupby(checks, key=lambda check: check.module):
        members = list(group)
        marks = Text.assemble(*((SYMBOLS[check.outcome], COLOURS[check.outcome]) for check in members))
        passed = sum(check.outcome == "passed" for check in members)
        earned, worth = (sum(getattr(check, name) for check in members) for name in ("points", "max_points"))
        table.add_row(module, marks, f"{passed} of {len(members)}", f"{earned:g} of {worth:g}")
    return table


def _print_to_do(console: Console, checks: Sequence[CheckResult]) -> None:
    lines = still_to_do(checks)
    if lines:
        console.print()
    for line in lines:
        console.print(Text.assemble(("to do in ", "yellow"), line), soft_wrap=True)
    console.print()
