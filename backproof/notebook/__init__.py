"""Checks of the functions that a notebook defines, shown below the cell: ``%backproof`` and ``backproof.check``."""

from backproof.notebook.report import NotebookReport
from backproof.notebook.run import check

__all__ = ["NotebookReport", "check"]
