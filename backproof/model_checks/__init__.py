"""Sanity checks for any PyTorch model, before a week of training."""

from backproof.model_checks.findings import Finding
from backproof.model_checks.parametrize import ModelWarning, parametrize_with_model_checks
from backproof.model_checks.report import ModelReport
from backproof.model_checks.run import check_model

__all__ = ["Finding", "ModelReport", "ModelWarning", "check_model", "parametrize_with_model_checks"]
