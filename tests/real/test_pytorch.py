"""PyTorch was not written for this suite, and passes all of it."""

from pathlib import Path

import pytest

from backproof.plugin.checks import load_submission
from backproof.runner import grade

HERE = Path(__file__).resolve().parent


@pytest.mark.parametrize("first_seed", range(0, 20, 5))
def test_pytorch_has_full_marks(first_seed):
    """torch.nn.functional, torch.nn.init, autograd and torch.optim fail no check, with 20 seeds."""
    loaded = load_submission(HERE / "pytorch", adapter=HERE / "pytorch" / "adapter.py")
    for seed in range(first_seed, first_seed + 5):
        result = grade(*loaded, seed=seed).grade
        failed = {check.id: check.failure.message for check in result.checks if check.failure is not None}
        assert failed == {}, f"seed {seed}"
        assert result.score == result.max_score > 0
