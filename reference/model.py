"""A model in PyTorch."""

import torch


def build_model(num_features, num_classes):
    """Two hidden layers with ReLU, He's initial weights, and a small last layer."""
    for name, value in (("num_features", num_features), ("num_classes", num_classes)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}")
    layers = torch.nn.Sequential(
        torch.nn.Linear(num_features, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, num_classes),
    )
    for layer in layers[::2]:
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        torch.nn.init.zeros_(layer.bias)
    torch.nn.init.xavier_normal_(layers[-1].weight, gain=0.5)
    return layers
