"""nbgrader with few, large test cells: faster, but a cell ends at its first failure, and is all or nothing."""

from collections import defaultdict
from pathlib import Path

from rivals.nbgrader import PACKAGE, passed, prepare_cells

__all__ = ["NAME", "PACKAGE", "RUNS", "passed", "prepare"]

NAME = "nbgrader by module"
RUNS = "a test cell for each module, which ends at the first failure; one process, a kernel for each notebook"


def prepare(folder: Path, submissions: list[Path], checks: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Write the tests and the submissions as the grader expects them; return its commands to prepare and to grade."""
    cells: dict[str, list[int]] = defaultdict(list)
    for number, check in enumerate(checks):
        cells[check.partition("/")[0]].append(number)
    return prepare_cells(folder, submissions, cells)
