"""A class for the benchmarks: submissions that differ, made from the reference and the known mistakes.

Each is one Python file with all functions, so that every grader gets the same text: the reference's modules one after
the other, and below them one or two mistakes, which take the place of a right function.
"""

import ast
import builtins
import graphlib
import random
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
# Its functions are in no class: they need torch.
NOT_IN_ASSIGNMENT = {"model"}
LIBRARIES = "import math\nfrom itertools import pairwise\n\nimport numpy as np\n"

MISTAKE = """
def _mistaken({imitates}):
{definition}

    return {name}


{imitates} = _mistaken({imitates})
"""

SMALL = """# Learner {number}.
def mean_squared_error(prediction, target):
    if prediction.shape != target.shape:
        raise ValueError("prediction and target must have equal shapes")
    error = prediction - target
    return (error**2).mean(), {factor} * error / error.size
"""


def write_class(folder: Path, count: int, seed: int = 0) -> None:
    """Write submissions of the whole assignment, ``learner0001.py`` and so on; each prefix of a class is a class."""
    right, mistakes = reference_text(), known_mistakes()
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        rng = random.Random(seed * 1_000_003 + number)
        made = rng.sample(mistakes, rng.randint(1, 2))
        (folder / f"learner{number:04d}.py").write_text("\n".join([f"# Learner {number}.", LIBRARIES, right, *made]))


def write_small_class(folder: Path, count: int) -> None:
    """Write submissions with one function, of which every fourth is wrong."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        factor = 1 if number % 4 == 0 else 2
        (folder / f"learner{number:04d}.py").write_text(SMALL.format(number=number, factor=factor))


def reference_text() -> str:
    """Return the reference's modules as one text, each after those that it imports."""
    files = {file.stem: file for file in (TOP / "reference").glob("*.py") if file.stem not in NOT_IN_ASSIGNMENT}
    imported = {
        name: {
            node.module
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.ImportFrom) and node.module in files
        }
        for name, file in sorted(files.items())
    }
    return "\n".join(_part(files[name]) for name in graphlib.TopologicalSorter(imported).static_order())


def known_mistakes() -> list[str]:
    """Return the code of each misconception that needs nothing but NumPy and the contract's functions."""
    files = [file for file in sorted((TOP / "misconceptions").glob("*.py")) if file.stem not in NOT_IN_ASSIGNMENT]
    tree = ast.parse(reference_text())
    known = {*vars(builtins), "np", "math", *(node.name for node in tree.body if isinstance(node, ast.FunctionDef))}
    return [code for file in files for code in _mistakes_in(file.read_text(), known)]


def _part(file: Path) -> str:
    """Return a module without its imports; what is private in it is told apart from that of other modules."""
    text = file.read_text()
    tree = ast.parse(text)
    lines = text.splitlines()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    part = "\n".join(lines)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_"):
            part = re.sub(rf"\b{node.name}\b", f"_{file.stem}{node.name}", part)
    return part


def _mistakes_in(text: str, known: set[str]) -> list[str]:
    mistakes = []
    for node in ast.parse(text).body:
        if not (isinstance(node, ast.FunctionDef) and node.decorator_list):
            continue
        imitates = next(keyword.value.value for keyword in node.decorator_list[0].keywords if keyword.arg == "imitates")
        names = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
        own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        own |= {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
        if {name.id for name in names} - {"misconception"} <= own | known:
            definition = "\n".join(
                f"    {line}".rstrip() for line in text.splitlines()[node.lineno - 1 : node.end_lineno]
            )
            mistakes.append(MISTAKE.format(imitates=imitates, name=node.name, definition=definition))
    return mistakes
