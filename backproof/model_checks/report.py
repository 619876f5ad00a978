"""What came of checking a model, for a terminal, a notebook, a test and other programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from backproof.model_checks.findings import Finding
from backproof.model_checks.statistics import ModelStatistics

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMA = "backproof/model/v1"


@dataclass(frozen=True)
class ModelReport:
    """What the checks found: ``print`` it, or let a notebook show it.

    Attributes
    ----------
    model : str
        The model's class.
    findings : list of Finding
        Errors first.
    passed : list of str
        Checks without a finding.
    skipped : dict of str
        Checks that could not judge, and why.
    expected : dict of str
        Checks whose findings were expected, and why.
    statistics : ModelStatistics or None
        The figures; None where there is no finite loss.
    seconds : float
    """

    model: str
    findings: Sequence[Finding]
    passed: Sequence[str]
    skipped: Mapping[str, str]
    expected: Mapping[str, str]
    statistics: ModelStatistics | None
    seconds: float

    @property
    def errors(self) -> list[Finding]:
        """What is provably wrong."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What is unusual."""
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def verdict(self) -> str:
        """The report in one line: ``2 errors, 1 warning; 19 checks passed, 6 skipped``."""
        expected = f", {len(self.expected)} found what was expected" if self.expected else ""
        return (
            f"{_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}; "
            f"{_counted(self.passed, 'check')} passed{expected}, {len(self.skipped)} skipped"
        )

    def raise_for_errors(self) -> None:
        """Raise if something is provably wrong.

        Raises
        ------
        AssertionError
            With each error in words.
        """
        __tracebackhide__ = True
        if self.errors:
            raise AssertionError("\n".join([self.verdict, *map(finding_text, self.errors)]))

    def pictures(self) -> dict[str, "Figure"]:
        """Return the figures as matplotlib's, by title.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        try:
            from backproof.model_checks.pictures import pictures
        except ModuleNotFoundError as missing:
            raise ImportError("pictures need matplotlib: pip install 'backproof[report]'") from missing
        return {} if self.statistics is None else pictures(self.statistics)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as builtins that JSON can hold; infinite numbers become None."""
        return {
            "schema": SCHEMA,
            "model": self.model,
            "verdict": self.verdict,
            **msgspec.json.decode(msgspec.json.encode(self)),
        }

    def __str__(self) -> str:
        from backproof.model_checks.terminal import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from backproof.model_checks.page import as_fragment

        return as_fragment(self)


def finding_text(finding: Finding) -> str:
    """Return a finding in words: what, where, what was seen, what to try."""
    where = f", {finding.layer}" if finding.layer else ""
    return f"{finding.severity}: {finding.check}{where}\n    {finding.message}\n    try: {finding.advice}"


def _counted(items: Sequence[object], name: str) -> str:
    return f"{len(items)} {name}" if len(items) == 1 else f"{len(items)} {name}s"
