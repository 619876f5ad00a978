"""The numbers that a validation found: ``--json`` writes them, and reports are made from them."""

from typing import Literal

import msgspec


class FalseFailure(msgspec.Struct, frozen=True):
    """A right submission that failed a check."""

    variant: str
    seed: int
    message: str


class CheckFindings(msgspec.Struct, frozen=True):
    """The outcomes of one check over all grades.

    ``upper_bound`` is the one-sided 95 % Clopper-Pearson bound on its rate of false failures; ``level`` the rate that
    its statistical tests allow themselves; ``kills`` the misconceptions that it failed.
    """

    id: str
    module: str
    points: float
    seconds: float
    level: float
    right_grades: int
    false_failures: list[FalseFailure]
    upper_bound: float
    kills: list[str]


class MisconceptionFindings(msgspec.Struct, frozen=True):
    """Whether a known mistake was found, and by which checks."""

    name: str
    imitates: str
    says: str
    killed_by: list[str]


class Survivor(msgspec.Struct, frozen=True):
    """A mutant that no check failed; ``reason`` is why it is equivalent, or empty if it was not caught."""

    name: str
    diff: str
    reason: str


class Threshold(msgspec.Struct, frozen=True):
    """One threshold of the assignment's table ``[validation]``."""

    name: str
    wanted: str
    got: str
    is_met: bool


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a validation."""

    schema: Literal["backproof/validation/v1"] = "backproof/validation/v1"
    suite_version: str
    assignment: str
    variants: list[str]
    repeats: int
    seconds: float
    checks: list[CheckFindings]
    misconceptions: list[MisconceptionFindings]
    mutants: int
    mutants_killed: int
    survivors: list[Survivor]
    useless: list[str]
    redundant: list[list[str]]
    functions_without_check: list[str]
    points_by_module: dict[str, float]
    thresholds: list[Threshold]

    @property
    def is_trusted(self) -> bool:
        """Whether every threshold is met."""
        return all(threshold.is_met for threshold in self.thresholds)

    @property
    def not_caught(self) -> list[Survivor]:
        """The mutants that survived without a reason."""
        return [survivor for survivor in self.survivors if not survivor.reason]

    @property
    def false_failures(self) -> int:
        """How many checks right submissions failed, over all grades."""
        return sum(len(check.false_failures) for check in self.checks)

    @property
    def budget(self) -> float:
        """The rate of grades with a false failure that the levels of all statistical tests add up to."""
        return sum(check.level for check in self.checks)
