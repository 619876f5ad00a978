"""``backproof report``: a class, as a page, as an export, or in the terminal."""

import os
import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.commands.options import PATH, output_option
from backproof.files import open_atomically, refuse_bad_target, refuse_same_file, write_atomically
from backproof.platforms import CLASS_FORMATS, is_text, refuse_missing_library, write_class
from backproof.problems import UsageProblem

if TYPE_CHECKING:
    from backproof.standings import ClassGrades, Suite

STANDARD_OUTPUT = Path("-")


def _point_in_time(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """Parse a time; one without a zone is in the local zone."""
    if text is None:
        return None
    with suppress(ValueError):
        date.fromisoformat(text)
        raise UsageProblem(f"--due {text} is a day; add the time: {text}T23:59")
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageProblem(f"--due {text} is no time; write it as 2026-11-20T23:59 or 2026-11-20T23:59+01:00") from None


@click.command("report")
@click.argument("gradebook", type=PATH)
@click.option("--html", "html_file", metavar="FILE", type=PATH, help="Write a page of the class.")
@click.option("--format", "name", metavar="NAME", type=click.Choice(CLASS_FORMATS), help=", ".join(CLASS_FORMATS) + ".")
@output_option
@click.option("--assignment", metavar="NAME", help="Which one, if the gradebook has several.")
@click.option("--due", metavar="TIME", callback=_point_in_time, help="Later submissions are late: 2026-11-20T23:59.")
@click.option("--pseudonymous", "is_pseudonymous", is_flag=True, help="Leave the names out.")
def report_command(
    gradebook: Path,
    html_file: Path | None,
    name: str | None,
    output: Path | None,
    assignment: str | None,
    due: datetime | None,
    is_pseudonymous: bool,
) -> None:
    """Report on the class in GRADEBOOK, which `backproof batch` has filled: the last attempt of each learner.

    Without --html and --format, print a summary. Hidden checks are in all files: keep them from learners.
    """
    from backproof.gradebook.database import Gradebook
    from backproof.gradebook.pseudonyms import Pseudonyms, key_of
    from backproof.standings import ClassGrades

    _refuse_bad_usage(name, output)
    refuse_same_file({"GRADEBOOK": gradebook, "--html": html_file, "--output": output})
    for file in (html_file, None if output == STANDARD_OUTPUT else output):
        if file is not None:
            refuse_bad_target(file)
    with Gradebook(gradebook) as opened:
        suite = _choose_suite(gradebook, opened.suites(), assignment)
        standings = opened.standings
        if is_pseudonymous:
            standings = Pseudonyms(opened, key_of(gradebook)).standings
        if html_file is not None:
            from backproof.gradebook.report.page import as_page

            write_atomically(html_file, as_page(standings(suite), title=suite.assignment, due=due))
        if name is not None and output is not None:
            _export(name, ClassGrades(suite.assignment, standings(suite), due), output)
        if html_file is None and name is None:
            from backproof.gradebook.report.terminal import print_class

            print_class(standings(suite), due)


def _refuse_bad_usage(name: str | None, output: Path | None) -> None:
    if name is None and output is not None:
        raise UsageProblem("--output needs --format NAME, the format of that file")
    if name is None:
        return
    if output is None:
        raise UsageProblem(f"--format {name} needs --output FILE")
    if output == STANDARD_OUTPUT and not is_text(name):
        raise UsageProblem(f"{name} is no text, so not for standard output; name a file with --output FILE")
    refuse_missing_library(name)


def _export(name: str, grades: "ClassGrades", output: Path) -> None:
    if output != STANDARD_OUTPUT:
        with open_atomically(output) as stream:
            write_class(name, grades, stream)
        return
    try:
        write_class(name, grades, sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has closed the pipe, as `head` does. Discard the rest, also when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _choose_suite(file: Path, suites: "list[Suite]", assignment: str | None) -> "Suite":
    """Return the newest suite of the assignment, by first use."""
    names = list(dict.fromkeys(suite.assignment for suite in suites))
    if not names:
        raise UsageProblem(f"{file} holds no grades yet; `backproof batch SUBMISSIONS --gradebook {file}` adds them")
    if assignment is None and len(names) > 1:
        raise UsageProblem(f"{file} has several assignments; choose one with --assignment: {', '.join(names)}")
    if assignment is not None and assignment not in names:
        raise UsageProblem(f"{file} has no assignment {assignment}, but {', '.join(names)}")
    found = [suite for suite in suites if suite.assignment == (assignment or names[0])]
    if len(found) > 1:
        latest = f"suite {found[-1].version}, assignment {found[-1].assignment_sha256[:12]}"
        note = f"{found[-1].assignment} was graded in {len(found)} versions; this is the latest: {latest}"
        click.echo(f"backproof: {note}", err=True)
    return found[-1]
