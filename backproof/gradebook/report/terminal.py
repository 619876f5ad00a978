"""The summary of a class in a terminal: graded learners, scores, and the most frequent failures and mistakes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backproof.gradebook.report.figures import ClassFigures, class_figures
from backproof.gradebook.report.records import Learner, class_records
from backproof.standings import Standing

# Of failed checks, and of mistakes.
MOST_ROWS = 5
MOST_NOT_GRADED = 20


def print_class(standings: Iterable[Standing], due: datetime | None = None, console: Console | None = None) -> None:
    """Print the figures of a class."""
    console = console or Console(highlight=False)
    figures = class_figures(class_records(standings, due))
    _print_scores(console, figures, has_due=due is not None)
    failed = [(check.check.id, check.failed) for check in figures.failed]
    mistakes = [(mistake.mistake.says, len(mistake.learners)) for mistake in figures.mistakes]
    _print_most(console, "most failed", failed, len(figures.graded))
    _print_most(console, "most made mistakes", mistakes, len(figures.graded))
    _print_not_graded(console, figures.problems)


def _print_scores(console: Console, figures: ClassFigures, *, has_due: bool) -> None:
    graded = len(figures.graded)
    late = f", {figures.late} late" if has_due else ""
    console.print(f"[bold]{graded} of {graded + len(figures.problems)} learners graded{late}[/]")
    if figures.quartiles:
        lower, median, upper = figures.quartiles
        console.print(f"median {median:g} of {figures.most:g} points; half of them from {lower:g} to {upper:g}")


def _print_most(console: Console, title: str, counted: Sequence[tuple[str, int]], graded: int) -> None:
    """Print the most frequent names, each with its number and share of the graded learners."""
    if not counted:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(title, overflow="fold")
    table.add_column("learners", justify="right", no_wrap=True)
    for name, count in counted[:MOST_ROWS]:
        table.add_row(Text(name), f"{count} ({100 * count / graded:.0f} %)")
    console.print()
    console.print(table)


def _print_not_graded(console: Console, problems: Sequence[Learner]) -> None:
    if not problems:
        return
    console.print()
    console.print("[dim]not graded[/]")
    for learner in problems[:MOST_NOT_GRADED]:
        name, problem = _in_one_line(learner.name), _in_one_line(learner.problem)
        console.print(Text.assemble((name, "yellow"), f": {problem}"), soft_wrap=True)
    if len(problems) > MOST_NOT_GRADED:
        console.print(f"[dim]and {len(problems) - MOST_NOT_GRADED} more; all of them: --format csv[/]")


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
