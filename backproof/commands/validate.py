"""``backproof validate``: the error rates of an assignment's checks."""

from importlib.util import find_spec
from pathlib import Path

import click

from backproof.commands.options import file_options
from backproof.problems import UsageProblem


@click.command("validate")
@click.argument("assignment", default="optimization")
@click.option("--repeats", type=click.IntRange(min=1), default=100, show_default=True, help="Seeds for right work.")
@file_options
@click.option("--write-patterns", is_flag=True, help="Only write misconceptions/patterns.json, for the diagnosis.")
@click.pass_context
def validate_command(
    context: click.Context,
    assignment: str,
    repeats: int,
    json_file: Path | None,
    html_file: Path | None,
    write_patterns: bool,
) -> None:
    """Grade right work, wrong work and mutants of the right work with the checks of ASSIGNMENT, and count.

    ASSIGNMENT is a shipped one (default: optimization), or a folder with an assignment.toml. Right work is the
    reference and variants/; wrong work is misconceptions/.

    \b
    Exit code 0: the thresholds of [validation] are met   1: they are not
              2: wrong usage                              3: the grader could not run
    """
    from backproof.files import refuse_bad_target, write_atomically
    from backproof.validation.report import ValidationProgress, as_html, as_json, print_validation
    from backproof.validation.study import Study

    if write_patterns:
        from backproof.validation.patterns import write

        written, count = write(assignment)
        click.echo(f"{written}: {count} patterns")
        return
    missing = [name for name in ("cosmic_ray", "jinja2") if find_spec(name) is None]
    if missing:
        raise UsageProblem(f"{' and '.join(missing)} is missing: pip install 'backproof[validate]'")
    for file in (json_file, html_file):
        if file is not None:
            refuse_bad_target(file)
    with ValidationProgress() as progress:
        found = Study(assignment, repeats, progress.step).run()
    print_validation(found)
    if json_file is not None:
        write_atomically(json_file, as_json(found))
    if html_file is not None:
        write_atomically(html_file, as_html(found))
    if not found.is_trusted:
        context.exit(1)
