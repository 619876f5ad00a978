"""The files that an instructor uploads to a platform: those of the platform's folder ``upload/``, which it starts.

The engine with its content and the assignment are copied beside them, so that the upload needs only the registries.
"""

import shutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from backproof.content import content_root
from backproof.problems import UsageProblem

if TYPE_CHECKING:
    from backproof.assignment import Assignment

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent
PLATFORMS = tuple(sorted(folder.parent.name for folder in HERE.glob("*/upload")))
CONTENT = ("assignments", "checks", "misconceptions", "reference", "student_template")
# Only for submissions in PyTorch: hundreds of megabytes that a grade of NumPy work never loads.
TORCH = "torch"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

_ignored = shutil.ignore_patterns("__pycache__", "*.pyc")


def export(platform: str, folder: Path, assignment: "Assignment", *, isolation: str, with_torch: bool) -> list[Path]:
    """Copy the files to upload into a new folder, also as a zip file if the platform wants one; return the files.

    Raises
    ------
    UsageProblem
        If the folder is not empty, or the zip file exists.
    """
    archive = folder.with_name(f"{folder.name}.zip")
    is_zipped = getattr(_platform(platform), "IS_UPLOAD_ZIPPED", False)
    if is_zipped and archive.exists():
        raise UsageProblem(f"{archive} is there already; name another folder, nothing was changed")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(f"{folder} is not an empty folder; name a new one, nothing was changed")
    shutil.copytree(HERE / platform / "upload", folder, dirs_exist_ok=True, ignore=_ignored)
    shutil.copytree(ENGINE, folder / "backproof", ignore=_ignored)
    for name in CONTENT:
        # In an installed wheel, the engine's folder contains the content already.
        shutil.copytree(content_root() / name, folder / "backproof" / name, dirs_exist_ok=True, ignore=_ignored)
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements(with_torch=with_torch)))
    options = [f"--isolation={isolation}", f"--assignment={_copy_assignment(assignment, folder)}"]
    (folder / "options.txt").write_text("".join(f"{option}\n" for option in options))
    if is_zipped:
        shutil.make_archive(str(folder), "zip", folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def instruction(platform: str, folder: Path) -> str:
    """Return what an instructor does with the files in the folder."""
    return str(_platform(platform).UPLOAD).format(folder=folder)


def _platform(name: str) -> ModuleType:
    return import_module(f"backproof.platforms.{name}")


def requirements(*, with_torch: bool) -> Sequence[str]:
    """Return the lines of a requirements file: the dependencies of the installed engine."""
    from importlib import metadata

    try:
        named = metadata.requires("backproof") or []
    except metadata.PackageNotFoundError as error:
        raise UsageProblem("backproof is not installed, so its dependencies are unknown; pip install it") from error
    needed = [name for name in named if "extra ==" not in name]
    without = [name for name in needed if not name.startswith(TORCH)]
    return [f"--extra-index-url {TORCH_INDEX}", *needed] if with_torch else without


def _copy_assignment(assignment: "Assignment", folder: Path) -> str:
    """Copy an instructor's own assignment beside the engine, and return the value of ``--assignment`` for it."""
    if not assignment.content:
        return assignment.name
    target = folder / "assignment"
    target.mkdir()
    shutil.copyfile(assignment.file, target / assignment.file.name)
    for place in assignment.content:
        for name in CONTENT:
            if (place / name).is_dir():
                shutil.copytree(place / name, target / name, ignore=_ignored)
    return target.name
