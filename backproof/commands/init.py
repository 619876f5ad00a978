"""``backproof init``: lay a learner's folder."""

import shutil
from pathlib import Path

import click

from backproof.problems import UsageProblem

PROJECT = """\
# Run `pytest` in this folder: each function of each file is checked, and you are told what is wrong and why.

[tool.backproof]
array = "{array}"  # what your functions get and return: "numpy" arrays or "torch" tensors

[tool.pytest.ini_options]
testpaths = ["."]
addopts = "--no-header"
"""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--array", type=click.Choice(["numpy", "torch"]), default="numpy", show_default=True)
def init_command(folder: Path, array: str) -> None:
    """Lay the template into FOLDER: one file a topic, each function with its task, and plain `pytest` runs the checks.

    Files that are there already are never changed.
    """
    from backproof.assignment import load_assignment
    from backproof.contract import load_contract

    template = load_assignment().folder("student_template")
    files = sorted(template.glob("*.py"))
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"{folder} is a file; name a folder")
    taken = [file.name for file in [*files, Path("pyproject.toml")] if (folder / file.name).exists()]
    if taken:
        raise UsageProblem(f"{folder} already has {', '.join(taken)}; name a new folder, nothing was changed")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"{folder} cannot be made: {error.strerror}") from error
    for file in files:
        shutil.copyfile(file, folder / file.name)
    (folder / "pyproject.toml").write_text(PROJECT.format(array=array), encoding="utf-8")
    count = len(load_contract(template).functions)
    click.echo(f"{folder}: {count} functions in {len(files)} files. Now:  cd {folder}  and  pytest losses.py")
