"""Mark known wrong implementations: they validate the checks, and name the mistake for a learner.

A misconception is one function with the signature of the function that it imitates, in a file of the content folder
``misconceptions/``, which may import the reference's modules::

    @misconception(
        imitates="relu",
        says="the negative side leaks: this is a leaky ReLU",
        hint="Below 0 the output is exactly 0.",
    )
    def relu_leaks(x): ...

:mod:`backproof.diagnosis.catalogue` reads these files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

# The attribute of a marked function that holds its Misconception.
MARK = "__misconception__"


@dataclass(frozen=True)
class Misconception:
    """A known mistake.

    Attributes
    ----------
    name : str
        The function's own name.
    imitates : str
        The function of the contract that it replaces.
    says : str
        The mistake in one sentence, for the learner who made it.
    hint : str
        What to do instead.
    """

    name: str
    imitates: str
    says: str
    hint: str
    function: Callable[..., Any]


def misconception(*, imitates: str, says: str, hint: str) -> Callable[[Function], Function]:
    """Mark a function as a known wrong implementation."""

    def mark(function: Function) -> Function:
        setattr(function, MARK, Misconception(function.__name__, imitates, says, hint, function))
        return function

    return mark
