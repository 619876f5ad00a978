"""The magic ``%backproof``, for IPython and the front ends built on it."""

import shlex
from collections.abc import Mapping
from typing import Any

import click

from backproof.notebook.report import NotebookReport
from backproof.notebook.run import check_namespace
from backproof.plugin import LEARNER_SEED
from backproof.problems import UsageProblem
from backproof.submission.source import ArrayKind


def run_magic(line: str, namespace: Mapping[str, Any]) -> NotebookReport | None:
    """Check the functions of a namespace with the arguments of ``%backproof``; ``--help`` gives no report.

    Raises
    ------
    UsageProblem
        If the arguments are invalid.
    """
    try:
        arguments = _arguments.main(shlex.split(line), "%backproof", standalone_mode=False)
    except click.ClickException as error:
        raise UsageProblem(error.format_message()) from None
    except ValueError as error:
        raise UsageProblem(f"%backproof {line}: {error}") from None
    return check_namespace(namespace, **arguments) if isinstance(arguments, dict) else None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--assignment", metavar="NAME|DIR", help="A shipped assignment, or a folder with an assignment.toml.")
@click.option("--seed", type=click.IntRange(min=0), default=LEARNER_SEED, show_default=True, help="Of all inputs.")
@click.option(
    "--array", type=click.Choice(["numpy", "torch"]), default="numpy", show_default=True, help="Their arrays."
)
def _arguments(names: tuple[str, ...], assignment: str | None, seed: int, array: ArrayKind) -> dict[str, Any]:
    """Check functions that this notebook has defined.

    NAME is a module, a function or a check. Without a name, all defined functions are checked.
    """
    words = ["--seed", str(seed)]
    words += ["--assignment", assignment] if assignment else []
    words += ["--array", array] if array != "numpy" else []
    return {
        "names": names,
        "assignment": assignment,
        "seed": seed,
        "array": array,
        "replay": lambda check_id: f"%backproof {shlex.join([check_id, *words])}",
    }
