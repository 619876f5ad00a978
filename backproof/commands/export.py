"""``backproof export``: the files that an instructor uploads to a platform."""

from pathlib import Path

import click

from backproof.commands.options import PATH, assignment_option, isolation_option
from backproof.platforms.upload import PLATFORMS, export, instruction
from backproof.problems import Isolation


@click.command("export")
@click.argument("platform", type=click.Choice(PLATFORMS))
@click.argument("folder", type=PATH)
@assignment_option
@isolation_option
@click.option("--torch", "with_torch", is_flag=True, help="Install PyTorch there, for submissions written in it.")
def export_command(platform: str, folder: Path, assignment: str | None, isolation: Isolation, with_torch: bool) -> None:
    """Write to FOLDER what PLATFORM needs to grade: its start files, the engine, and the assignment.

    For gradescope, FOLDER.zip holds the same, ready to be uploaded.
    """
    from backproof.assignment import load_assignment

    folder = folder.resolve()
    files = export(platform, folder, load_assignment(assignment), isolation=isolation, with_torch=with_torch)
    click.echo(f"{folder}: {len(files)} files for {platform}. {instruction(platform, folder)}")
