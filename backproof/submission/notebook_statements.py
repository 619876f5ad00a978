"""Select the statements of a notebook that are run: imports, definitions and constants. The selection runs no code.

A constant consists of literals, of selected names, and of calls that only compute: ``np.sqrt(2 * np.pi)``,
``range(3)``, ``functools.partial(affine, bias=0)``. A call of the notebook's own functions is training, or a test.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence

# Libraries whose functions compute. Others read files, contact servers, plot or install.
COMPUTING = frozenset(
    {"cmath", "collections", "copy", "dataclasses", "decimal", "enum", "fractions", "functools", "itertools", "jax"}
    | {"math", "numba", "numpy", "operator", "random", "re", "scipy", "statistics", "string", "torch", "types"}
    | {"typing"}
)
CONSTRUCTORS = frozenset(
    {"abs", "bool", "bytes", "complex", "dict", "divmod", "enumerate", "float", "frozenset", "int", "len", "list"}
    | {"max", "min", "pow", "range", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip"}
)
NEVER = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
# `type Number = float`, since Python 3.12: a definition whose value is computed when it is first used.
TYPE_STATEMENT: type[ast.stmt] | tuple[()] = getattr(ast, "TypeAlias", ())
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class StatementSelector:
    """Selects the part of each statement that is run, one statement after the other."""

    def __init__(self) -> None:
        # By name, whether a constant may be made by calling it: the notebook's own functions are not called.
        self._known: dict[str, bool] = {}
        self._imported: set[str] = set()
        # The same for the names that ``import *`` may have added; None without such an import.
        self._star_import: bool | None = None

    def select(self, statement: ast.stmt) -> ast.stmt | None:
        """Return a statement, the selected part of it, or None."""
        if isinstance(statement, TYPE_STATEMENT):
            self._known.update(dict.fromkeys(stored_names([statement]), False))
            return statement
        match statement:
            case ast.Import() | ast.ImportFrom():
                self._import(statement)
                return statement
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._known[statement.name] = False
                return statement
            case ast.Assign(targets=targets, value=value) if self._adds_constant(targets, value):
                return statement
            case ast.AnnAssign(target=target, value=ast.expr() as value) if self._adds_constant([target], value):
                return statement
            case ast.AugAssign(ast.Name(name), _, value) if self._known.get(name) and self._is_constant(value):
                return statement
            case ast.If(test=test) if self._is_constant(test):
                return self._branches(statement, [statement.body, statement.orelse])
            case ast.Try():
                handlers = [handler.body for handler in statement.handlers]
                return self._branches(statement, [statement.body, *handlers, statement.orelse, statement.finalbody])
        return None

    def _branches(self, statement: ast.stmt, branches: Sequence[list[ast.stmt]]) -> ast.stmt | None:
        """Reduce each branch to its selected statements; return None if no branch has any."""
        has_any = False
        for branch in branches:
            selected = [part for part in map(self.select, branch) if part is not None]
            has_any = has_any or bool(selected)
            branch[:] = selected or [ast.copy_location(ast.Pass(), part) for part in branch[:1]]
        return statement if has_any else None

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for alias in statement.names:
            module = (statement.module or "") if isinstance(statement, ast.ImportFrom) else alias.name
            computes = module.partition(".")[0] in COMPUTING
            if alias.name == "*":
                self._star_import = computes and self._star_import is not False
            else:
                name = alias.asname or alias.name.partition(".")[0]
                self._known[name] = computes
                self._imported.add(name)

    def _adds_constant(self, targets: Sequence[ast.expr], value: ast.expr) -> bool:
        """Return whether an assignment defines constants; if so, add their names to the known ones."""
        if not self._is_constant(value) or not all(map(self._is_own_target, targets)):
            return False
        is_computed = self._is_computed(value)
        names = [name for target in targets for name in stored_names([target])]
        # `accuracy = 0.0` above a loop must not replace the function of that name.
        is_number = is_computed and not isinstance(value, ast.Name | ast.Attribute)
        if is_number and any(self._is_definition(name) for name in names):
            return False
        self._known.update(dict.fromkeys(names, is_computed))
        self._imported.difference_update(names)
        return True

    def _is_own_target(self, target: ast.expr) -> bool:
        """Return whether the targets are the notebook's own: names, and attributes and items of its objects."""
        if isinstance(target, ast.Tuple | ast.List):
            return all(map(self._is_own_target, target.elts))
        if isinstance(target, ast.Starred):
            return self._is_own_target(target.value)
        is_name = isinstance(target, ast.Name)
        while isinstance(target, ast.Attribute | ast.Subscript):
            if isinstance(target, ast.Subscript) and not self._is_constant(target.slice):
                return False
            target = target.value
        return is_name or (isinstance(target, ast.Name) and target.id in self._known.keys() - self._imported)

    def _is_constant(self, value: ast.expr) -> bool:
        parts = list(_parts(value))
        inner = stored_names([value])
        names = {part.id for part in parts if isinstance(part, ast.Name)} - inner
        return (
            not any(isinstance(part, NEVER) for part in parts)
            and all(self._is_known(name) or hasattr(builtins, name) for name in names)
            and all(self._computes(part.func) for part in parts if isinstance(part, ast.Call))
        )

    def _is_definition(self, name: str) -> bool:
        return self._known.get(name) is False and name not in self._imported

    def _is_known(self, name: str) -> bool:
        return name in self._known or self._star_import is not None

    def _computes(self, function: ast.expr) -> bool:
        names = {part.id for part in _parts(function) if isinstance(part, ast.Name)}
        return all(self._known.get(name, name in CONSTRUCTORS or self._may_be_star_imported(name)) for name in names)

    def _may_be_star_imported(self, name: str) -> bool:
        return bool(self._star_import) and not hasattr(builtins, name)

    def _is_computed(self, value: ast.expr) -> bool:
        """Return whether a value uses none of the notebook's own functions."""
        parts = list(_parts(value))
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        return not any(isinstance(part, ast.Lambda) for part in parts) and all(
            self._known.get(name, True) for name in names
        )


def bound_names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement defines in the notebook's namespace."""
    names = set()
    for part in _parts(statement):
        if isinstance(part, DEFINITIONS):
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add(part.asname or part.name.partition(".")[0])
    return names | stored_names([statement])


def stored_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that are assigned to."""
    parts = (part for node in nodes for part in _parts(node))
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and the nodes that are evaluated with it, without the bodies of functions and classes."""
    todo = [node]
    while todo:
        part = todo.pop()
        yield part
        if isinstance(part, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            todo += [default for default in [*part.args.defaults, *part.args.kw_defaults] if default is not None]
        elif not isinstance(part, ast.ClassDef):
            todo += ast.iter_child_nodes(part)
