"""What a user gives: names of checks, and a function that makes a model, its loss and a batch."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from torch import nn

from backproof.model_checks.registry import MODEL_CHECKS
from backproof.model_checks.subject import Answers
from backproof.problems import UsageProblem

Factory = Callable[[], Any]

NEEDED = ("model", "loss_fn", "batch")


class WrongUsage(UsageProblem, ValueError):
    """What was given cannot be checked: one line on the command line, a ValueError in a script."""


def refuse_unknown_checks(names: Iterable[str]) -> None:
    """Refuse names that no check has.

    Raises
    ------
    WrongUsage
        If there is one; the message has the closest name, and all of them.
    """
    for name in names:
        if name not in MODEL_CHECKS:
            close = get_close_matches(name, MODEL_CHECKS, n=1)
            meant = f", did you mean {close[0]!r}?" if close else "."
            raise WrongUsage(f"there is no check {name!r}{meant} There are {', '.join(sorted(MODEL_CHECKS))}")


def refuse_what_is_no_model(model: Any, loss_fn: Any) -> None:
    """Refuse what cannot be a model and its loss.

    Raises
    ------
    WrongUsage
    """
    if not isinstance(model, nn.Module):
        given = f"the class {model.__name__}" if isinstance(model, type) else f"a {type(model).__name__}"
        raise WrongUsage(f"model must be a torch.nn.Module, not {given}")
    if isinstance(loss_fn, type) or not callable(loss_fn):
        given = f"the class {loss_fn.__name__}" if isinstance(loss_fn, type) else f"a {type(loss_fn).__name__}"
        raise WrongUsage(f"loss_fn must be a function, or a loss such as nn.MSELoss(), not {given}")


def arguments_of(made: Any, name: str) -> dict[str, Any]:
    """Return what a factory made as arguments for check_model.

    Parameters
    ----------
    made : tuple or dict
        ``(model, loss_fn, batch)``, or a dictionary with these keys and answers.
    name : str
        What the factory is called in messages.

    Raises
    ------
    WrongUsage
        If it is something else.
    """
    answers = [field.name for field in fields(Answers)]
    if isinstance(made, dict):
        missing = [key for key in NEEDED if key not in made]
        unknown = [str(key) for key in made if key not in (*NEEDED, *answers)]
        if missing or unknown:
            what = f"has no {', '.join(missing)}" if missing else f"also has {', '.join(unknown)}"
            raise WrongUsage(f"the dictionary of {name} {what}; it may have {', '.join((*NEEDED, *answers))}")
        return dict(made)
    if not isinstance(made, tuple) or len(made) != len(NEEDED):
        given = f"{len(made)} values" if isinstance(made, tuple) else f"a {type(made).__name__}"
        raise WrongUsage(f"{name} must return (model, loss_fn, batch), or a dictionary with these keys, not {given}")
    return dict(zip(NEEDED, made, strict=True))
