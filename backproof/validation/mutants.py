"""First-order mutants of the reference: one operator, comparison, number or condition changed, by cosmic-ray."""

import ast
import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from backproof.problems import UsageProblem
from backproof.submission import Source

EQUIVALENTS = "equivalent_mutants"


@dataclass(frozen=True)
class Mutant:
    """The reference with one small change.

    Attributes
    ----------
    module, function : str
        Where the change is; the function may be a helper.
    before, after : str
        The changed line.
    text : bytes
        The whole file.
    """

    module: str
    function: str
    before: str
    after: str
    line: int
    text: bytes

    @property
    def name(self) -> str:
        """The name of the mutant, stable when lines move."""
        return f"{self.module}.{self.function}: {self.before} -> {self.after}"

    @property
    def diff(self) -> str:
        """The change as a diff of one line."""
        return f"@@ {self.module}.py:{self.line} in {self.function} @@\n- {self.before}\n+ {self.after}"


def mutants_of(file: Path, text: bytes) -> Iterator[Mutant]:
    """Yield every mutant of a file, each change once. Lines of `raise` are left out: checks ignore messages."""
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    code = text.decode()
    functions, messages = _function_lines(code), _message_lines(code)
    seen = {code}
    for operator_name in sorted(plugins.operator_names()):
        operator = _operator(plugins.get_operator(operator_name))
        occurrence = 0
        while operator is not None and (changed := mutate_code(code, operator, occurrence)) is not None:
            occurrence += 1
            if changed not in seen and _is_python(changed):
                seen.add(changed)
                mutant = _mutant(file.stem, functions, code, changed)
                if mutant.line not in messages:
                    yield mutant


def with_mutant(source: Source, file: Path, mutant: Mutant) -> Source:
    """Return the reference with the mutant in place of its file."""
    files = replace(source.files, texts={**source.files.texts, file: mutant.text})
    return replace(source, files=files)


def known_equivalents(reference: Path) -> dict[str, str]:
    """Return the reasons why some mutants change nothing, by the mutant's name: a file for each module.

    Raises
    ------
    UsageProblem
        If a file cannot be read.
    """
    reasons: dict[str, str] = {}
    for file in sorted((reference / EQUIVALENTS).glob("*.toml")):
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", [])
            reasons |= {name: entry["reason"] for entry in entries for name in entry["mutants"]}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
            raise UsageProblem(f"{file}: expected [[equivalent]] tables with reason and mutants: {error}") from error
    return reasons


def _operator(operator_class: type) -> object | None:
    """Return the operator, or None if it needs an argument that names what to insert."""
    return None if getattr(operator_class, "arguments", lambda: ())() else operator_class()


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _function_lines(code: str) -> list[tuple[str, range]]:
    nodes = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    return [(node.name, range(node.lineno, (node.end_lineno or node.lineno) + 1)) for node in nodes]


def _message_lines(code: str) -> set[int]:
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Raise)]
    return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def _mutant(module: str, functions: list[tuple[str, range]], code: str, changed: str) -> Mutant:
    before, after = code.splitlines(), changed.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    _, start, end, new_start, new_end = next(block for block in matcher.get_opcodes() if block[0] != "equal")
    function = next((name for name, lines in functions if start + 1 in lines), "")
    old, new = (" ".join(line.strip() for line in part) for part in (before[start:end], after[new_start:new_end]))
    return Mutant(module, function, old, new, start + 1, changed.encode())
