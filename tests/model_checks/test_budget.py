"""A time budget is respected, and cuts are reported."""

import time

import torch
from torch import nn

from backproof import check_model
from backproof.model_checks.registry import MODEL_CHECKS

BATCH = torch.randn(16, 784, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 10


class Slow(nn.Linear):
    """A layer as slow as a large model."""

    calls = 0

    def forward(self, x):
        Slow.calls += 1
        time.sleep(0.02)
        return super().forward(x)


def test_a_budget_is_respected_and_cuts_are_reported():
    """Each check passed, found something, or has a reason why it was skipped; so do the figures."""
    Slow.calls = 0
    report = check_model(Slow(784, 10), nn.CrossEntropyLoss(), BATCH, seconds=0.5)
    # No check begins later; the longest one takes about 50 calls. Figures may take an eighth more, and as many calls.
    assert Slow.calls < 0.5 * 9 / 8 / 0.02 + 100
    judged = {finding.check for finding in report.findings} | set(report.passed) | set(report.skipped)
    assert judged == set(MODEL_CHECKS)
    cut = [name for name, why in report.skipped.items() if "seconds were over" in why]
    assert "overfits_a_tiny_batch" in cut
    assert "finite" not in cut
    assert "range test" in report.statistics.left_out
    assert "range test" in str(report)


def test_long_checks_come_last():
    """A large model still gets the checks that need few calls."""
    report = check_model(Slow(784, 10), nn.CrossEntropyLoss(), BATCH, seconds=1.5)
    cut = {name for name, why in report.skipped.items() if "seconds were over" in why}
    assert cut
    assert not cut & {"finite", "logits", "initial_loss", "registered"}


def test_a_model_of_a_million_parameters_gets_all_checks():
    """With enough time nothing is cut; benchmarks/model_checks.py measures how much it takes."""
    torch.manual_seed(0)
    layers = [nn.Linear(784, 768), nn.ReLU(), nn.Linear(768, 512), nn.ReLU(), nn.Linear(512, 10)]
    report = check_model(nn.Sequential(*layers), nn.CrossEntropyLoss(), BATCH, seconds=120)
    assert report.statistics.parameters > 1e6
    assert not [why for why in report.skipped.values() if "were over" in why]
    assert report.statistics.left_out == {}
