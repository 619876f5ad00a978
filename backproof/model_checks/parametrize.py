"""Model checks as pytest tests: one for each model and check."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from backproof.model_checks.arguments import Factory, WrongUsage, arguments_of, refuse_unknown_checks
from backproof.model_checks.findings import Skipped, finding_text
from backproof.model_checks.registry import MODEL_CHECKS
from backproof.model_checks.run import checks_in_order, run_check, subject_of
from backproof.model_checks.subject import Options, Subject

Test = TypeVar("Test", bound=Callable[..., Any])


class ModelWarning(UserWarning):
    """Something is unusual in a model, and often a mistake."""


def parametrize_with_model_checks(
    factories: Sequence[Factory], *, expected_failures: Mapping[str, str] | None = None
) -> Callable[[Test], Test]:
    """Make a test of each check on each model, as scikit-learn's ``parametrize_with_checks`` does.

    Errors fail the test, warnings are pytest's warnings, and a check that cannot judge is skipped with its reason.

    Parameters
    ----------
    factories : sequence of callable
        Functions without arguments that return ``(model, loss_fn, batch)``, or a dictionary with these keys and
        options such as ``causal``. Each is called once, when its first test runs.
    expected_failures : mapping of str to str, optional
        Checks that are known to find something in these models, and why: strict expected failures.

    Returns
    -------
    decorator : callable
        For a function with the arguments ``model`` and ``check``.

    Raises
    ------
    ValueError
        If a name in expected_failures is unknown.

    Examples
    --------
    >>> from backproof import parametrize_with_model_checks
    >>> @parametrize_with_model_checks([small_network])  # doctest: +SKIP
    ... def test_my_models(model, check):
    ...     check(model)
    """
    import pytest

    expected = dict(expected_failures or {})
    refuse_unknown_checks(expected)
    marks = {
        name: [pytest.mark.xfail(reason=why, strict=True, raises=pytest.fail.Exception)]
        for name, why in expected.items()
    }
    return pytest.mark.parametrize(
        ("model", "check"),
        [
            pytest.param(
                factory,
                PytestCheck(check.name, is_expected=check.name in expected),
                id=f"{_name(factory)}-{check.name}",
                marks=marks.get(check.name, []),
            )
            for factory in factories
            for check in checks_in_order()
        ],
    )


@dataclass(frozen=True)
class PytestCheck:
    """One check, to be called with a factory in a test.

    Attributes
    ----------
    is_expected : bool
        Whether a finding is expected: then a warning also fails.
    """

    name: str
    is_expected: bool = False

    def __call__(self, factory: Factory) -> None:
        """Run the check: fail, warn, skip or pass."""
        __tracebackhide__ = True
        import pytest

        try:
            findings = run_check(MODEL_CHECKS[self.name], _subject(factory))
        except Skipped as why:
            pytest.skip(str(why))
        except WrongUsage as wrong:
            # The traceback shows internals only.
            raise wrong.with_traceback(None) from None
        failures = [one for one in findings if one.severity == "error" or self.is_expected]
        for finding in findings:
            if finding not in failures:
                warnings.warn(finding_text(finding), ModelWarning, stacklevel=2)
        if failures:
            pytest.fail("\n".join(map(finding_text, failures)), pytrace=False)


# The tests of one model run one after the other: it is made and trained once for all.
@lru_cache(maxsize=1)
def _subject(factory: Factory) -> Subject:
    __tracebackhide__ = True
    arguments = arguments_of(factory(), _name(factory))
    given = {name: arguments.pop(name) for name in ("model", "loss_fn", "batch")}
    return subject_of(**given, options=Options(**arguments))


def _name(factory: Factory) -> str:
    return getattr(factory, "__name__", type(factory).__name__)
