"""``backproof batch``: the grades of a class."""

import secrets
from functools import partial
from pathlib import Path

import click

from backproof.commands.options import PATH, adapter_option, assignment_option, isolation_option
from backproof.problems import Isolation


@click.command("batch")
@click.argument("submissions", type=PATH)
@click.option("--gradebook", metavar="FILE", type=PATH, required=True, help="The grades (SQLite); created if missing.")
@assignment_option
@adapter_option
@isolation_option
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="Processes; one for each core otherwise.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster there: tcp://HOST:8786.")
@click.option("--only", metavar="LEARNER", multiple=True, help="Only this learner, or pattern; may be given again.")
@click.option("--regrade", is_flag=True, help="Grade again what has a grade already.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all grades; otherwise drawn, and stored in the gradebook.")
@click.pass_context
def batch_command(
    context: click.Context,
    submissions: Path,
    gradebook: Path,
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

    Each grade is stored at once. After an interruption the same command continues: each distinct submission is graded
    once, until its files, the assignment or backproof change. `backproof report` shows the result.

    \b
    Exit code 0: all are graded, whatever the scores   1: some could not be graded
              2: wrong usage, nothing to grade         3: the grader could not run
    """
    from backproof.assignment import load_assignment
    from backproof.gradebook.class_grading import ClassGrading, Engine
    from backproof.gradebook.database import Gradebook
    from backproof.gradebook.hand_ins import find_hand_ins
    from backproof.gradebook.progress import ClassProgress
    from backproof.grading.dask_cluster import grade_on_cluster
    from backproof.grading.process_pool import grade_all

    found = find_hand_ins(submissions, only)
    chosen = load_assignment(assignment)
    engine: Engine = partial(grade_all, chosen.argument, workers=workers)
    if scheduler is not None:
        engine = partial(grade_on_cluster, scheduler, chosen.argument)
    with Gradebook(gradebook, is_new_allowed=True) as opened, ClassProgress(len(found)) as progress:
        work = ClassGrading(
            opened,
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
            click.echo("backproof: all grades so far are stored; the same command continues from here", err=True)
            raise
    progress.print_summary(tally, gradebook)
    if tally.not_graded:
        context.exit(1)
