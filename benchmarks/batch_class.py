"""A class for the benchmarks: submissions that differ, made from right code and the known mistakes.

Each is one Python file with all functions, so that every grader gets the same text: the modules of the reference, then
the modules that this learner wrote in single precision or in another accepted convention, then one or two mistakes,
each of which replaces a right function.
"""

import ast
import builtins
import graphlib
import random
import re
from pathlib import Path
from typing import NamedTuple

from backproof.content import files_by_module

TOP = Path(__file__).resolve().parents[1]
# Left out: its functions need torch.
NOT_IN_ASSIGNMENT = {"model"}
LIBRARIES = """import math
from itertools import pairwise
from types import FunctionType, SimpleNamespace

import numpy as np
"""
VARIANTS = ("single_precision", "other_conventions")
# Of four learners, two write a module as the reference does, and one in each of the other ways.
WAYS = ("", "", *VARIANTS)
# A learner writes these modules in one way: a network of single precision has no gradients of double precision.
IN_ONE_WAY = ("activations", "initializers", "layers", "losses", "network", "training")

# What a variant calls by a module's name: functions of the reference, which call each other and not the learner's.
REFERENCE = """
_right = dict(globals())
for _name, _function in _right.items():
    if type(_function) is FunctionType:
        _right[_name] = FunctionType(_function.__code__, _right, _name, _function.__defaults__)
        _right[_name].__kwdefaults__ = _function.__kwdefaults__
{modules} = SimpleNamespace(**_right)
"""

OTHERWISE = """
def _otherwise():
{definitions}

    return {{{names}}}


globals().update(_otherwise())
"""

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


class Mistake(NamedTuple):
    """The code of a known mistake, and the module that it belongs to."""

    module: str
    code: str


def write_class(folder: Path, count: int, seed: int = 0) -> None:
    """Write submissions of the whole assignment, ``learner0001.py`` and so on; a larger class has the smaller ones."""
    modules = module_files()
    right = reference_text() + REFERENCE.format(modules=" = ".join(modules))
    otherwise = {way: modules_otherwise(TOP / "variants" / f"{way}.py") for way in VARIANTS}
    mistakes = known_mistakes()
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        rng = random.Random(seed * 1_000_003 + number)
        made = rng.sample(mistakes, rng.randint(1, 2))
        ways = {module: rng.choice(WAYS) for module in modules}
        ways |= dict.fromkeys(IN_ONE_WAY, ways[IN_ONE_WAY[0]])
        # A mistake fits the reference's way to write its module.
        for module in {mistake.module for mistake in made}:
            ways |= dict.fromkeys(IN_ONE_WAY if module in IN_ONE_WAY else [module], "")
        chosen = [otherwise[way][module] for module, way in ways.items() if way and module in otherwise[way]]
        text = [f"# Learner {number}.", LIBRARIES, right, *chosen, *(mistake.code for mistake in made)]
        (folder / f"learner{number:04d}.py").write_text("\n".join(text))


def write_small_class(folder: Path, count: int) -> None:
    """Write submissions with one function, of which every fourth is wrong."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        factor = 1 if number % 4 == 0 else 2
        (folder / f"learner{number:04d}.py").write_text(SMALL.format(number=number, factor=factor))


def module_files() -> dict[str, Path]:
    """Return the reference's modules by name."""
    return {file.stem: file for file in sorted((TOP / "reference").glob("*.py")) if file.stem not in NOT_IN_ASSIGNMENT}


def modules_otherwise(variant: Path) -> dict[str, str]:
    """Return the code of each module's functions in a variant, if NumPy is the only library it needs."""
    text = variant.read_text()
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    of_module = {
        module: [node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)]
        for module, file in module_files().items()
    }
    in_contract = {name for names in of_module.values() for name in names if not name.startswith("_")}
    modules = {}
    for module, names in of_module.items():
        wanted = [name for name in names if name in functions]
        helpers = {name: node for name, node in functions.items() if name in wanted or name not in in_contract}
        needed = _needed(wanted, helpers)
        used = {inner.id for name in needed for inner in ast.walk(functions[name]) if isinstance(inner, ast.Name)}
        if wanted and used.isdisjoint({"ndimage", "special"}):
            definitions = "\n\n".join(_indented(text, functions[name]) for name in needed)
            taken = ", ".join(f'"{name}": {name}' for name in wanted)
            modules[module] = OTHERWISE.format(definitions=definitions, names=taken)
    return modules


def _needed(names: list[str], functions: dict[str, ast.FunctionDef]) -> list[str]:
    """Return the names of functions and of the functions that they call, each once."""
    found: dict[str, None] = {}
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found[name] = None
            called = (inner.id for inner in ast.walk(functions[name]) if isinstance(inner, ast.Name))
            ahead += [other for other in called if other in functions]
    return sorted(found)


def _indented(text: str, function: ast.FunctionDef) -> str:
    """Return the text of a function's definition, indented once more."""
    lines = text.splitlines()[function.lineno - 1 : function.end_lineno]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def reference_text() -> str:
    """Return the reference's modules as one text, each after those that it imports."""
    files = module_files()
    imported = {
        name: {
            node.module
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.ImportFrom) and node.module in files
        }
        for name, file in sorted(files.items())
    }
    return "\n".join(_part(files[name]) for name in graphlib.TopologicalSorter(imported).static_order())


def known_mistakes() -> list[Mistake]:
    """Return each misconception that needs only NumPy and the contract's functions."""
    files = files_by_module(TOP / "misconceptions")
    tree = ast.parse(reference_text())
    known = {*vars(builtins), "np", "math", *(node.name for node in tree.body if isinstance(node, ast.FunctionDef))}
    return [
        Mistake(module, code)
        for module in sorted(files.keys() - NOT_IN_ASSIGNMENT)
        for file in files[module]
        for code in _mistakes_in(file.read_text(), known)
    ]


def _part(file: Path) -> str:
    """Return a module without its imports, with a prefix to its private names: modules may share them."""
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
            mistakes.append(MISTAKE.format(imitates=imitates, name=node.name, definition=_indented(text, node)))
    return mistakes
