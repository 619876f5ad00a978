"""``backproof grade``: one grade."""

import os
import secrets
import tempfile
from pathlib import Path

import click

from backproof.problems import UsageProblem


@click.command("grade")
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--assignment", metavar="NAME|DIR", help="A shipped assignment, or a folder with an assignment.toml.")
@click.option("--adapter", metavar="FILE", type=click.Path(path_type=Path), help="Maps other code onto the contract.")
@click.option(
    "--isolation",
    type=click.Choice(["local"]),
    default="local",
    show_default=True,
    help="Runs the submission in this process: for code that you trust.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a grade; a fresh seed is drawn and shown otherwise.")
@click.option("--check", "checks", metavar="ID", multiple=True, help="Only this check; may be given again.")
@click.option("--json", "json_file", metavar="FILE", type=click.Path(path_type=Path), help="Write the result as JSON.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 below this score.")
@click.pass_context
def grade_command(
    context: click.Context,
    submission: Path,
    assignment: str | None,
    adapter: Path | None,
    isolation: str,  # noqa: ARG001 - there is one level so far, and naming it keeps a command line valid
    seed: int | None,
    checks: tuple[str, ...],
    json_file: Path | None,
    fail_under: float | None,
) -> None:
    """Grade SUBMISSION: a folder of modules, or one .py file with all functions.

    \b
    Exit code 0: graded, whatever the score     1: below --fail-under
              2: wrong usage, nothing to grade  3: the grader could not run
    """
    from backproof.plugin.checks import load_submission
    from backproof.reports.terminal import TerminalProgress, print_grade
    from backproof.result import to_json
    from backproof.runner import grade
    from backproof.submission.source import project_settings

    if json_file is not None:
        _refuse_bad_target(json_file)
    settings = (project_settings(submission) if submission.is_dir() else None) or {}
    loaded = load_submission(submission, adapter=adapter, assignment=assignment or settings.get("assignment"))
    with TerminalProgress() as progress:
        run = grade(*loaded, seed=secrets.randbits(32) if seed is None else seed, only=checks, progress=progress)
    print_grade(run.grade)
    if json_file is not None:
        _write_whole(json_file, to_json(run.grade))
    if fail_under is not None and run.grade.percent < fail_under:
        context.exit(1)


def _refuse_bad_target(file: Path) -> None:
    """Find out before the grade whether its result can be written."""
    if file.is_dir():
        raise UsageProblem(f"{file} is a folder; name a file to write the result to")
    if file.exists() and not file.is_file():
        raise UsageProblem(f"{file} is no ordinary file; name a file to write the result to")
    if not file.parent.is_dir():
        raise UsageProblem(f"{file.parent} does not exist; make it first, or name another file")
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise UsageProblem(f"nothing can be written to {file.parent}: {error.strerror}") from error


def _write_whole(file: Path, content: bytes) -> None:
    """Write to a temporary name and rename: a reader never sees half a result."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
        temporary.write(content)
    Path(temporary.name).chmod(0o666 & ~_umask())
    Path(temporary.name).replace(file)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
