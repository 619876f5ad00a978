"""``backproof grade``: one grade."""

import os
import secrets
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.commands.options import adapter_option, assignment_option, file_options, isolation_option, output_option
from backproof.files import refuse_same_file
from backproof.platforms import GRADE_FORMATS, is_printed, publish, render
from backproof.problems import Isolation, UsageProblem

if TYPE_CHECKING:
    from backproof.reports.terminal import Detail
    from backproof.testing.plots import Curve, Image


@click.command("grade")
@click.argument("submission", type=click.Path(path_type=Path))
@assignment_option
@adapter_option
@isolation_option
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a grade; a fresh seed is drawn and shown otherwise.")
@click.option("--check", "checks", metavar="ID", multiple=True, help="Only this check; may be given again.")
@file_options
@click.option(
    "--format", "format_name", metavar="NAME", type=click.Choice(GRADE_FORMATS), help=", ".join(GRADE_FORMATS) + "."
)
@output_option
@click.option("--brief", "detail", flag_value="brief", help="Print one line for each module.")
@click.option("-v", "--verbose", "detail", flag_value="all", help="Print every failure in full, not the first alone.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 below this score.")
@click.pass_context
def grade_command(
    context: click.Context,
    submission: Path,
    assignment: str | None,
    adapter: Path | None,
    isolation: Isolation,
    seed: int | None,
    checks: tuple[str, ...],
    json_file: Path | None,
    html_file: Path | None,
    format_name: str | None,
    output: Path | None,
    detail: "Detail | None",
    fail_under: float | None,
) -> None:
    """Grade SUBMISSION: a folder of modules, one .py file or notebook with all functions, or an archive of them.

    \b
    Exit code 0: graded, whatever the score     1: below --fail-under
              2: wrong usage, nothing to grade  3: the grader could not run
    """
    from backproof.commands.results import ResultFiles, Writer
    from backproof.grading.runner import grade
    from backproof.loading import load_submission, ungraded
    from backproof.reports.terminal import TerminalProgress, print_grade
    from backproof.result import as_shown_to_learners, to_json

    format_file = _format_file(format_name, output)
    refuse_same_file({"--json": json_file, "--html": html_file, "--output": format_file})
    writers: dict[Path, Writer] = {} if json_file is None else {json_file: to_json}
    plots: dict[str, list[Curve | Image]] = {}
    if html_file is not None:
        from backproof.reports.page import as_page

        writers[html_file] = partial(as_page, plots=plots)
    if format_name is not None and format_file is not None:
        writers[format_file] = partial(render, format_name)
    if assignment is None and submission.is_dir():
        assignment = _assignment_of(submission, isolation)
    loaded = load_submission(submission, adapter=adapter, assignment=assignment, isolation=isolation)
    seed = secrets.randbits(32) if seed is None else seed
    with closing(loaded[0]), TerminalProgress() as bar:
        files = ResultFiles(writers, ungraded(*loaded[:2], seed=seed))
        run = grade(*loaded, seed=seed, only=checks, progress=[files, bar])
    plots.update(run.plots)
    files.write(run.grade)
    with _without_workflow_commands(format_name):
        print_grade(as_shown_to_learners(run.grade), confinement=loaded[0].confinement, detail=detail or "next")
    if format_name is not None:
        publish(format_name, run.grade)
        if format_file is None:
            click.echo(render(format_name, run.grade), nl=False)
    if fail_under is not None and run.grade.percent < fail_under:
        context.exit(1)


def _assignment_of(submission: Path, isolation: Isolation) -> str | None:
    """Return the assignment that the folder's pyproject.toml names; a confined submission cannot choose one."""
    from backproof.submission.source import project_settings

    named = (project_settings(submission) or {}).get("assignment")
    if named is not None and isolation == "confined":
        note = f"the assignment {named!r} in its pyproject.toml is not followed; choose it with --assignment"
        click.echo(f"backproof: {submission}: {note}", err=True)
        return None
    return named


def _format_file(format_name: str | None, output: Path | None) -> Path | None:
    """Return the file for ``--format``, and create its folder; None is standard output."""
    if format_name is None:
        if output is not None:
            raise UsageProblem("--output needs --format NAME, the format of that file")
        return None
    if output is None and not is_printed(format_name):
        raise UsageProblem(f"--format {format_name} needs --output FILE")
    if output is None or output == Path("-"):
        return None
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"the folder {output.parent} cannot be made: {error.strerror}") from error
    return output


def _without_workflow_commands(format_name: str | None) -> AbstractContextManager[None]:
    """Keep GitHub from running a line of the report as a command: the line may come from the submission."""
    if format_name != "github-actions" and os.environ.get("GITHUB_ACTIONS") != "true":
        return nullcontext()
    from backproof.platforms.github_actions import commands_ignored

    return commands_ignored()
