"""Options that commands share."""

from pathlib import Path

import click

assignment_option = click.option(
    "--assignment", metavar="NAME|DIR", help="A shipped assignment, or a folder with an assignment.toml."
)
adapter_option = click.option(
    "--adapter", metavar="FILE", type=click.Path(path_type=Path), help="Maps other code onto the contract."
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(["confined", "local"]),
    default="confined",
    show_default=True,
    help="confined: in a process that can reach nothing. local: not, for code that you trust.",
)
