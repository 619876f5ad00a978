"""The report of a validation: in the terminal, as JSON, and as a page."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from backproof.validation.findings import CheckFindings, Validation

PAGE = Path(__file__).with_name("page.html.j2")
# Lines printed of a long list; the JSON and the page have all.
MOST_LINES = 10
# Seconds before a log gets lines of progress: shorter validations need none.
PATIENCE = 10.0


class ValidationProgress:
    """A progress bar for each part of the work, on standard error; in a log, a line for each tenth."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._tenths: dict[str, int] = {}
        self._begin = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def step(self, what: str, done: int, total: int) -> None:
        """Show the progress of a part of the work."""
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)
        tenth = 10 * done // total if total else 10
        is_long = time.monotonic() - self._begin > PATIENCE
        if self._bar.disable and is_long and self._tenths.get(what) != tenth:
            self._tenths[what] = tenth
            print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)


def as_json(found: Validation) -> bytes:
    """Return all figures as JSON, indented for human readers."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def as_html(found: Validation) -> str:
    """Return all figures as one self-contained page."""
    from backproof.pages import rendered

    return rendered(PAGE.read_text(encoding="utf-8"), found=found)


def print_validation(found: Validation, console: Console | None = None) -> None:
    """Print the gaps first, then the figures, then whether the thresholds are met."""
    console = console or Console(highlight=False)
    _print_list(console, "false failures", [_false_failure(check) for check in found.checks if check.false_failures])
    missed = [f"{item.name} (of {item.imitates}): {item.says}" for item in found.misconceptions if not item.killed_by]
    _print_list(console, "misconceptions not caught", missed)
    _print_list(console, "mutants not caught", [survivor.diff for survivor in found.not_caught])
    _print_list(console, "checks that find no known mistake", found.useless)
    _print_list(console, "checks that find the very same mistakes", [", ".join(group) for group in found.redundant])
    _print_list(console, "functions without a check", found.functions_without_check)
    console.print(_figures(found))
    console.print(_thresholds(found))
    verdict = "the checks can be trusted" if found.is_trusted else "the checks do not meet the assignment's thresholds"
    console.print(f"[bold]{verdict}[/] [dim]· {found.assignment} · {found.seconds:.0f} s[/]")


def _false_failure(check: CheckFindings) -> str:
    first = check.false_failures[0]
    count = f"{len(check.false_failures)} of {check.right_grades}"
    return f"{check.id}: {count}, first {first.variant}, seed {first.seed}: {first.message}"


def _print_list(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(Text(f"{title}: {len(lines)}", style="bold"))
    for line in lines[:MOST_LINES]:
        console.print(Text(f"  {line}".replace("\n", "\n  ")), soft_wrap=True)
    if len(lines) > MOST_LINES:
        console.print(Text(f"  ... and {len(lines) - MOST_LINES} more (--html, --json)", style="dim"))
    console.print()


def _figures(found: Validation) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    grades = found.repeats * len(found.variants)
    worst = max((check.upper_bound for check in found.checks), default=0.0)
    equivalent = len(found.survivors) - len(found.not_caught)
    slowest = max(found.checks, key=lambda check: check.seconds, default=None)
    killed = sum(bool(item.killed_by) for item in found.misconceptions)
    for name, value in (
        ("right submissions", f"{', '.join(found.variants)}: {grades} grades, {found.false_failures} false failures"),
        ("rate of false failures, each check", f"below {worst:.2%} with 95 % confidence"),
        ("false-alarm budget of the statistical tests", f"{found.budget:.1e} a grade"),
        ("misconceptions killed", f"{killed} of {len(found.misconceptions)}"),
        ("mutants killed", f"{found.mutants_killed} of {found.mutants}, {equivalent} known to be equivalent"),
        ("checks", f"{len(found.checks)}, {sum(check.seconds for check in found.checks):.2f} s"),
        ("slowest check", f"{slowest.id}, {1000 * slowest.seconds:.0f} ms" if slowest else "none"),
        ("points", ", ".join(f"{module} {points:g}" for module, points in found.points_by_module.items())),
    ):
        table.add_row(Text(name, style="dim"), value)
    return table


def _thresholds(found: Validation) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("threshold", "wanted", "got", ""):
        table.add_column(column)
    for threshold in found.thresholds:
        mark = Text("✓", style="green") if threshold.is_met else Text("✗", style="red")
        table.add_row(threshold.name, threshold.wanted, threshold.got, mark)
    return table
