"""The simplest assertion: a condition, and a message for its failure."""

from typing import Any

from backproof.problems import PropertyViolated


def assert_that(condition: Any, message: str, *, expected: str = "", got: str = "") -> None:
    """Raise PropertyViolated with ``message`` unless ``condition`` is true."""
    __tracebackhide__ = True
    if not condition:
        raise PropertyViolated(message, expected=expected, got=got)
