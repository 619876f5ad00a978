"""The functions that a notebook defines, as a submission."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from backproof.contract import FunctionSpec
from backproof.problems import ContractBroken, NotYetImplemented
from backproof.submission import LocalSubmission, Source
from backproof.submission.files import NO_FILES
from backproof.submission.signatures import signature_problem
from backproof.submission.source import ArrayKind

NOTEBOOK = Path("notebook")
# The variables in which a script, or a kernel that Jupyter started, has its path.
NAMED_IN = ("__file__", "__session__")


class NamespaceSubmission(LocalSubmission):
    """A namespace whose functions are looked up at the time of a check: a redefined function is the one checked.

    Parameters
    ----------
    namespace : mapping
        The notebook's names.
    array : {"numpy", "torch"}
        What the functions work on.
    """

    def __init__(self, namespace: Mapping[str, Any], array: ArrayKind) -> None:
        names = [namespace.get(name) for name in NAMED_IN]
        path = next((Path(name) for name in names if isinstance(name, str)), NOTEBOOK)
        folder = path.resolve().parent
        super().__init__(_Cells(path, folder, NOTEBOOK, is_adapted=False, array=array, files=NO_FILES))
        self._namespace = namespace

    def _look_up(self, spec: FunctionSpec) -> Callable[..., Any]:
        if spec.name not in self._namespace:
            raise NotYetImplemented(f"{spec.name} is not defined yet", expected=spec.name)
        function = self._namespace[spec.name]
        if not callable(function):
            raise ContractBroken(f"{spec.name} is not a function but a {type(function).__name__}")
        if problem := signature_problem(spec, function):
            raise problem
        return function  # type: ignore[no-any-return]


class _Cells(Source):
    """The executed cells and the files beside the notebook: a traceback shows their lines."""

    def is_own(self, filename: str) -> bool:
        """Return whether a frame belongs to a cell, or to a file in the folder of the notebook."""
        return _cell(filename) is not None or Path(filename).parent == self.root

    def place(self, filename: str, line: int | None) -> str:
        """Return ``cell In[3], line 5``, or ``helpers.py:5``."""
        cell = _cell(filename)
        return super().place(filename, line) if cell is None else f"cell {cell}, line {line}"


def _cell(filename: str) -> str | None:
    """Return the label of the cell that was compiled under a name, as the notebook shows it: ``In[3]``."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    label_and_name = shell.compile.format_code_name(filename) if shell else None
    return label_and_name[1] if label_and_name else None
