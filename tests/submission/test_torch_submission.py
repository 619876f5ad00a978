"""A submission with ``array = "torch"`` gets tensors and generators of PyTorch's, and passes the same checks."""

import numpy as np

from tests.helpers import functions_of, results, write_files

TORCH = {
    "pyproject.toml": '[tool.backproof]\narray = "torch"\n',
    "losses.py": """
        import math
        import torch

        def cross_entropy(logits, targets):
            assert isinstance(logits, torch.Tensor) and isinstance(targets, torch.Tensor)
            if logits.ndim != 2 or len(targets) != len(logits) or (targets.ndim == 2 and targets.shape != logits.shape):
                raise ValueError("the shapes of logits and targets do not fit")
            if targets.ndim == 1:
                if targets.min() < 0 or targets.max() >= logits.shape[1]:
                    raise ValueError("targets out of range")
                targets = torch.nn.functional.one_hot(targets, logits.shape[1]).to(logits.dtype)
            log_p = torch.log_softmax(logits, 1)
            return -(targets * log_p).sum(1).mean(), (log_p.exp() - targets) / len(logits)

        def expected_initial_loss(num_classes):
            if num_classes < 1:
                raise ValueError("num_classes")
            return math.log(num_classes)
    """,
    "initializers.py": """
        import torch

        def he_normal(fan_in, fan_out, rng):
            assert isinstance(rng, torch.Generator)
            if fan_in < 0 or fan_out < 0:
                raise ValueError("fan_in" if fan_in < 0 else "fan_out")
            return torch.randn(fan_in, fan_out, generator=rng) * (2 / max(fan_in, 1)) ** 0.5
    """,
}


def test_torch_submission_gets_tensors_and_generators(tmp_path):
    """With array = "torch" the functions get tensors and a torch.Generator, and pass the same checks."""
    found = results(write_files(tmp_path, TORCH), functions=("cross_entropy", "expected_initial_loss", "he_normal"))
    assert {check.module for check in found.values()} == {"losses", "initializers"}
    assert [(name, check.failure.message) for name, check in found.items() if check.outcome != "passed"] == []


def test_a_torch_generator_goes_on_from_call_to_call(tmp_path):
    """Two draws from one generator differ, and the same seed repeats both."""
    he_normal = functions_of(write_files(tmp_path, TORCH))["he_normal"]
    draws = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        draws.append([he_normal(3, 2, rng), he_normal(3, 2, rng)])
    assert not np.array_equal(draws[0][0], draws[0][1])
    assert np.array_equal(draws[0], draws[1])


def test_a_torch_loss_that_tracks_gradients_is_read(tmp_path):
    """A tensor that carries a graph is as good as one without."""
    code = "import torch\ndef softmax(logits):\n    return torch.softmax(logits.requires_grad_(), -1)\n"
    write_files(tmp_path, {"activations.py": code, "pyproject.toml": TORCH["pyproject.toml"]})
    out = functions_of(tmp_path)["softmax"](np.zeros((2, 4)))
    assert np.array_equal(out, np.full((2, 4), 0.25))
