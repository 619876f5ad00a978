"""The report on a model, for a terminal, a notebook, a test and other programs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from backproof.model_checks.findings import finding_text
from backproof.model_checks.result import ModelResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMA = "backproof/model/v1"


@dataclass(frozen=True)
class ModelReport(ModelResult):
    """The result of ``check_model``: ``print`` it, or let a notebook show it."""

    def raise_for_errors(self) -> None:
        """Raise an error if something is provably wrong.

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
        fields = msgspec.json.decode(msgspec.json.encode(self))
        return {"schema": SCHEMA, "model": self.model, "verdict": self.verdict, **fields}

    def __str__(self) -> str:
        from backproof.model_checks.terminal import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from backproof.model_checks.page import as_fragment

        return as_fragment(self)
