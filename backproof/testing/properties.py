"""The plainest assertion: a condition and the sentence that says what does not hold."""

from typing import Any

from backproof.problems import PropertyViolated


def assert_that(condition: Any, message: str, *, expected: str = "", got: str = "") -> None:
    """Fail with ``message`` unless ``condition`` is true.

    Raises
    ------
    PropertyViolated
    """
    __tracebackhide__ = True
    if not condition:
        raise PropertyViolated(message, expected=expected, got=got)
