"""A budget is kept, and what it cut is said."""

import time

import torch
from torch import nn

from backproof import check_model
from backproof.model_checks.registry import MODEL_CHECKS

BATCH = torch.randn(16, 784, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 10


class Slow(nn.Linear):
    """Takes its time, as a large model does."""

    def forward(self, x):
        time.sleep(0.02)
        return super().forward(x)


def test_a_budget_is_kept_and_what_was_cut_is_said():
    """Each check passed, found something, or says why not; the figures as well."""
    report = check_model(Slow(784, 10), nn.CrossEntropyLoss(), BATCH, seconds=0.5)
    # No check begins later; the longest one takes a call for each sample, about 50 in all.
    assert report.seconds < 0.5 + 50 * 0.03
    judged = {finding.check for finding in report.findings} | set(report.passed) | set(report.skipped)
    assert judged == set(MODEL_CHECKS)
    cut = [name for name, why in report.skipped.items() if "seconds were over" in why]
    assert "overfits_a_tiny_batch" in cut
    assert "finite" not in cut
    assert "range test" in report.statistics.left_out
    assert "range test" in str(report)


def test_what_takes_long_comes_last():
    """A large model is still looked at by the checks that need few calls."""
    report = check_model(Slow(784, 10), nn.CrossEntropyLoss(), BATCH, seconds=1.5)
    cut = {name for name, why in report.skipped.items() if "seconds were over" in why}
    assert cut
    assert not cut & {"finite", "logits", "initial_loss", "registered"}


def test_a_model_of_a_million_parameters_is_checked_in_time():
    """Nothing is cut, and it takes under 10 seconds."""
    torch.manual_seed(0)
    layers = [nn.Linear(784, 768), nn.ReLU(), nn.Linear(768, 512), nn.ReLU(), nn.Linear(512, 10)]
    report = check_model(nn.Sequential(*layers), nn.CrossEntropyLoss(), BATCH)
    assert report.statistics.parameters > 1e6
    assert report.seconds < 10
    assert not [why for why in report.skipped.values() if "were over" in why]
    assert report.statistics.left_out == {}
