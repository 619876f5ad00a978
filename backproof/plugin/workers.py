"""Send results between the processes of pytest-xdist, which accepts plain values alone."""

from collections.abc import Generator
from typing import Any

import msgspec
import pytest

from backproof.plugin.outcomes import result_in
from backproof.result import CheckResult


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(
    report: pytest.TestReport | pytest.CollectReport,
) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Convert a result to plain values."""
    data = yield
    result = result_in(report)
    if data is not None and result is not None:
        data["check_result"] = msgspec.to_builtins(result)
    return data


@pytest.hookimpl(tryfirst=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> None:
    """Convert plain values to a result, before pytest converts the report."""
    if "check_result" in data:
        data["check_result"] = msgspec.convert(data["check_result"], CheckResult)
