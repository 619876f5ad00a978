"""A result on its way from one process to another, as with pytest-xdist: only plain values can travel."""

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
    """Send a result as plain values."""
    data = yield
    result = result_in(report)
    if data is not None and result is not None:
        data["check_result"] = msgspec.to_builtins(result)
    return data


@pytest.hookimpl(tryfirst=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> None:
    """Make a result of what came, before pytest makes a report of it."""
    if "check_result" in data:
        data["check_result"] = msgspec.convert(data["check_result"], CheckResult)
