"""The result of checking a model: what reports are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backproof.model_checks.findings import Finding
from backproof.model_checks.statistics import ModelStatistics


@dataclass(frozen=True)
class ModelResult:
    """The findings and figures of a model.

    Attributes
    ----------
    model : str
        The model's class.
    findings : sequence of Finding
        Errors first.
    passed : sequence of str
        Checks without a finding.
    skipped : mapping of str
        Checks that could not judge, and why.
    expected : mapping of str
        Checks whose findings were expected, and why.
    statistics : ModelStatistics or None
        The figures; None where there is no finite loss.
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
        """The result in one line: ``2 errors, 1 warning; 19 checks passed, 6 skipped``."""
        expected = f", {len(self.expected)} found what was expected" if self.expected else ""
        return (
            f"{_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}; "
            f"{_counted(self.passed, 'check')} passed{expected}, {len(self.skipped)} skipped"
        )


def _counted(items: Sequence[object], name: str) -> str:
    return f"{len(items)} {name}" if len(items) == 1 else f"{len(items)} {name}s"
