"""The progress of a class: a bar with rate and remaining time, or a line at intervals if there is no terminal."""

import sys
import time
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from backproof.gradebook.class_grading import Tally

# Between two lines, if there is no terminal.
SECONDS = 10.0
# More submissions that could not be graded are only counted.
MOST_LINES = 10


class ClassProgress:
    """Shows a tally as it grows, on standard error.

    Parameters
    ----------
    total : int
        How many submissions there are.
    """

    def __init__(self, total: int) -> None:
        console = Console(file=sys.stderr)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=total)
        self._begin = self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def show(self, tally: Tally) -> None:
        """Show the progress so far."""
        now = time.monotonic()
        rate = tally.graded / ((now - self._begin) / 60)
        description = f"{rate:.0f} a minute, {len(tally.not_graded)} not graded"
        self._bar.update(self._task, completed=tally.done, description=description)
        if self._bar.disable and now > self._last_line + SECONDS:
            self._last_line = now
            print(f"{tally.done} of {tally.total}: {description}", file=sys.stderr, flush=True)

    def print_summary(self, tally: Tally, gradebook: Path) -> None:
        """Print the tally, and the next command."""
        console = Console(highlight=False)
        for line in tally.not_graded[:MOST_LINES]:
            console.print(Text(f"not graded: {line}", style="red"), soft_wrap=True)
        if len(tally.not_graded) > MOST_LINES:
            console.print(f"... and {len(tally.not_graded) - MOST_LINES} more", style="dim")
        parts = [
            f"{tally.graded} graded",
            *([f"{tally.already_graded} graded before"] if tally.already_graded else []),
            *([f"{tally.same_text} of the same text as another"] if tally.same_text else []),
            *([f"{len(tally.not_graded)} not graded"] if tally.not_graded else []),
        ]
        seconds = time.monotonic() - self._begin
        console.print(f"[bold]{tally.total} submissions: {', '.join(parts)}[/] in {seconds:.0f} s", soft_wrap=True)
        next_command = f"backproof report {gradebook} --html class.html"
        console.print(Text(f"{gradebook} · next: {next_command}", style="dim"), soft_wrap=True)
