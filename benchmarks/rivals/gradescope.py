"""gradescope-utils: `unittest` with its `JSONTestRunner`, one process for each submission, as Gradescope runs it."""

import json
import shutil
from collections import defaultdict
from pathlib import Path

NAME = PACKAGE = "gradescope-utils"
RUNS = "unittest and JSONTestRunner, a process each"

RUN_TESTS = """import sys
import unittest

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

sys.path.insert(0, sys.argv[1])
with open(sys.argv[2], "w") as results:
    JSONTestRunner(visibility="visible", stream=results).run(unittest.defaultTestLoader.discover("tests"))
"""
HEAD = """import unittest

import replay
import work
from gradescope_utils.autograder_utils.decorators import weight


class Test{module}(unittest.TestCase):
"""
TEST = '''
    @weight(1)
    def test_{number}(self):
        """{check}"""
        replay.check({number}, vars(work))
'''


def prepare(folder: Path, submissions: list[Path], checks: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Write the tests and the submissions as the grader expects them; return its commands to prepare and to grade."""
    (folder / "tests").mkdir()
    (folder / "run_tests.py").write_text(RUN_TESTS)
    tests: dict[str, str] = defaultdict(str)
    for number, check in enumerate(checks):
        tests[check.partition("/")[0]] += TEST.format(number=number, check=check)
    for module, text in tests.items():
        (folder / "tests" / f"test_{module}.py").write_text(HEAD.format(module=module.title()) + text)
    commands = []
    for file in submissions:
        (folder / "submissions" / file.stem).mkdir(parents=True)
        shutil.copy(file, folder / "submissions" / file.stem / "work.py")
        commands.append(["python", "run_tests.py", f"submissions/{file.stem}", f"{file.stem}.json"])
    return [], commands


def passed(folder: Path) -> dict[str, list[bool]]:
    """Return for each submission whether it passed each check."""
    results = {file.stem: json.loads(file.read_text())["tests"] for file in folder.glob("*.json")}
    return {name: [test["score"] == test["max_score"] for test in tests] for name, tests in results.items()}
