"""``backproof watch``: run the checks of a file each time it is saved."""

import gc
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.commands.options import PATH, assignment_option
from backproof.plugin import LEARNER_SEED
from backproof.problems import GraderFault, UsageProblem

if TYPE_CHECKING:
    from rich.console import Console

    from backproof.grading.rerun import ForkedRun, PrintedOutput
    from backproof.grading.runner import Grader
    from backproof.reports.terminal import Detail
    from backproof.submission import Submission

# Milliseconds between two looks whether a run has ended.
TICK = 100
# Of the output of a check, the last lines are shown.
MOST_LINES = 20


@click.command("watch")
@click.argument("submission", default=".", type=PATH)
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

    from backproof.grading.rerun import PrintedOutput
    from backproof.grading.runner import grading
    from backproof.loading import load_submission
    from backproof.submission.source import project_settings

    if assignment is None and submission.is_dir():
        assignment = (project_settings(submission) or {}).get("assignment")
    load = partial(load_submission, submission, assignment=assignment)
    loaded, chosen, contract = load()
    _warm_up(needs_torch=chosen.needs_torch(contract))
    # Created here: pytest replaces sys.stdout while it runs.
    console, printed = Console(file=sys.stdout, highlight=False), PrintedOutput()

    def work(grader: "Grader") -> None:
        watch = _Watch(grader, lambda: load()[0], seed, console, printed, detail or "next")
        watch.until_interrupted(loaded.source.path)

    with suppress(KeyboardInterrupt):
        grading(chosen, contract, work, plugins=[printed])


@dataclass
class _Watch:
    """The watch: waits for changes, with at most one run at a time."""

    grader: "Grader"
    load: "Callable[[], Submission]"
    seed: int
    console: "Console"
    printed: "PrintedOutput"
    detail: "Detail"
    _run: "ForkedRun | None" = None
    _is_waiting_announced: bool = False
    _is_interrupted: bool = False

    def __post_init__(self) -> None:
        self._checks = [check for check in self.grader.checks() if not check.hidden]
        self._modules = list(dict.fromkeys(check.module for check in self._checks))

    def until_interrupted(self, place: Path) -> None:
        """Check each saved file; Ctrl-C stops a run, and ends the watch if none is going on."""
        from backproof.grading.rerun import CAN_FORK

        self._print(f"watching {place}: {len(self._checks)} checks of {len(self._modules)} modules")
        gc.freeze()  # the collector of a run visits its own objects only, and copies no page of the others
        if CAN_FORK:
            # Noted, not raised: an exception at an arbitrary place may be swallowed there.
            signal.signal(signal.SIGINT, self._note_interrupt)
        self._watch_files(place)

    def _note_interrupt(self, *_: object) -> None:
        self._is_interrupted = True

    def _watch_files(self, place: Path) -> None:
        """React to each change, to the end of each run, and to Ctrl-C."""
        from watchfiles import PythonFilter, watch

        # A file is watched through its folder: editors replace it by a new one.
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
                    self._check_changes({Path(file) for _, file in changes})
                if self._run is not None and self._run.has_ended():
                    self._finish(self._run)
                if self._run is None and not self._is_waiting_announced:
                    self._print("waiting for changes, Ctrl-C ends")
                    self._is_waiting_announced = True
        except OSError as error:
            raise GraderFault(f"{folder} cannot be watched: {error}") from error

    def _check_changes(self, files: set[Path]) -> None:
        """Run the checks of the changed files, in place of those that are still running."""
        from backproof.grading.rerun import CAN_FORK, ForkedRun, modules_to_check

        try:
            submission = self.load()
        except UsageProblem as problem:
            self._stop()
            self._print(f"backproof: {problem}")
            return
        modules_of = {file: modules_to_check(file, submission.source, self._modules) for file in sorted(files)}
        modules = set().union(*modules_of.values())
        if not modules:
            return
        self._stop()
        checks = [check.id for check in self._checks if check.module in modules]
        changes = [f"{f.name} {'saved' if f.exists() else 'deleted'}" for f, found in modules_of.items() if found]
        self.console.clear()
        self._print(f"{', '.join(changes)} at {time.strftime('%H:%M:%S')}: {len(checks)} checks, Ctrl-C stops them")
        if CAN_FORK:
            self._run = ForkedRun(lambda: self._check(submission, checks))
        else:
            self._check(submission, checks)

    def _check(self, submission: "Submission", checks: list[str]) -> None:
        """Run the checks and print the report."""
        from backproof.reports.terminal import print_grade
        from backproof.result import as_shown_to_learners
        from backproof.submission.tracebacks import describe_exception

        self.printed.text = ""
        try:
            run = self.grader.grade(submission, seed=self.seed, only=checks)
        except GraderFault as fault:
            self._print(f"backproof: the grader could not run: {fault}")
        except KeyboardInterrupt as interrupt:
            self._print(f"stopped\n{describe_exception(interrupt, submission.source)}")
            raise
        else:
            self._show_printed()
            print_grade(as_shown_to_learners(run.grade), self.console, detail=self.detail)

    def _show_printed(self) -> None:
        lines = self.printed.text.splitlines()
        if lines:
            self._print(f"printed in {self.printed.check}:")
            self._print("\n".join(["    ...", *lines[-MOST_LINES:]] if len(lines) > MOST_LINES else lines))

    def _stop(self) -> None:
        self._is_waiting_announced = False
        if self._run is not None:
            self._run.stop()
            self._run = None

    def _finish(self, run: "ForkedRun") -> None:
        if run.signal_that_ended_it:
            self._print(f"the code crashed Python: {run.signal_that_ended_it}")
        self._run = None

    def _print(self, text: str) -> None:
        self.console.print(text, style="dim", markup=False, soft_wrap=True)
        self.console.file.flush()


def _warm_up(*, needs_torch: bool) -> None:
    """Import and initialise once what each run would otherwise do again: runs are forks of this process."""
    import scipy.special  # noqa: F401
    from hypothesis import given, settings, strategies

    import backproof.reports.terminal  # noqa: F401

    if needs_torch:
        import torch  # noqa: F401

    @settings(database=None)
    @given(strategies.just(0))
    def first_example(_: int) -> None:
        """Let Hypothesis search all objects for NumPy's generators: a tenth of a second, once a process."""

    first_example()
