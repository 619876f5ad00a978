"""Property checks for the building blocks of deep learning."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backproof.model_checks import ModelReport, check_model, parametrize_with_model_checks
    from backproof.notebook import NotebookReport, check

__version__ = "0.1.0"

__all__ = ["ModelReport", "NotebookReport", "check", "check_model", "parametrize_with_model_checks"]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use: the model checks load torch, which grading NumPy work never does."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module("backproof.notebook" if name in ("check", "NotebookReport") else "backproof.model_checks")
    return getattr(module, name)


def load_ipython_extension(ipython: Any) -> None:
    """Give a notebook ``%backproof``: IPython calls this for ``%load_ext backproof``."""
    from backproof.notebook.magic import run_magic

    def backproof(line: str) -> "NotebookReport | None":
        """Check functions that this notebook has defined; ``%backproof --help`` lists the arguments."""
        return run_magic(line, ipython.user_ns)

    ipython.register_magic_function(backproof)
