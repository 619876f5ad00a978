"""``backproof batch``: the grades of a class."""

import secrets
from functools import partial
from pathlib import Path

import click

from backproof.commands.options import adapter_option, assignment_option, isolation_option
from backproof.result import Isolation


@click.command("batch")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option(
    "--gradebook",
    "gradebook_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="Where the grades are kept (SQLite); made if it is not there.",
)
@assignment_option
@adapter_option
@isolation_option
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="Processes; one for each core otherwise.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster there: tcp://HOST:8786.")
@click.option("--only", metavar="LEARNER", multiple=True, help="Only this learner, or pattern; may be given again.")
@click.option("--regrade", is_flag=True, help="Grade again what has a grade already.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all grades; drawn and kept in the gradebook otherwise.")
@click.pass_context
def batch_command(
    context: click.Context,
    submissions: Path,
    gradebook_file: Path,
    assignment: str | None,
    adapter: Path | None,
    isolation: Isolation,
    workers: int | None,
    scheduler: str | None,
    only: tuple[str, ...],
    regrade: bool,
    seed: int | None,
) -> None:
    """Grade the folder SUBMISSIONS: one folder, archive, notebook or .py file for each learner.

    Each grade is kept as it comes. Stopped at any moment, the same command goes on where it was: a submission is
    graded once, until its files, the assignment or backproof change. Look at the result with `backproof report`.

    \b
    Exit code 0: all are graded, whatever the scores   1: some could not be graded
              2: wrong usage, nothing to grade         3: the grader could not run
    """
    from backproof.assignment import load_assignment
    from backproof.gradebook.class_grading import ClassGrading, Engine
    from backproof.gradebook.database import Gradebook
    from backproof.gradebook.hand_ins import entries
    from backproof.gradebook.progress import ClassProgress
    from backproof.grading.dask_cluster import grade_on_cluster
    from backproof.grading.process_pool import grade_all

    found = entries(submissions, only)
    chosen = load_assignment(assignment)
    engine: Engine = partial(grade_all, chosen.argument, workers=workers)
    if scheduler is not None:
        engine = partial(grade_on_cluster, scheduler, chosen.argument)
    with Gradebook(gradebook_file, is_new_allowed=True) as gradebook, ClassProgress(len(found)) as progress:
        work = ClassGrading(
            gradebook,
            chosen,
            seed=secrets.randbits(32) if seed is None else seed,
            adapter=adapter,
            isolation=isolation,
            is_regraded=regrade,
            progress=progress.show,
        )
        try:
            tally = work.grade(found, engine)
        except KeyboardInterrupt:
            click.echo("backproof: what is graded is kept; the same command goes on from here", err=True)
            raise
    progress.print_summary(tally, gradebook_file)
    if tally.not_graded:
        context.exit(1)
