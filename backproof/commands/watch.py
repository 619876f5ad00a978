"""``backproof watch``: the checks of a file each time it is saved."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.commands.options import assignment_option
from backproof.plugin import LEARNER_SEED
from backproof.problems import GraderFault, UsageProblem

if TYPE_CHECKING:
    from rich.console import Console

    from backproof.grading.rerun import ForkedRun, Printed
    from backproof.grading.runner import Grader
    from backproof.reports.terminal import Detail
    from backproof.submission import Submission

# How often to look whether a run has ended, in milliseconds.
TICK = 100
# Of what a check printed, the end.
MOST_LINES = 20


@click.command("watch")
@click.argument("submission", default=".", type=click.Path(path_type=Path))
@assignment_option
@click.option("--seed", type=click.IntRange(min=0), default=LEARNER_SEED, show_default=True, help="Of all inputs.")
@click.option("--brief", "detail", flag_value="brief", help="Print one line for each module.")
@click.option("-v", "--verbose", "detail", flag_value="all", help="Print every failure in full, not the first alone.")
def watch_command(submission: Path, assignment: str | None, seed: int, detail: "Detail | None") -> None:
    """Check a file of SUBMISSION (default: this folder) each time it is saved, until Ctrl-C.

    Only the checks of the saved file run; those of all files, if it is one that others import. The code runs as with
    pytest: not confined, with breakpoint() at your terminal; what it prints is shown for the first failure.
    """
    from rich.console import Console

    from backproof.grading.rerun import Printed
    from backproof.grading.runner import grading
    from backproof.loading import load_submission
    from backproof.submission.source import project_settings

    if assignment is None and submission.is_dir():
        assignment = (project_settings(submission) or {}).get("assignment")
    load = partial(load_submission, submission, assignment=assignment)
    loaded, chosen, contract = load()
    _warm_up(needs_torch=chosen.needs_torch(contract))
    # Made here: while pytest runs, something else is in the place of sys.stdout.
    console, printed = Console(file=sys.stdout, highlight=False), Printed()

    def work(grader: "Grader") -> None:
        _Watch(grader, lambda: load()[0], seed, console, printed, detail or "next").until_interrupted(
            loaded.source.path
        )

    with suppress(KeyboardInterrupt):
        grading(chosen, contract, work, plugins=[printed])


class _Watch:
    """Waits for changes, and has one run at a time."""

    def __init__(
        self,
        grader: "Grader",
        load: "Callable[[], Submission]",
        seed: int,
        console: "Console",
        printed: "Printed",
        detail: "Detail",
    ) -> None:
        self._grader = grader
        self._load = load
        self._seed = seed
        self._console = console
        self._printed = printed
        self._detail = detail
        self._checks = [check for check in grader.checks() if not check.hidden]
        self._modules = list(dict.fromkeys(check.module for check in self._checks))
        self._run: ForkedRun | None = None
        self._has_said_that_it_waits = False
        self._is_interrupted = False

    def until_interrupted(self, place: Path) -> None:
        """Check what is saved; Ctrl-C stops the run, if there is one, and ends the watch otherwise."""
        from backproof.grading.rerun import CAN_FORK

        self._say(f"watching {place}: {len(self._checks)} checks of {len(self._modules)} modules")
        gc.freeze()  # a run looks for garbage among what is its own, and copies no page of the rest
        if CAN_FORK:
            # Noted, not raised: an exception that comes anywhere may come where nobody hears of it.
            signal.signal(signal.SIGINT, self._note_interrupt)
        self._follow(place)

    def _note_interrupt(self, *_: object) -> None:
        self._is_interrupted = True

    def _follow(self, place: Path) -> None:
        """React to each change, to the end of each run, and to Ctrl-C."""
        from watchfiles import PythonFilter, watch

        # A file is watched through its folder: editors put a new one in its place.
        is_folder = place.is_dir()
        folder = place if is_folder else place.parent
        only = PythonFilter(extra_extensions=(".ipynb", ".toml")) if is_folder else lambda _, file: Path(file) == place
        try:
            for changes in watch(
                folder, watch_filter=only, recursive=is_folder, rust_timeout=TICK, yield_on_timeout=True
            ):
                if self._is_interrupted:
                    self._is_interrupted = False
                    if self._run is None:
                        return
                    self._stop()
                if changes:
                    self._changed({Path(file) for _, file in changes})
                if self._run is not None and self._run.has_ended():
                    self._ended(self._run)
                if self._run is None and not self._has_said_that_it_waits:
                    self._say("waiting for changes, Ctrl-C ends")
                    self._has_said_that_it_waits = True
        except OSError as error:
            raise GraderFault(f"{folder} cannot be watched: {error}") from error

    def _changed(self, files: set[Path]) -> None:
        """Run the checks that a change asks for, in place of those that are still running."""
        from backproof.grading.rerun import CAN_FORK, ForkedRun, modules_to_check

        try:
            submission = self._load()
        except UsageProblem as problem:
            self._stop()
            self._say(f"backproof: {problem}")
            return
        asked = {file: modules_to_check(file, submission.source, self._modules) for file in sorted(files)}
        modules = set().union(*asked.values())
        if not modules:
            return
        self._stop()
        checks = [check.id for check in self._checks if check.module in modules]
        what = _what_happened(file for file in asked if asked[file])
        self._console.clear()
        self._say(f"{what} at {time.strftime('%H:%M:%S')}: {len(checks)} checks, Ctrl-C stops them")
        if CAN_FORK:
            self._run = ForkedRun(lambda: self._check(submission, checks))
        else:
            self._check(submission, checks)

    def _check(self, submission: "Submission", checks: list[str]) -> None:
        """Run the checks and print the report."""
        from backproof.reports.terminal import print_grade
        from backproof.result import as_shown_to_learners
        from backproof.submission.tracebacks import describe_exception

        self._printed.text = ""
        try:
            run = self._grader.grade(submission, seed=self._seed, only=checks)
        except GraderFault as fault:
            self._say(f"backproof: the grader could not run: {fault}")
        except KeyboardInterrupt as interrupt:
            self._say(f"stopped\n{describe_exception(interrupt, submission.source)}")
            raise
        else:
            self._show_printed()
            print_grade(as_shown_to_learners(run.grade), self._console, detail=self._detail)

    def _show_printed(self) -> None:
        lines = self._printed.text.splitlines()
        if lines:
            self._say(f"printed in {self._printed.check}:")
            self._say("\n".join(["    ...", *lines[-MOST_LINES:]] if len(lines) > MOST_LINES else lines))

    def _stop(self) -> None:
        self._has_said_that_it_waits = False
        if self._run is not None:
            self._run.stop()
            self._run = None

    def _ended(self, run: "ForkedRun") -> None:
        if run.cause_of_death:
            self._say(f"the code brought Python down: {run.cause_of_death}")
        self._run = None

    def _say(self, text: str) -> None:
        self._console.print(text, style="dim", markup=False, soft_wrap=True)
        self._console.file.flush()


def _what_happened(files: Iterable[Path]) -> str:
    """Return ``losses.py saved``."""
    return ", ".join(f"{file.name} {'saved' if file.exists() else 'deleted'}" for file in files)


def _warm_up(*, needs_torch: bool) -> None:
    """Do now what each run would do again: a run begins with what is here."""
    import scipy.special  # noqa: F401
    from hypothesis import given, settings, strategies

    import backproof.reports.terminal  # noqa: F401

    if needs_torch:
        import torch  # noqa: F401

    @settings(database=None)
    @given(strategies.just(0))
    def first_example(_: int) -> None:
        """Hypothesis looks through all objects for NumPy's generators, once a process: a tenth of a second."""

    first_example()
