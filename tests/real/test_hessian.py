"""Differences against automatic differentiation: the reference's gradient and Hessian are those of PyTorch."""

import numpy as np
import pytest
import torch

from tests.helpers import REFERENCE, functions_of

FUNCTIONS = functions_of(REFERENCE)
# 64 roundings of the largest terms of the loss, logits below 10.
ROUNDING = 64 * 10 * np.finfo(np.float64).eps


def random_network(seed):
    """Return a random point, and the cross-entropy of a tanh network on random data as a function of its weights."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(6, 2, generator=generator, dtype=torch.float64)
    labels = torch.randint(3, (6,), generator=generator)

    def loss(theta):
        weight1, weight2 = theta[:6].reshape(2, 3), theta[6:].reshape(3, 3)
        return torch.nn.functional.cross_entropy(torch.tanh(x @ weight1) @ weight2, labels)

    return torch.randn(15, generator=generator, dtype=torch.float64), loss


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("name", "order", "by_torch", "default_step"),
    [
        ("numerical_gradient", 1, torch.autograd.functional.jacobian, 1e-5),
        ("numerical_hessian", 2, torch.autograd.functional.hessian, 1e-4),
    ],
)
def test_differences_agree_with_automatic_differentiation(name, order, by_torch, default_step, seed):
    """The differences of a smooth loss agree with torch.autograd, up to what their step leaves out and rounding."""
    theta, loss = random_network(seed)
    expected = by_torch(loss, theta).numpy()

    def error_with(step):
        return FUNCTIONS[name](lambda array: loss(torch.from_numpy(array)).item(), theta.numpy(), step=step) - expected

    # The error falls with step²: between two long steps the difference is three times what the shorter one leaves out.
    step = 1e-3
    left_out = np.abs(error_with(2 * step) - error_with(step)).max()
    for shorter in (step, default_step):
        tolerance = left_out * (shorter / step) ** 2 + ROUNDING / shorter**order
        assert np.abs(error_with(shorter)).max() < tolerance
