"""Run the checks on a model, and report what they find."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from torch import Tensor, nn

from backproof.model_checks import checks as _  # noqa: F401 - registers them
from backproof.model_checks.arguments import WrongUsage, refuse_invalid_model, refuse_unknown_checks
from backproof.model_checks.checks.parameters import unknown_names
from backproof.model_checks.findings import Finding, Skipped, error
from backproof.model_checks.registry import MODEL_CHECKS, ModelCheck
from backproof.model_checks.report import ModelReport
from backproof.model_checks.statistics import model_statistics
from backproof.model_checks.subject import Options, Subject

# With a check that begins just before, a model of a million parameters takes less than 10 seconds.
SECONDS = 8.0
# These train, or repeat whole steps. They run last: with a large model at least the others run in time.
LONG = {
    "gradients_arrive",
    "loss_falls",
    "overfits_a_tiny_batch",
    "runs_repeat",
    "step_changes_every_parameter",
    "symmetry",
    "uses_its_input",
    "weight_decay",
}
# The reason of a skipped check in which the model raised an error; on its own batch it does not raise one.
RAISED = "the model raised"

# The findings of the check ``finite``, on which all others depend.
_not_finite: WeakKeyDictionary[Subject, list[Finding]] = WeakKeyDictionary()


def check_model(
    model: nn.Module,
    loss_fn: Callable[..., Tensor],
    batch: Any,
    *,
    causal: int | None = None,
    ordered: int | None = None,
    frozen: Sequence[str] = (),
    train_step: Callable[[nn.Module, Any], Any] | None = None,
    num_classes: int | None = None,
    expected_failures: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> ModelReport:
    """Look for mistakes in a model, its loss and its training step, and restore all of them.

    Parameters
    ----------
    model : nn.Module
    loss_fn : callable
        ``loss_fn(output, target)`` for a batch ``(x, target)``, with ``output = model(x)``; or
        ``loss_fn(model, batch)`` if its first parameter is called ``model``.
    batch : object
        A batch as in training, with samples along the first axis of each tensor; the first 16 are used.
    causal : int, optional
        The axis of time of a model that must not look ahead.
    ordered : int, optional
        The axis along which order matters.
    frozen : sequence of str
        Parameters that are not to be trained; ``encoder`` stands for all that begin with ``encoder.``.
    train_step : callable, optional
        Your own step, ``train_step(model, batch)``, to be checked.
    num_classes : int, optional
    expected_failures : mapping of str to str, optional
        Checks that are known to find something, and why. Each that finds nothing is an error.
    seconds : float
        No check begins later, and training is cut at a third of the time; figures may take an eighth more.

    Returns
    -------
    report : ModelReport
        ``print(report)``, or let a notebook show it; ``report.raise_for_errors()`` in a test.

    Raises
    ------
    ValueError
        If a name in expected_failures or frozen is unknown.

    Examples
    --------
    >>> import torch
    >>> from backproof import check_model
    >>> batch = torch.randn(8, 3), torch.arange(8) % 2
    >>> check_model(torch.nn.Linear(3, 2), torch.nn.CrossEntropyLoss(), batch).errors
    []
    """
    begin = time.monotonic()
    expected = dict(expected_failures or {})
    refuse_unknown_checks(expected)
    options = Options(causal, ordered, tuple(frozen), train_step, num_classes)
    subject = subject_of(model, loss_fn, batch, options, seconds)
    findings: list[Finding] = []
    passed: list[str] = []
    skipped: dict[str, str] = {}
    expected_found: dict[str, str] = {}
    for check in checks_in_order():
        try:
            if time.monotonic() > begin + seconds:
                raise Skipped(f"{seconds:g} seconds were over; seconds= gives more")  # noqa: TRY301
            found = run_check(check, subject)
        except Skipped as why:
            skipped[check.name] = str(why)
            continue
        if found and check.name in expected:
            expected_found[check.name] = expected[check.name]
        elif check.name in expected:
            findings.append(_unexpected_pass(check.name, expected[check.name]))
        elif found:
            findings += found
        else:
            passed.append(check.name)
    # The cheapest figures are measured even if the checks took all of the time.
    end = max(begin + seconds, time.monotonic() + seconds / 8)
    with subject.few_threads():
        statistics = None if _not_finite.get(subject, True) else model_statistics(subject, end)
    return ModelReport(
        model=type(model).__name__,
        findings=sorted(findings, key=lambda finding: finding.severity),
        passed=passed,
        skipped=skipped,
        expected=expected_found,
        statistics=statistics,
        seconds=time.monotonic() - begin,
    )


def subject_of(
    model: nn.Module, loss_fn: Callable[..., Tensor], batch: Any, options: Options, seconds: float = SECONDS
) -> Subject:
    """Return the subject of the checks; raise WrongUsage if model, loss or a name in ``frozen`` is none."""
    refuse_invalid_model(model, loss_fn)
    if unknown := unknown_names(model, options.frozen):
        raise WrongUsage(f"frozen names no parameter of the model: {', '.join(unknown)}")
    return Subject(model, loss_fn, batch, options, seconds)


def checks_in_order() -> list[ModelCheck]:
    """Return the checks: ``finite`` first, since all others depend on it, and long ones last.

    ``step_zeroes_gradients`` is the last: its gradients would stay in an optimiser that cannot be restored.
    """
    return sorted(
        MODEL_CHECKS.values(),
        key=lambda check: (check.name == "step_zeroes_gradients", check.name != "finite", check.name in LONG),
    )


def run_check(check: ModelCheck, subject: Subject) -> list[Finding]:
    """Run one check; raise Skipped if it cannot judge."""
    if subject not in _not_finite:
        _not_finite[subject] = _findings_of(MODEL_CHECKS["finite"], subject)
    if check.name == "finite":
        return _not_finite[subject]
    if _not_finite[subject]:
        raise Skipped("there is no finite loss to judge by")
    return _findings_of(check, subject)


def _findings_of(check: ModelCheck, subject: Subject) -> list[Finding]:
    try:
        return [replace(finding, check=check.name) for finding in check.run(subject)]
    except Skipped:
        raise
    except Exception as raised:
        raise Skipped(f"{RAISED} {type(raised).__name__}: {raised}") from raised


def _unexpected_pass(name: str, why: str) -> Finding:
    message = f"finds nothing, though that was expected: {why}"
    return replace(error("", message, "take it out of expected_failures"), check=name)
