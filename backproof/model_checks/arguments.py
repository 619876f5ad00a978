"""Validate what a user passes: names of checks, and a factory of a model, its loss and a batch."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from torch import nn

from backproof.model_checks.registry import MODEL_CHECKS
from backproof.model_checks.subject import Options
from backproof.problems import UsageProblem

Factory = Callable[[], Any]

REQUIRED = ("model", "loss_fn", "batch")


class WrongUsage(UsageProblem, ValueError):
    """An argument cannot be used: one line on the command line, a ValueError in a script."""


def refuse_unknown_checks(names: Iterable[str]) -> None:
    """Raise WrongUsage for a name that no check has; the message has the closest name, and all names."""
    for name in names:
        if name not in MODEL_CHECKS:
            close = get_close_matches(name, MODEL_CHECKS, n=1)
            meant = f", did you mean {close[0]!r}?" if close else "."
            raise WrongUsage(f"there is no check {name!r}{meant} There are {', '.join(sorted(MODEL_CHECKS))}")


def refuse_invalid_model(model: Any, loss_fn: Any) -> None:
    """Raise WrongUsage for a value that is no model or no loss."""
    if not isinstance(model, nn.Module):
        raise WrongUsage(f"model must be a torch.nn.Module, not {_kind(model)}")
    if isinstance(loss_fn, type) or not callable(loss_fn):
        raise WrongUsage(f"loss_fn must be a function, or a loss such as nn.MSELoss(), not {_kind(loss_fn)}")


def _kind(value: Any) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def arguments_of(made: Any, name: str) -> dict[str, Any]:
    """Return the result of a factory as arguments for check_model.

    Parameters
    ----------
    made : tuple or dict
        ``(model, loss_fn, batch)``, or a dictionary with these keys and options.
    name : str
        The factory's name in messages.

    Raises
    ------
    WrongUsage
        If it is something else.
    """
    options = [field.name for field in fields(Options)]
    if isinstance(made, dict):
        missing = [key for key in REQUIRED if key not in made]
        unknown = [str(key) for key in made if key not in (*REQUIRED, *options)]
        if missing or unknown:
            what = f"has no {', '.join(missing)}" if missing else f"also has {', '.join(unknown)}"
            raise WrongUsage(f"the dictionary of {name} {what}; it may have {', '.join((*REQUIRED, *options))}")
        return dict(made)
    if not isinstance(made, tuple) or len(made) != len(REQUIRED):
        given = f"{len(made)} values" if isinstance(made, tuple) else f"a {type(made).__name__}"
        raise WrongUsage(f"{name} must return (model, loss_fn, batch), or a dictionary with these keys, not {given}")
    return dict(zip(REQUIRED, made, strict=True))
