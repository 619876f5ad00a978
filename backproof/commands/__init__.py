"""The command line: ``backproof COMMAND``."""

import os
import sys

import click

from backproof import __version__
from backproof.allocator import keep_memory
from backproof.commands.batch import batch_command
from backproof.commands.check_model import check_model_command
from backproof.commands.export import export_command
from backproof.commands.grade import grade_command
from backproof.commands.init import init_command
from backproof.commands.report import report_command
from backproof.commands.validate import validate_command
from backproof.commands.watch import watch_command
from backproof.problems import GraderFault, UsageProblem

WRONG_USAGE = 2
GRADER_FAILED = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="backproof")
def cli() -> None:
    """Property checks for deep-learning code: what is wrong, why, and what to read.

    \b
    Start as a learner:     backproof init homework && cd homework && pytest
    Grade a submission:     backproof grade homework
    Grade a class:          backproof batch submissions --gradebook class.sqlite
    Make an autograder:     backproof export gradescope autograder
    Can it be trusted?      backproof validate
    Is my own model right?  backproof check-model networks.py:small_network
    """


for command in (init_command, watch_command, grade_command, batch_command):
    cli.add_command(command)
for command in (report_command, export_command, validate_command, check_model_command):
    cli.add_command(command)


def main() -> None:
    """Run the command line; wrong usage is one line and exit code 2, a grader that cannot run is exit code 3."""
    keep_memory()
    # Must be set before NumPy or torch is imported.
    if sys.argv[1:2] == ["check-model"]:
        # A user's model may be large and gets all cores. Passive: waiting threads yield to other work.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    else:
        # The arrays of checks are small: a second thread of the linear algebra waits longer than it works.
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(variable, "1")
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(WRONG_USAGE)
    except click.ClickException as error:
        _exit(error.format_message(), WRONG_USAGE)
    except UsageProblem as problem:
        _exit(str(problem), WRONG_USAGE)
    except GraderFault as problem:
        _exit(f"the grader could not run: {problem}", GRADER_FAILED)
    except (click.Abort, KeyboardInterrupt):
        _exit("interrupted", 130)


def _exit(message: str, exit_code: int) -> None:
    click.echo(f"backproof: {message}", err=True)
    sys.exit(exit_code)
