"""An assignment: the functions, groups and checks that are graded, and their points (``assignment.toml``)."""

import hashlib
import math
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from backproof.confinement.limits import Limits, Policy
from backproof.content import content_root, files_by_module
from backproof.contract import Contract
from backproof.problems import UsageProblem

# The group of checks without a `group` marker: properties of the function itself.
PLAIN_GROUP = "property"
# The group of checks that call a function with invalid arguments.
BAD_ARGUMENTS = "bad_arguments"
DEFAULT_ASSIGNMENT = "optimization"
CHECK_PREFIX = "test_"


class LeftOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exceptions from the selection: what is not graded."""

    functions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


class ValidationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[validation]``: the figures that ``backproof validate`` must reach.

    Attributes
    ----------
    false_failures : int
        The most checks that right submissions may fail, over all grades.
    misconceptions_killed, mutants_killed : float
        The least share of the known mistakes, and of the mutants that are not known to be equivalent.
    functions_without_check : int
        The most functions without a check.
    """

    false_failures: int = 0
    misconceptions_killed: float = 1.0
    mutants_killed: float = 0.97
    functions_without_check: int = 0


class AssignmentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of ``assignment.toml``; an empty selection selects everything."""

    title: str = ""
    modules: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    leave_out: LeftOut = LeftOut()
    points: dict[str, float] = {}
    limits: Limits = Limits()
    policy: Policy = Policy()
    validation: ValidationSettings = ValidationSettings()


@dataclass(frozen=True)
class CheckInfo:
    """The attributes of a check that an assignment selects by."""

    id: str
    module: str
    functions: tuple[str, ...]
    group: str
    points: float

    @property
    def names(self) -> set[str]:
        """The names of the check: its id, with and without its parameters."""
        return {self.id, self.id.partition("[")[0]}

    def is_named(self, name: str) -> bool:
        """Return whether ``name`` is a name of the check."""
        return name in self.names


@dataclass(frozen=True)
class Assignment:
    """A selection from the content, with points.

    Attributes
    ----------
    file : Path
        The assignment.toml.
    content : tuple of Path
        The places of the content folders, in order of precedence.
    """

    name: str
    file: Path
    content: tuple[Path, ...]
    settings: AssignmentFile

    @property
    def is_default(self) -> bool:
        """Whether this is the default assignment."""
        return not self.content and self.name == DEFAULT_ASSIGNMENT

    @property
    def argument(self) -> str:
        """The argument for this assignment on the command line."""
        return str(self.file.parent) if self.content else self.name

    def folder(self, name: str) -> Path:
        """Return a content folder (``checks``, ``reference``, ...): the assignment's own, or else the shipped one.

        An assignment with a template of its own uses no shipped content: its folder may be missing.
        """
        own = next((place / name for place in self.content if (place / name).is_dir()), None)
        has_own_template = any((place / "student_template").is_dir() for place in self.content)
        return own or (self.content[0] if has_own_template else content_root()) / name

    def secrets(self) -> list[Path]:
        """Return the paths that no submission may read: the content, and the engine, which may contain it."""
        content = [self.folder(name) for name in ("checks", "reference", "misconceptions", "student_template")]
        return [*content, self.file, Path(__file__).parent]

    def sha256(self) -> str:
        """Return a digest of all that a grade depends on: settings, checks, template and misconceptions."""
        digest = hashlib.sha256()
        files = [(f"{self.file.parent.name}/{self.file.name}", self.file)]
        for folder in map(self.folder, ("checks", "student_template", "misconceptions")):
            files += [(file.relative_to(folder.parent).as_posix(), file) for file in sorted(folder.rglob("*.py"))]
        for name, file in files:
            content = file.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def check_files(self) -> dict[str, list[Path]]:
        """Return the check files of each module, in the order in which the assignment names the modules."""
        files = files_by_module(self.folder("checks"), CHECK_PREFIX)
        order = {module: place for place, module in enumerate(self.settings.modules)}
        return {module: files[module] for module in sorted(files, key=lambda name: order.get(name, len(order)))}

    def misconception_files(self) -> dict[str, list[Path]]:
        """Return the files with the misconceptions of each module."""
        return files_by_module(self.folder("misconceptions"))

    def selects(self, check: CheckInfo, contract: Contract) -> bool:
        """Return whether a check is graded: its group, its id and every function that it needs are selected."""
        settings, left_out = self.settings, self.settings.leave_out
        if any(check.is_named(name) for name in left_out.checks) or check.group in left_out.groups:
            return False
        if settings.checks and not any(check.is_named(name) for name in settings.checks):
            return False
        if settings.groups and check.group not in settings.groups:
            return False
        if not check.functions:
            return not settings.modules or check.module in settings.modules
        return set(check.functions) <= self.graded_functions(contract)

    def graded_functions(self, contract: Contract) -> set[str]:
        """Return the functions that a submission must provide."""
        settings = self.settings
        selected = set(settings.functions) | {spec.name for m in settings.modules for spec in contract.of_module(m)}
        return (selected or set(contract.functions)) - set(settings.leave_out.functions)

    def needs_torch(self, contract: Contract) -> bool:
        """Return whether a graded function returns a torch module."""
        specs = [contract.functions[name] for name in self.graded_functions(contract) if name in contract.functions]
        return any(field.kind == "model" for spec in specs for field in spec.returns)

    def graded_modules(self, contract: Contract) -> list[str]:
        """Return the modules with a graded function, in order."""
        graded = self.graded_functions(contract)
        in_use = [m for m in contract.modules if any(spec.name in graded for spec in contract.of_module(m))]
        order = {module: place for place, module in enumerate(self.settings.modules)}
        return sorted(in_use, key=lambda module: order.get(module, len(order)))

    def points_for(self, checks: Sequence[CheckInfo]) -> dict[str, float]:
        """Distribute the points.

        A name in ``[points]`` may be a check, a group, a function or a module. Each check belongs to the most
        specific name that fits, in this order; the checks of one name share its points in proportion to their own
        points. The other checks keep their own.
        """
        owners = {check.id: self._points_name(check) for check in checks}
        totals: dict[str, float] = {}
        for check in checks:
            owner = owners[check.id]
            if owner is not None:
                totals[owner] = totals.get(owner, 0.0) + check.points
        shared: dict[str, float] = {}
        for check in checks:
            owner = owners[check.id]
            if owner is None:
                shared[check.id] = check.points
            else:
                shared[check.id] = self.settings.points[owner] * check.points / totals[owner] if totals[owner] else 0.0
        return shared

    def _points_name(self, check: CheckInfo) -> str | None:
        names = self.settings.points
        fits = [name for name in names if check.is_named(name)]
        fits += [name for name in (check.group, *check.functions, check.module) if name in names]
        return fits[0] if fits else None

    def refuse_unknown_names(self, contract: Contract, checks: Sequence[CheckInfo]) -> None:
        """Raise UsageProblem for a name in the file that is no module, function, group or check."""
        settings = self.settings
        modules = {*contract.modules, *(check.module for check in checks)}
        groups = {PLAIN_GROUP, *(check.group for check in checks)}
        ids = {name for check in checks for name in check.names}
        functions = set(contract.functions)
        for key, names, known in (
            ("modules", settings.modules, modules),
            ("functions", settings.functions, functions),
            ("groups", settings.groups, groups),
            ("checks", settings.checks, ids),
            ("leave_out.functions", settings.leave_out.functions, functions),
            ("leave_out.groups", settings.leave_out.groups, groups),
            ("leave_out.checks", settings.leave_out.checks, ids),
            ("points", tuple(settings.points), modules | groups | functions | ids),
        ):
            for name in names:
                if name not in known:
                    raise UsageProblem(f"{self.file}: {key} names {name!r}, which is unknown{suggestion(name, known)}")


def load_assignment(name_or_folder: str | None = None) -> Assignment:
    """Load a shipped assignment by name, or an instructor's from a folder with an ``assignment.toml``.

    Raises
    ------
    UsageProblem
        If there is none, or it cannot be read.
    """
    shipped = content_root() / "assignments"
    name = name_or_folder or DEFAULT_ASSIGNMENT
    folder = Path(name)
    if (shipped / f"{name}.toml").is_file():
        return Assignment(name, shipped / f"{name}.toml", (), _read(shipped / f"{name}.toml"))
    if folder.is_dir():
        file = folder / "assignment.toml"
        if not file.is_file():
            raise UsageProblem(f"{folder} has no assignment.toml")
        return Assignment(folder.resolve().name, file, (folder.resolve(),), _read(file))
    known = ", ".join(sorted(file.stem for file in shipped.glob("*.toml")))
    raise UsageProblem(f"no assignment {name!r}: name a folder with an assignment.toml, or one of: {known}")


def _read(file: Path) -> AssignmentFile:
    try:
        settings = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), AssignmentFile)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{file} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        tables = {"leave_out": LeftOut, "limits": Limits, "policy": Policy, "validation": ValidationSettings}
        keys = next((t for name, t in tables.items() if f"$.{name}" in str(error)), AssignmentFile).__struct_fields__
        raise UsageProblem(f"{file}: {error}; the keys are {', '.join(keys)}") from error
    for name, points in settings.points.items():
        if not (points >= 0 and math.isfinite(points)):
            raise UsageProblem(f"{file}: points of {name!r} must be a number of 0 or more, not {points}")
    return settings


def suggestion(name: str, known: Collection[str]) -> str:
    """Return a question with the known name that looks most like this one, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
