"""nbgrader: `nbgrader autograde`, which grades a class in one process, with a kernel for each notebook."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import nbformat

NAME = PACKAGE = "nbgrader"
RUNS = "a test cell for each check; one process, a kernel for each notebook"

RESULTS = """
SELECT submitted_assignment.student_id, grade.auto_score = grade_cells.max_score
FROM grade
JOIN grade_cells ON grade_cells.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""

Cells = dict[str, list[int]]


def prepare(folder: Path, submissions: list[Path], checks: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Write the tests and the submissions as the grader expects them; return its commands to prepare and to grade."""
    return prepare_cells(folder, submissions, {f"check{number}": [number] for number in range(len(checks))})


def prepare_cells(folder: Path, submissions: list[Path], cells: Cells) -> tuple[list[list[str]], list[list[str]]]:
    """Do the same for any test cells: the numbers of their checks, by the name of the cell."""
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\n")
    write_notebook(folder / "source" / "homework", "", cells)
    for file in submissions:
        write_notebook(folder / "submitted" / file.stem / "homework", file.read_text(), cells)
    return [["nbgrader", "generate_assignment", "homework"]], [["nbgrader", "autograde", "homework"]]


def write_notebook(folder: Path, work: str, cells: Cells) -> None:
    """Write a learner's notebook: the work in one cell, then the test cells."""
    written = [cell(work, grade_id="work", grade=False, solution=True, locked=False)]
    for name, numbers in cells.items():
        source = "\n".join(["import replay", *(f"replay.check({number}, globals())" for number in numbers)])
        written.append(cell(source, grade_id=name, grade=True, solution=False, locked=True, points=len(numbers)))
    notebook = nbformat.v4.new_notebook(cells=written)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "work.ipynb")


def cell(source: str, **settings: object) -> nbformat.NotebookNode:
    """Return a code cell with nbgrader's metadata."""
    settings |= {"schema_version": 3, "task": False, "cell_type": "code"}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": settings})


def passed(folder: Path) -> dict[str, list[bool]]:
    """Return for each submission whether it passed each test cell."""
    results: dict[str, list[bool]] = defaultdict(list)
    with closing(sqlite3.connect(folder / "gradebook.db")) as gradebook:
        for learner, is_passed in gradebook.execute(RESULTS):
            results[learner].append(bool(is_passed))
    return dict(results)
