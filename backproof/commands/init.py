"""``backproof init``: create a learner's folder."""

import os
import shutil
from pathlib import Path

import click

from backproof.commands.options import PATH
from backproof.problems import UsageProblem

PROJECT = """\
# Run `pytest` in this folder. It checks each function of each file, and reports what is wrong and why.

[tool.backproof]
array = "{array}"  # what your functions get and return: "numpy" arrays or "torch" tensors
{assignment}
[tool.pytest.ini_options]
testpaths = ["."]
addopts = "--no-header"
"""


@click.command("init")
@click.argument("folder", type=PATH)
@click.option("--array", type=click.Choice(["numpy", "torch"]), default="numpy", show_default=True)
@click.option("--assignment", metavar="NAME|DIR", help="Which assignment (default: optimization; or: model).")
def init_command(folder: Path, array: str, assignment: str | None) -> None:
    """Copy the template to FOLDER: one file a topic, each function with its task. Plain `pytest` runs the checks.

    Existing files are never changed.
    """
    from backproof.assignment import load_assignment
    from backproof.contract import load_contract

    chosen = load_assignment(assignment)
    template = chosen.folder("student_template")
    contract = load_contract(template)
    files = [template / f"{module}.py" for module in sorted(chosen.graded_modules(contract))]
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"{folder} is a file; name a folder")
    existing = [file.name for file in [*files, Path("pyproject.toml")] if (folder / file.name).exists()]
    if existing:
        raise UsageProblem(f"{folder} already has {', '.join(existing)}; name a new folder, nothing was changed")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"{folder} cannot be made: {error.strerror}") from error
    for file in files:
        shutil.copyfile(file, folder / file.name)
    # The path of a folder is relative to the new one, where pytest runs.
    name = os.path.relpath(chosen.content[0], folder) if chosen.content else chosen.name
    named = "" if chosen.is_default else f"assignment = '{name}'\n"
    (folder / "pyproject.toml").write_text(PROJECT.format(array=array, assignment=named), encoding="utf-8")
    count = sum(len(contract.of_module(file.stem)) for file in files)
    first = "losses.py" if any(file.name == "losses.py" for file in files) else files[0].name
    click.echo(f"{folder}: {count} functions in {len(files)} files. Now:  cd {folder}  and  pytest {first}")
