"""Assert that the submission refuses invalid arguments, with a message that names the wrong one."""

import re
from typing import Any

from backproof.problems import PropertyViolated, SubmissionRaised
from backproof.testing.calls import ContractFunction


def assert_raises(
    exception: str, naming: tuple[str, ...], function: ContractFunction, *args: Any, **kwargs: Any
) -> None:
    """Raise PropertyViolated unless a call raises ``exception`` (or a subclass), with one of the words ``naming``."""
    __tracebackhide__ = True
    assert_refused(function.spec.name, function.exception(*args, **kwargs), exception, naming)


def assert_refused(name: str, raised: SubmissionRaised | None, exception: str, naming: tuple[str, ...]) -> None:
    """Raise PropertyViolated unless the call of ``name`` raised ``exception``, with one of the words ``naming``."""
    __tracebackhide__ = True
    if raised is None:
        raise PropertyViolated(
            f"{name} accepted this call; it must raise {exception} naming {' or '.join(naming)}",
            expected=exception,
            got="no exception",
        )
    if exception not in raised.exception_types:
        raise PropertyViolated(
            f"{name} must raise {exception} here; it raised {raised.got}", expected=exception, got=raised.got
        )
    # "target" names `targets`, too.
    words = [rf"\b{re.escape(word.removesuffix('s'))}s?\b" for word in naming]
    if not any(re.search(word, raised.exception_message) for word in words):
        raise PropertyViolated(
            f"the message of the {exception} must name {' or '.join(naming)}; it is {raised.exception_message!r}",
            expected=f"a message with {' or '.join(naming)} in it",
            got=raised.exception_message,
        )
