"""A class in a terminal: how many were graded, how the scores lie, what is failed and mistaken most."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backproof.gradebook import Standing
from backproof.result import legible

# Of the checks that were failed, and of the misconceptions that were met.
MOST_SHOWN = 5
MOST_NOT_GRADED = 20
IS_FAILED = ("failed", "error", "timeout")


@dataclass
class ClassFigures:
    """What is counted over a class.

    Attributes
    ----------
    percents : list of float
        The score of each learner who was graded.
    not_graded : dict
        Why the others were not, by learner.
    failed : Counter
        How many learners failed each check; what is still to do is not failed.
    met : Counter
        In how many learners' work each misconception was found, by what it says.
    """

    percents: list[float] = field(default_factory=list)
    not_graded: dict[str, str] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def add(self, standing: Standing) -> None:
        """Count one learner."""
        if standing.grade is None:
            self.not_graded[standing.attempt.learner] = standing.problem or "not graded yet"
            return
        checks = [check for check in standing.grade.checks if check.outcome in IS_FAILED]
        self.percents.append(standing.grade.percent)
        self.failed.update(check.id for check in checks)
        self.met.update({diagnosis.says for check in checks if check.failure for diagnosis in check.failure.diagnosis})


def print_class(standings: Iterable[Standing], console: Console | None = None) -> None:
    """Print the figures of a class."""
    console = console or Console(highlight=False)
    figures = ClassFigures()
    for standing in standings:
        figures.add(standing)
    graded = len(figures.percents)
    console.print(f"[bold]{graded} of {graded + len(figures.not_graded)} learners graded[/]")
    if graded:
        lower, median, upper = _quartiles(figures.percents)
        console.print(f"score: median {median:.0f} %, quartiles {lower:.0f} % and {upper:.0f} %")
    _print_most(console, "checks most failed", figures.failed, graded)
    _print_most(console, "misconceptions most met", figures.met, graded)
    _print_not_graded(console, figures.not_graded)


def _quartiles(percents: list[float]) -> list[float]:
    return quantiles(percents, n=4, method="inclusive") if len(percents) > 1 else percents * 3


def _print_most(console: Console, title: str, counts: Mapping[str, int], graded: int) -> None:
    """Print what most learners share, and how many they are of those that were graded."""
    if not counts:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(title, overflow="fold")
    table.add_column("learners", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    for name, count in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:MOST_SHOWN]:
        table.add_row(Text(name), str(count), f"{100 * count / graded:.0f} %")
    console.print()
    console.print(table)


def _print_not_graded(console: Console, not_graded: Mapping[str, str]) -> None:
    if not not_graded:
        return
    console.print()
    console.print("[dim]not graded[/]")
    for learner, problem in list(not_graded.items())[:MOST_NOT_GRADED]:
        console.print(Text.assemble((legible(learner), "yellow"), f": {legible(problem)}"), soft_wrap=True)
    if len(not_graded) > MOST_NOT_GRADED:
        console.print(f"[dim]and {len(not_graded) - MOST_NOT_GRADED} more; all: --format csv[/]")
