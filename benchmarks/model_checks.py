"""The cost of check_model for three models of a million parameters, and the checks that its time limit cuts."""

import argparse
import statistics
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from backproof import check_model


class Classifier(nn.Module):
    """A small Transformer: 16 tokens of 64 numbers, three layers."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(160, 4, 480, batch_first=True)
        self.embedding = nn.Linear(64, 160)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.head = nn.Linear(160, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits of sequences (N, T, 64)."""
        return self.head(self.encoder(self.embedding(x)).mean(dim=1))


def models() -> dict[str, tuple[nn.Module, torch.Tensor]]:
    """Return the models, each with a batch of 16."""
    mlp = nn.Sequential(nn.Linear(784, 768), nn.ReLU(), nn.Linear(768, 512), nn.ReLU(), nn.Linear(512, 10))
    channels = [3, 64, 128, 256]
    blocks = [
        part
        for one, other in pairwise(channels)
        for part in (nn.Conv2d(one, other, 3, 2, 1), nn.BatchNorm2d(other), nn.ReLU())
    ]
    convolutions = nn.Sequential(
        *blocks, nn.Conv2d(256, 256, 3, 1, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 10)
    )
    return {
        "MLP": (mlp, torch.randn(16, 784)),
        "CNN": (convolutions, torch.randn(16, 3, 32, 32)),
        "Transformer": (Classifier(), torch.randn(16, 16, 64)),
    }


def main() -> None:
    """Print a line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="times that each model is checked (default: 3)")
    runs = parser.parse_args().runs
    print(f"check_model, {torch.get_num_threads()} thread(s), median of {runs}")
    for name, (model, x) in models().items():
        reports = [check_model(model, functional.cross_entropy, (x, torch.arange(16) % 10)) for _ in range(runs)]
        cut = {check for report in reports for check, why in report.skipped.items() if "were over" in why}
        size = sum(parameter.numel() for parameter in model.parameters()) / 1e6
        seconds = statistics.median(report.seconds for report in reports)
        print(f"  {name:<12} {size:.2f} M parameters  {seconds:5.1f} s  {len(cut)} checks cut")


if __name__ == "__main__":
    main()
