"""The figures equal those computed by hand."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations

from backproof import check_model
from backproof.model_checks.layer_statistics import LayerStatistics
from backproof.model_checks.statistics import ModelStatistics


def statistics_of(model: nn.Module, loss_fn=functional.mse_loss, batch=None, **options) -> ModelStatistics:
    """Check a model and return its figures."""
    batch = (torch.randn(8, 4), torch.randn(8, 2)) if batch is None else batch
    return check_model(model, loss_fn, batch, **options).statistics


def layers_of(model: nn.Module, **arguments) -> dict[str, LayerStatistics]:
    """Check a model and return the figures of its layers by name."""
    return {layer.name: layer for layer in statistics_of(model, **arguments).layers}


def test_figures_of_a_layer_are_those_of_its_output_and_gradient():
    """Mean and standard deviation of the output, norm of the gradient, update at the largest stable rate."""
    torch.manual_seed(0)
    model, x, target = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 2)), torch.randn(8, 4), torch.randn(8, 2)
    found = statistics_of(model, batch=(x, target))
    output = model[0](x).detach()
    functional.mse_loss(model(x), target).backward()
    gradient = math.hypot(model[0].weight.grad.norm(), model[0].bias.grad.norm())
    weights = math.hypot(model[0].weight.detach().norm(), model[0].bias.detach().norm())
    layer = found.layers[0]
    assert (layer.name, layer.kind, layer.parameters) == ("0", "Linear", 30)
    assert layer.initial.mean == pytest.approx(output.mean().item(), rel=1e-5)
    assert layer.initial.std == pytest.approx(output.std(correction=0).item(), rel=1e-5)
    assert layer.initial.gradient == pytest.approx(gradient, rel=1e-5)
    assert layer.initial.update(found.rate) == pytest.approx(found.rate * gradient / weights, rel=1e-5)
    assert layer.trained.gradient < gradient


def test_dead_and_saturated_units_are_counted():
    """Three rectified units of eight are off for all samples; all tanh outputs are near ±1."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2))
    with torch.no_grad():
        model[0].bias[:3] = -100
        model[0].bias[3:] = 100
        model[2].weight.mul_(1000)
    layers = layers_of(model)
    assert layers["0"].initial.dead == pytest.approx(3 / 8)
    assert layers["0"].initial.saturated is None
    assert layers["2"].initial.saturated > 0.9
    assert layers["2"].initial.dead is None
    assert (layers["4"].initial.dead, layers["4"].initial.saturated) == (None, None)


def test_a_channel_is_a_unit():
    """In images a channel is dead if it is off at all places."""
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    with torch.no_grad():
        model[0].bias.copy_(torch.tensor([-100.0, 100.0, 100.0, 100.0]))
    layers = layers_of(model, batch=(torch.randn(8, 1, 6, 6), torch.randn(8, 2)))
    assert layers["0"].initial.dead == pytest.approx(1 / 4)


class Reversed(nn.Module):
    """Calls its layers in another order than it defines them, and has its own parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(2))
        self.head = nn.Linear(6, 2)
        self.body = parametrizations.weight_norm(nn.Linear(4, 6, bias=False))

    def forward(self, x):
        return self.head(self.body(x)) + self.shift


def test_layers_come_in_the_order_in_which_they_finish():
    """Also if they are defined in another; a layer whose weight is computed from others is one layer."""
    layers = layers_of(Reversed())
    assert list(layers) == ["body", "head", ""]
    assert layers["body"].parameters == 6 * 4 + 6
    assert layers["body"].initial.std > 0


def test_tied_weights_belong_to_both_layers():
    """A layer that shares its weight has its own row."""
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    model[1].weight = model[0].weight
    found = statistics_of(model, batch=(torch.randn(8, 4), torch.randn(8, 4)))
    assert [layer.parameters for layer in found.layers] == [16, 16]
    assert found.parameters == 16


class Parabola(nn.Module):
    """One parameter, which is the output."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.place.expand(len(x))


@pytest.mark.parametrize(
    ("curvature", "largest"), [(15.0, 0.1), (1.5, 1.0), (1.5e-2, None), (1.5e4, 1e-4), (1e9, None)]
)
def test_the_largest_stable_rate_of_a_parabola_is_two_by_its_curvature(curvature, largest):
    """It is the last of the rates, half a decade apart, below 2/λ; 10 is the highest rate."""

    def loss_fn(model, batch):
        return curvature / 2 * (model(batch[0]) ** 2).mean()

    found = statistics_of(Parabola(), loss_fn, (torch.ones(4, 1), torch.ones(4))).range_test
    if curvature < 1:
        assert not found.is_bounded
        assert found.largest_stable == pytest.approx(10)
    elif largest is None:
        assert found.is_bounded
        assert found.largest_stable is None
    else:
        assert found.is_bounded
        assert found.largest_stable == pytest.approx(largest)
        assert found.rates[-1] > 2 / curvature


def test_memory_of_a_step_is_that_saved_for_the_backward_pass():
    """The rectified activations, saved once for two layers, and the output; not the batch, not the weights."""
    model = nn.Sequential(nn.Linear(100, 200), nn.ReLU(), nn.Linear(200, 10))
    found = statistics_of(model, batch=(torch.randn(16, 100), torch.randn(16, 10))).cost
    assert found.parameter_bytes == found.gradient_bytes == 4 * (100 * 200 + 200 + 200 * 10 + 10)
    assert found.activation_bytes == 4 * (16 * 200 + 16 * 10)
    assert found.cuda_peak_bytes is None
    assert 0 < found.seconds < 1


def test_without_a_gradient_figures_are_left_out_with_a_reason():
    """The reason refers to the check of gradients."""
    found = statistics_of(nn.Linear(4, 2), lambda output, target: functional.mse_loss(output, target).detach())
    assert {"cost of a step", "range test"} <= found.left_out.keys()
    assert all("gradients_arrive" in why for why in found.left_out.values())
