"""Options that commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from backproof.problems import Isolation

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)
assignment_option = click.option(
    "--assignment", metavar="NAME|DIR", help="A shipped assignment, or a folder with an assignment.toml."
)
adapter_option = click.option("--adapter", metavar="FILE", type=PATH, help="Maps other code onto the contract.")
isolation_option = click.option(
    "--isolation",
    type=click.Choice(get_args(Isolation)),
    default="confined",
    show_default=True,
    help="confined: in a process that can reach nothing. local: in this process, for code that you trust.",
)
output_option = click.option(
    "--output", metavar="FILE", type=PATH, help="Where to write the format; - is standard output."
)


def file_options(command: Command) -> Command:
    """Add ``--json`` and ``--html``, the files of a result."""
    as_page = click.option("--html", "html_file", metavar="FILE", type=PATH, help="Write the result as a page.")
    as_json = click.option("--json", "json_file", metavar="FILE", type=PATH, help="Write the result as JSON.")
    return as_json(as_page(command))
