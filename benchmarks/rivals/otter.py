"""otter-grader: `otter.api.grade_submission`, which needs no container, one submission after the other."""

import json
from collections import defaultdict
from pathlib import Path

import nbformat

NAME = PACKAGE = "otter-grader"
RUNS = "exception-based tests, in one process with a kernel for each notebook"

GRADE = """import json
import sys

from otter.api import grade_submission

for file in sys.argv[1:]:
    results = grade_submission(file, "autograder.zip", quiet=True).results.values()
    passed = [case.passed for question in results for case in question.test_case_results]
    with open(file.removesuffix(".ipynb") + ".json", "w") as output:
        json.dump(passed, output)
"""
HEAD = """from otter.test_files import test_case
import replay

OK_FORMAT = False
name = "{module}"
points = {points}
"""
TEST = """

@test_case(name="{check}", points=1)
def test_{number}(env):
    replay.check({number}, env)
"""


def prepare(folder: Path, submissions: list[Path], checks: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Write the tests and the submissions as the grader expects them; return its commands to prepare and to grade."""
    (folder / "tests").mkdir()
    tests: dict[str, list[str]] = defaultdict(list)
    for number, check in enumerate(checks):
        tests[check.partition("/")[0]].append(TEST.format(number=number, check=check))
    for module, cases in tests.items():
        (folder / "tests" / f"{module}.py").write_text(HEAD.format(module=module, points=len(cases)) + "".join(cases))
    (folder / "grade.py").write_text(GRADE)
    for file in submissions:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(file.read_text())])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / f"{file.stem}.ipynb")
    return [["otter", "generate"]], [["python", "grade.py", *(f"{file.stem}.ipynb" for file in submissions)]]


def passed(folder: Path) -> dict[str, list[bool]]:
    """Return for each submission whether it passed each check."""
    return {file.stem: json.loads(file.read_text()) for file in folder.glob("learner*.json")}
