"""Property checks for the building blocks of deep learning."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backproof.model_checks import ModelReport, check_model, parametrize_with_model_checks

__version__ = "0.1.0"

__all__ = ["ModelReport", "check_model", "parametrize_with_model_checks"]


def __getattr__(name: str) -> Any:
    """Import the model checks when they are first asked for: they load torch, which grading NumPy work never does."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from backproof import model_checks

    return getattr(model_checks, name)
