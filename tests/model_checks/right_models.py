"""Right models: small, of every usual kind, and without a fault that a check could report."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_, parametrizations

SAMPLES = 12
CLASSES = 4
FEATURES = 10
HIDDEN = 32
VOCABULARY = 20
LENGTH = 6
PADDING = 0  # token 0 stands for "no word"
IGNORED = -100  # the target of a padded place


@dataclass
class ModelCase:
    """The arguments of `check_model`."""

    model: nn.Module
    loss_fn: Callable[..., Tensor]
    batch: Any
    options: dict[str, Any] = field(default_factory=dict)


RIGHT_MODELS: dict[str, Callable[[], ModelCase]] = {}


def right_model(build: Callable[[], ModelCase]) -> Callable[[], ModelCase]:
    """Register a right model under the function's name."""
    RIGHT_MODELS[build.__name__] = build
    return build


def class_labels(*shape: int, classes: int = CLASSES) -> Tensor:
    """Make labels in which neighbours differ and every class occurs."""
    return (torch.arange(math.prod(shape)) % classes).reshape(shape)


def vectors_and_classes() -> tuple[Tensor, Tensor]:
    """Make a batch of feature vectors with a class each."""
    return torch.randn(SAMPLES, FEATURES), class_labels(SAMPLES)


def images_and_classes(channels: int = 3) -> tuple[Tensor, Tensor]:
    """Make a batch of 8×8 images with a class each."""
    return torch.randn(SAMPLES, channels, 8, 8), class_labels(SAMPLES)


def sequences_and_classes() -> tuple[Tensor, Tensor]:
    """Make a batch of sequences of vectors with a class each."""
    return torch.randn(SAMPLES, LENGTH, FEATURES), class_labels(SAMPLES)


def tokens_and_classes() -> tuple[Tensor, Tensor]:
    """Make a batch of sentences with a class each."""
    return torch.randint(1, VOCABULARY, (SAMPLES, LENGTH)), class_labels(SAMPLES)


def tokens_and_next_tokens() -> tuple[Tensor, Tensor]:
    """Make a batch of sentences, and the same sentences one place ahead."""
    sentences = torch.randint(1, VOCABULARY, (SAMPLES, LENGTH + 1))
    return sentences[:, :-1].contiguous(), sentences[:, 1:].contiguous()


def padded_tokens_and_next_tokens() -> tuple[Tensor, Tensor]:
    """Make a batch of sentences of unequal lengths, whose padding the loss must ignore."""
    tokens, following = tokens_and_next_tokens()
    lengths = LENGTH - torch.arange(SAMPLES) % 3
    padded = torch.arange(LENGTH) >= lengths.unsqueeze(1)
    return tokens.masked_fill(padded, PADDING), following.masked_fill(padded, IGNORED)


def token_cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Compute the cross-entropy of `(N, T, C)` logits."""
    return functional.cross_entropy(output.flatten(0, 1), target.flatten(), ignore_index=IGNORED)


def mlp(activation: Callable[[], nn.Module] = nn.ReLU, hidden_layers: int = 2, outputs: int = CLASSES) -> nn.Sequential:
    """Make a plain network of linear layers."""
    sizes = [FEATURES] + [HIDDEN] * hidden_layers
    layers: list[nn.Module] = []
    for size, following in pairwise(sizes):
        layers += [nn.Linear(size, following), activation()]
    return nn.Sequential(*layers, nn.Linear(HIDDEN, outputs))


# Vectors ------------------------------------------------------------------------------------------------------------


@right_model
def mlp_classifier() -> ModelCase:
    """A plain network with ReLU."""
    return ModelCase(mlp(), nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def linear_classifier() -> ModelCase:
    """Softmax regression: one linear layer that starts at zero, as is usual and harmless there."""
    model = nn.Linear(FEATURES, CLASSES)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def regression_mlp() -> ModelCase:
    """Regression of two numbers with the squared error."""
    return ModelCase(mlp(outputs=2), nn.MSELoss(), (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES, 2)))


@right_model
def positive_regression() -> ModelCase:
    """Regression of a positive number through Softplus, with the Huber loss."""
    model = nn.Sequential(mlp(nn.SiLU, outputs=1), nn.Softplus(), nn.Flatten(0))
    return ModelCase(model, nn.SmoothL1Loss(), (torch.randn(SAMPLES, FEATURES), torch.rand(SAMPLES) * 3))


@right_model
def binary_classifier() -> ModelCase:
    """One logit a sample."""
    model = nn.Sequential(mlp(outputs=1), nn.Flatten(0))
    return ModelCase(
        model, nn.BCEWithLogitsLoss(), (torch.randn(SAMPLES, FEATURES), class_labels(SAMPLES, classes=2).float())
    )


@right_model
def multi_label_classifier() -> ModelCase:
    """Five binary labels a sample."""
    target = (torch.rand(SAMPLES, 5) < 0.5).float()
    return ModelCase(mlp(outputs=5), nn.BCEWithLogitsLoss(), (torch.randn(SAMPLES, FEATURES), target))


@right_model
def log_softmax_classifier() -> ModelCase:
    """Log-probabilities into NLLLoss, a right pair."""
    return ModelCase(nn.Sequential(mlp(), nn.LogSoftmax(dim=1)), nn.NLLLoss(), vectors_and_classes())


@right_model
def sigmoid_output() -> ModelCase:
    """Probabilities into BCELoss, a right pair."""
    target = class_labels(SAMPLES, 1, classes=2).float()
    return ModelCase(
        nn.Sequential(mlp(outputs=1), nn.Sigmoid()), nn.BCELoss(), (torch.randn(SAMPLES, FEATURES), target)
    )


@right_model
def smoothed_and_weighted_classes() -> ModelCase:
    """Cross-entropy with label smoothing and class weights: neither its start nor its least value is a usual one."""
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 1.0, 0.5]), label_smoothing=0.1)
    return ModelCase(mlp(), loss, vectors_and_classes())


class GaussianRegression(nn.Module):
    """Predict a mean and a variance."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.Tanh())
        self.mean = nn.Linear(HIDDEN, 1)
        self.log_variance = nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.trunk(x)
        return self.mean(hidden), self.log_variance(hidden).exp()


@right_model
def gaussian_regression() -> ModelCase:
    """A tuple as output, and a likelihood as loss, which may go below zero."""

    def loss_fn(output: tuple[Tensor, Tensor], target: Tensor) -> Tensor:
        return functional.gaussian_nll_loss(output[0], target, output[1])

    return ModelCase(GaussianRegression(), loss_fn, (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES, 1)))


@right_model
def deep_relu_mlp() -> ModelCase:
    """Twenty linear layers as PyTorch initialises them."""
    return ModelCase(mlp(hidden_layers=20), nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def deep_he_mlp() -> ModelCase:
    """Twenty linear layers with He's initialisation."""
    model = mlp(hidden_layers=20)
    for layer in list(model)[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def tanh_mlp() -> ModelCase:
    """Five tanh layers with Xavier's initialisation."""
    model = mlp(nn.Tanh, hidden_layers=5)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def sigmoid_mlp() -> ModelCase:
    """Two sigmoid layers."""
    return ModelCase(mlp(nn.Sigmoid), nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def many_activations() -> ModelCase:
    """PReLU, GELU, SiLU and ELU one after the other."""
    layers: list[nn.Module] = [nn.Linear(FEATURES, HIDDEN)]
    for activation in (nn.PReLU, nn.GELU, nn.SiLU, nn.ELU):
        layers += [activation(), nn.Linear(HIDDEN, HIDDEN)]
    return ModelCase(
        nn.Sequential(*layers, nn.LeakyReLU(), nn.Linear(HIDDEN, CLASSES)), nn.CrossEntropyLoss(), vectors_and_classes()
    )


@right_model
def layer_norm_mlp() -> ModelCase:
    """Layer normalisation and dropout."""
    model = nn.Sequential(
        nn.Linear(FEATURES, HIDDEN),
        nn.LayerNorm(HIDDEN),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(HIDDEN, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def bias_before_batch_norm() -> ModelCase:
    """The bias before a batch normalisation has no effect and no gradient; that is a waste, no fault."""
    model = nn.Sequential(
        nn.Linear(FEATURES, HIDDEN),
        nn.BatchNorm1d(HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, HIDDEN),
        nn.BatchNorm1d(HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


class OwnBatchNorm(nn.Module):
    """Batch normalisation written by hand."""

    def __init__(self, features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(features))
        self.beta = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))
        self.momentum = momentum
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
            with torch.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (variance - self.running_var)
        else:
            mean, variance = self.running_mean, self.running_var
        return self.gamma * (x - mean) / torch.sqrt(variance + self.eps) + self.beta


@right_model
def own_batch_norm() -> ModelCase:
    """A batch normalisation whose type no check knows."""
    model = nn.Sequential(
        nn.Linear(FEATURES, HIDDEN, bias=False), OwnBatchNorm(HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)
    )
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def self_normalizing() -> ModelCase:
    """SELU, AlphaDropout and LeCun's initialisation."""
    model = nn.Sequential(
        nn.Linear(FEATURES, HIDDEN),
        nn.SELU(),
        nn.AlphaDropout(0.1),
        nn.Linear(HIDDEN, HIDDEN),
        nn.SELU(),
        nn.AlphaDropout(0.1),
        nn.Linear(HIDDEN, CLASSES),
    )
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
            nn.init.zeros_(layer.bias)
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def spectral_norm() -> ModelCase:
    """Spectral normalisation: its buffers move at every forward pass in training."""
    model = nn.Sequential(
        parametrizations.spectral_norm(nn.Linear(FEATURES, HIDDEN)),
        nn.LeakyReLU(0.2),
        parametrizations.spectral_norm(nn.Linear(HIDDEN, HIDDEN)),
        nn.LeakyReLU(0.2),
        nn.Linear(HIDDEN, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def weight_norm() -> ModelCase:
    """Weight normalisation: the length and the direction of a weight are parameters of their own."""
    model = nn.Sequential(
        parametrizations.weight_norm(nn.Linear(FEATURES, HIDDEN)),
        nn.ReLU(),
        parametrizations.weight_norm(nn.Linear(HIDDEN, CLASSES)),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def lazy_layers() -> ModelCase:
    """Layers that learn their sizes from the first batch."""
    model = nn.Sequential(nn.LazyLinear(HIDDEN), nn.ReLU(), nn.LazyLinear(CLASSES))
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes())


@right_model
def float64_mlp() -> ModelCase:
    """Everything in double precision."""
    x, target = vectors_and_classes()
    return ModelCase(mlp(nn.Tanh).double(), nn.CrossEntropyLoss(), (x.double(), target))


class MixtureOfExperts(nn.Module):
    """Mix the outputs of all experts by a soft gate."""

    def __init__(self, experts: int = 3) -> None:
        super().__init__()
        self.gate = nn.Linear(FEATURES, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(FEATURES, 16), nn.ReLU(), nn.Linear(16, CLASSES)) for _ in range(experts)
        )

    def forward(self, x: Tensor) -> Tensor:
        shares = self.gate(x).softmax(dim=-1)
        outputs = torch.stack([expert(x) for expert in self.experts], dim=1)
        return (shares.unsqueeze(-1) * outputs).sum(dim=1)


@right_model
def mixture_of_experts() -> ModelCase:
    """A softmax inside of the model that is no output."""
    return ModelCase(MixtureOfExperts(), nn.CrossEntropyLoss(), vectors_and_classes())


class ResidualMLP(nn.Module):
    """Residual blocks on vectors."""

    def __init__(self, blocks: int = 4) -> None:
        super().__init__()
        self.stem = nn.Linear(FEATURES, HIDDEN)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, HIDDEN))
            for _ in range(blocks)
        )
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.stem(x)
        for block in self.blocks:
            hidden = hidden + block(hidden)
        return self.head(hidden)


@right_model
def residual_mlp() -> ModelCase:
    """Pre-norm residual blocks."""
    return ModelCase(ResidualMLP(), nn.CrossEntropyLoss(), vectors_and_classes())


# Inputs and outputs that are no single tensor -----------------------------------------------------------------------


class Siamese(nn.Module):
    """Classify whether two inputs belong together: one encoder for both."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 16))
        self.head = nn.Linear(16, 1)

    def forward(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        first, second = pair
        return self.head((self.encoder(first) - self.encoder(second)).abs()).squeeze(-1)


@right_model
def siamese() -> ModelCase:
    """Two towers that share their weights, with a tuple as input."""
    pair = (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES, FEATURES))
    return ModelCase(Siamese(), nn.BCEWithLogitsLoss(), (pair, class_labels(SAMPLES, classes=2).float()))


class ContrastiveTowers(nn.Module):
    """Map two views of a sample to vectors of length one."""

    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 16))
        self.right = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 16))

    def forward(self, pair: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return functional.normalize(self.left(pair[0]), dim=-1), functional.normalize(self.right(pair[1]), dim=-1)


@right_model
def contrastive_towers() -> ModelCase:
    """The samples meet in the loss, as its negatives; the model itself keeps them apart."""

    def loss_fn(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        left, right = model(batch)
        similarity = left @ right.T / 0.2
        return functional.cross_entropy(similarity, torch.arange(len(left)))

    return ModelCase(ContrastiveTowers(), loss_fn, (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES, FEATURES)))


class DictionaryModel(nn.Module):
    """Take numbers and a category."""

    def __init__(self) -> None:
        super().__init__()
        self.category = nn.Embedding(5, 8)
        self.body = nn.Sequential(nn.Linear(FEATURES + 8, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))

    def forward(self, sample: dict[str, Tensor]) -> Tensor:
        return self.body(torch.cat([sample["numbers"], self.category(sample["category"])], dim=-1))


@right_model
def dictionary_input() -> ModelCase:
    """A dictionary of floats and integers as input."""
    sample = {"numbers": torch.randn(SAMPLES, FEATURES), "category": torch.randint(5, (SAMPLES,))}
    return ModelCase(DictionaryModel(), nn.CrossEntropyLoss(), (sample, class_labels(SAMPLES)))


class MixedOutputs(nn.Module):
    """Predict a class and two numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU())
        self.classes = nn.Linear(HIDDEN, CLASSES)
        self.position = nn.Linear(HIDDEN, 2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        hidden = self.trunk(x)
        return {"classes": self.classes(hidden), "position": self.position(hidden)}


@right_model
def mixed_outputs() -> ModelCase:
    """A dictionary as output and as target, with a sum of two losses."""

    def loss_fn(output: dict[str, Tensor], target: dict[str, Tensor]) -> Tensor:
        return functional.cross_entropy(output["classes"], target["classes"]) + functional.mse_loss(
            output["position"], target["position"]
        )

    target = {"classes": class_labels(SAMPLES), "position": torch.randn(SAMPLES, 2)}
    return ModelCase(MixedOutputs(), loss_fn, (torch.randn(SAMPLES, FEATURES), target))


# Images -------------------------------------------------------------------------------------------------------------


@right_model
def cnn_batch_norm() -> ModelCase:
    """Convolutions with batch normalisation and pooling."""
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


@right_model
def cnn_dropout() -> ModelCase:
    """Dropout of whole channels, then of units."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.ReLU(),
        nn.Dropout2d(0.1),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, HIDDEN),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(HIDDEN, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


class ResidualBlock(nn.Module):
    """The basic block of a ResNet."""

    def __init__(self, channels: int, following: int, stride: int = 1, zero_gamma: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, following, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(following)
        self.conv2 = nn.Conv2d(following, following, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(following)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != following:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, following, 1, stride=stride, bias=False), nn.BatchNorm2d(following)
            )
        if zero_gamma:
            nn.init.zeros_(self.norm2.weight)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(self.norm2(self.conv2(hidden)) + self.shortcut(x))


def resnet(zero_gamma: bool) -> nn.Module:
    """Make a small ResNet."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        ResidualBlock(8, 8, zero_gamma=zero_gamma),
        ResidualBlock(8, 16, stride=2, zero_gamma=zero_gamma),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, CLASSES),
    )


@right_model
def resnet_block() -> ModelCase:
    """Residual blocks with and without a convolution on the shortcut."""
    return ModelCase(resnet(zero_gamma=False), nn.CrossEntropyLoss(), images_and_classes())


@right_model
def zero_gamma_resnet() -> ModelCase:
    """Residual blocks that start as the identity: the convolutions before the zero get no gradient in step one."""
    return ModelCase(resnet(zero_gamma=True), nn.CrossEntropyLoss(), images_and_classes())


class SqueezeExcitation(nn.Module):
    """Weigh the channels of an image by their means."""

    def __init__(self, channels: int, reduced: int = 4) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, reduced)
        self.excite = nn.Linear(reduced, channels)

    def forward(self, x: Tensor) -> Tensor:
        weights = torch.sigmoid(self.excite(functional.silu(self.squeeze(x.mean(dim=(2, 3))))))
        return x * weights[:, :, None, None]


@right_model
def squeeze_and_excitation() -> ModelCase:
    """Channels weighed by a sigmoid."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.ReLU(),
        SqueezeExcitation(16),
        nn.Conv2d(16, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


@right_model
def depthwise_cnn() -> ModelCase:
    """Depthwise separable convolutions with bounded activations."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU6(),
        nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU6(),
        nn.Conv2d(16, 16, 1),
        nn.Hardswish(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(256, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


@right_model
def group_norm_cnn() -> ModelCase:
    """Group normalisation."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.GroupNorm(4, 16),
        nn.SiLU(),
        nn.Conv2d(16, 16, 3, stride=2, padding=1),
        nn.GroupNorm(4, 16),
        nn.SiLU(),
        nn.Flatten(),
        nn.Linear(256, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


@right_model
def instance_norm_cnn() -> ModelCase:
    """Instance normalisation, which has no state and no parameters as it comes."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.InstanceNorm2d(16),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 16, 3, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(256, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), images_and_classes())


@right_model
def segmentation_cnn() -> ModelCase:
    """A class for each pixel."""
    model = nn.Sequential(
        nn.Conv2d(3, 24, 3, padding=1), nn.ReLU(), nn.Conv2d(24, 24, 3, padding=1), nn.ReLU(), nn.Conv2d(24, CLASSES, 1)
    )
    return ModelCase(model, nn.CrossEntropyLoss(), (torch.randn(8, 3, 8, 8), class_labels(8, 8, 8)))


class UNet(nn.Module):
    """A U-Net of two levels."""

    def __init__(self, width: int = 12) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.pool = nn.MaxPool2d(2)
        self.bottom = nn.Sequential(nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU())
        self.up = nn.ConvTranspose2d(2 * width, width, 2, stride=2)
        self.merge = nn.Sequential(nn.Conv2d(2 * width, width, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.down(x)
        hidden = self.up(self.bottom(self.pool(skip)))
        return self.head(self.merge(torch.cat([hidden, skip], dim=1)))


@right_model
def unet() -> ModelCase:
    """A mask for each image, which is where the image is bright."""
    x = torch.randn(8, 1, 8, 8)
    return ModelCase(UNet(), nn.BCEWithLogitsLoss(), (x, (x > 0.5).float()))


class VisionTransformer(nn.Module):
    """Cut images into patches, and let them attend to each other and to a class token."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, stride=4)
        self.class_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.positions = nn.Parameter(torch.randn(1, 5, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.1, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        patches = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(x), -1, -1), patches], dim=1)
        return self.head(self.norm(self.encoder(tokens + self.positions)[:, 0]))


@right_model
def vision_transformer() -> ModelCase:
    """A class token in front of the patches of an image."""
    return ModelCase(VisionTransformer(), nn.CrossEntropyLoss(), images_and_classes())


# Sequences ----------------------------------------------------------------------------------------------------------


class RecurrentClassifier(nn.Module):
    """Classify a sequence by the last state of a recurrent layer."""

    def __init__(self, recurrent: nn.Module) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.recurrent(x)
        return self.head(states[:, -1])


@right_model
def lstm_classifier() -> ModelCase:
    """An LSTM, of which the last state is used."""
    model = RecurrentClassifier(nn.LSTM(FEATURES, HIDDEN, batch_first=True))
    return ModelCase(model, nn.CrossEntropyLoss(), sequences_and_classes(), {"ordered": 1})


@right_model
def gru_classifier() -> ModelCase:
    """Two layers of GRU with dropout between them."""
    model = RecurrentClassifier(nn.GRU(FEATURES, HIDDEN, num_layers=2, dropout=0.1, batch_first=True))
    return ModelCase(model, nn.CrossEntropyLoss(), sequences_and_classes(), {"ordered": 1})


class LanguageModel(nn.Module):
    """Predict each next token from those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=PADDING)
        self.recurrent = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.recurrent(self.embedding(tokens))
        return self.head(states)


@right_model
def gru_language_model() -> ModelCase:
    """Padded sentences, whose padding has no gradient and no share in the loss."""
    return ModelCase(LanguageModel(), token_cross_entropy, padded_tokens_and_next_tokens(), {"causal": 1})


class TiedLanguageModel(nn.Module):
    """Use one matrix as the embedding and as the output layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.recurrent = nn.LSTM(HIDDEN, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, VOCABULARY)
        self.head.weight = self.embedding.weight

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.recurrent(self.embedding(tokens))
        return self.head(states)


@right_model
def tied_embeddings() -> ModelCase:
    """A parameter with two names."""
    return ModelCase(TiedLanguageModel(), token_cross_entropy, tokens_and_next_tokens(), {"causal": 1})


class CausalAttention(nn.Module):
    """Several heads of attention that look back only, written by hand."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.projections = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        samples, length, width = x.shape
        projected = self.projections(x).view(samples, length, 3, self.heads, width // self.heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-2, -1) / math.sqrt(width // self.heads)
        future = torch.ones(length, length, dtype=torch.bool).triu(diagonal=1)
        mixed = scores.masked_fill(future, -math.inf).softmax(dim=-1) @ value
        return self.output(mixed.transpose(1, 2).reshape(samples, length, width))


class DecoderBlock(nn.Module):
    """A block of a GPT."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = CausalAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


class Decoder(nn.Module):
    """A GPT of two blocks."""

    def __init__(self, width: int = HIDDEN, blocks: int = 2) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Embedding(LENGTH, width)
        self.blocks = nn.ModuleList(DecoderBlock(width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, VOCABULARY, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@right_model
def causal_decoder() -> ModelCase:
    """A GPT with a mask of its own."""
    return ModelCase(Decoder(), token_cross_entropy, tokens_and_next_tokens(), {"causal": 1})


class TransformerClassifier(nn.Module):
    """Classify a sentence by the mean of a Transformer encoder's outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=PADDING)
        self.positions = nn.Parameter(torch.randn(LENGTH, HIDDEN) * 0.1)
        layer = nn.TransformerEncoderLayer(HIDDEN, 4, 2 * HIDDEN, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, tokens: Tensor) -> Tensor:
        padded = tokens == PADDING
        states = self.encoder(self.embedding(tokens) + self.positions, src_key_padding_mask=padded)
        words = (~padded).unsqueeze(-1)
        return self.head((states * words).sum(dim=1) / words.sum(dim=1))


@right_model
def transformer_encoder() -> ModelCase:
    """Sentences of unequal lengths, whose padding is masked."""
    tokens, target = tokens_and_classes()
    tokens[::3, -2:] = PADDING
    return ModelCase(TransformerClassifier(), nn.CrossEntropyLoss(), (tokens, target), {"ordered": 1})


class AttentionPooling(nn.Module):
    """Pool a set by a learned query; the bias of the keys has no effect on a softmax, and no gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, 1, HIDDEN))
        self.embed = nn.Linear(FEATURES, HIDDEN)
        self.attention = nn.MultiheadAttention(HIDDEN, 4, batch_first=True)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.embed(x))
        pooled, _ = self.attention(self.query.expand(len(x), -1, -1), x, x)
        return self.head(pooled.squeeze(1))


@right_model
def attention_over_a_set() -> ModelCase:
    """Attention with a bias on the keys, to which order rightly does not matter."""
    return ModelCase(AttentionPooling(), nn.CrossEntropyLoss(), sequences_and_classes())


@right_model
def bag_of_words() -> ModelCase:
    """The mean of word vectors."""
    model = nn.Sequential(
        nn.EmbeddingBag(VOCABULARY, HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)
    )
    return ModelCase(model, nn.CrossEntropyLoss(), tokens_and_classes())


class TextCNN(nn.Module):
    """Convolutions over word vectors, and the maximum of each."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 16, padding_idx=PADDING)
        self.convolutions = nn.ModuleList(nn.Conv1d(16, 16, size) for size in (2, 3))
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(32, CLASSES)

    def forward(self, tokens: Tensor) -> Tensor:
        words = self.embedding(tokens).transpose(1, 2)
        strongest = [torch.relu(convolution(words)).amax(dim=-1) for convolution in self.convolutions]
        return self.head(self.dropout(torch.cat(strongest, dim=-1)))


@right_model
def text_cnn() -> ModelCase:
    """Padded sentences under convolutions of two widths."""
    tokens, target = tokens_and_classes()
    tokens[::2, -1] = PADDING
    return ModelCase(TextCNN(), nn.CrossEntropyLoss(), (tokens, target), {"ordered": 1})


class CausalConvolution(nn.Module):
    """A convolution over time that is padded on the left only."""

    def __init__(self, channels: int, following: int, size: int = 3, dilation: int = 1) -> None:
        super().__init__()
        self.padding = (size - 1) * dilation
        self.convolution = nn.Conv1d(channels, following, size, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(functional.pad(x, (self.padding, 0)))


class TemporalConvolutions(nn.Module):
    """Predict the next value of a series."""

    def __init__(self) -> None:
        super().__init__()
        self.first = CausalConvolution(2, HIDDEN)
        self.second = CausalConvolution(HIDDEN, HIDDEN, dilation=2)
        self.head = nn.Conv1d(HIDDEN, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.first(x.transpose(1, 2)))
        return self.head(torch.relu(self.second(hidden))).transpose(1, 2)


def series_and_next_values() -> tuple[Tensor, Tensor]:
    """Make a batch of series of two numbers, and the same series one place ahead."""
    start = torch.rand(SAMPLES, 1, 2) * 6
    waves = torch.sin(start + torch.arange(LENGTH + 3).view(1, -1, 1) * (0.5 + torch.rand(SAMPLES, 1, 2))) * 1.4
    return waves[:, :-1].contiguous(), waves[:, 1:].contiguous()


@right_model
def causal_convolutions() -> ModelCase:
    """Dilated convolutions over time."""
    return ModelCase(TemporalConvolutions(), nn.MSELoss(), series_and_next_values(), {"causal": 1})


# Generative models --------------------------------------------------------------------------------------------------


def vectors_on_a_plane() -> Tensor:
    """Make vectors on a plane."""
    x = torch.randn(SAMPLES, 2) @ torch.randn(2, FEATURES)
    return (x - x.mean(dim=0)) / x.std(dim=0)


def autoencoder_layers() -> nn.Module:
    """Make an encoder and a decoder."""
    return nn.Sequential(
        nn.Linear(FEATURES, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, 3),
        nn.Linear(3, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, FEATURES),
    )


@right_model
def autoencoder() -> ModelCase:
    """The input is the target: the loss calls the model, and the batch is one tensor."""

    def loss_fn(model: nn.Module, batch: Tensor) -> Tensor:
        return functional.mse_loss(model(batch), batch)

    return ModelCase(autoencoder_layers(), loss_fn, vectors_on_a_plane())


@right_model
def denoising_autoencoder() -> ModelCase:
    """The clean input is the target of the noisy one."""
    clean = vectors_on_a_plane()
    return ModelCase(autoencoder_layers(), nn.MSELoss(), (clean + 0.1 * torch.randn_like(clean), clean))


class VariationalAutoencoder(nn.Module):
    """Draw the code from a normal distribution in training, and take its mean in evaluation."""

    def __init__(self, code: int = 2) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU())
        self.mean = nn.Linear(HIDDEN, code)
        self.log_variance = nn.Linear(HIDDEN, code)
        self.decoder = nn.Sequential(nn.Linear(code, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, FEATURES))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.encoder(x)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        code = mean
        if self.training:
            code = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.decoder(code), mean, log_variance


@right_model
def variational_autoencoder() -> ModelCase:
    """A model that draws in training, and a loss with a part that cannot reach zero."""

    def loss_fn(model: nn.Module, batch: tuple[Tensor]) -> Tensor:
        (x,) = batch
        rebuilt, mean, log_variance = model(x)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()
        return functional.mse_loss(rebuilt, x) + 0.01 * divergence

    return ModelCase(VariationalAutoencoder(), loss_fn, (vectors_on_a_plane(),))


class Coupling(nn.Module):
    """One half of the features scales and shifts the other; it starts as the identity."""

    def __init__(self, flipped: bool) -> None:
        super().__init__()
        self.flipped = flipped
        half = FEATURES // 2
        self.network = nn.Sequential(nn.Linear(half, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 2 * half))
        nn.init.zeros_(self.network[-1].weight)
        nn.init.zeros_(self.network[-1].bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        kept, changed = x.chunk(2, dim=-1)[:: -1 if self.flipped else 1]
        log_scale, shift = self.network(kept).chunk(2, dim=-1)
        log_scale = torch.tanh(log_scale)
        halves = (kept, changed * log_scale.exp() + shift)[:: -1 if self.flipped else 1]
        return torch.cat(halves, dim=-1), log_scale.sum(dim=-1)


class CouplingFlow(nn.Module):
    """A normalising flow."""

    def __init__(self, couplings: int = 4) -> None:
        super().__init__()
        self.couplings = nn.ModuleList(Coupling(flipped=bool(index % 2)) for index in range(couplings))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        log_determinant = x.new_zeros(len(x))
        for coupling in self.couplings:
            x, log_scale = coupling(x)
            log_determinant = log_determinant + log_scale
        return x, log_determinant


@right_model
def coupling_flow() -> ModelCase:
    """Layers that start at zero on purpose, and a likelihood that has no least value."""

    def loss_fn(model: nn.Module, batch: Tensor) -> Tensor:
        code, log_determinant = model(batch)
        log_density = -0.5 * (code**2 + math.log(2 * math.pi)).sum(dim=-1) + log_determinant
        return -log_density.mean() / FEATURES

    return ModelCase(CouplingFlow(), loss_fn, vectors_on_a_plane())


# Frozen parts -------------------------------------------------------------------------------------------------------


class FrozenFeatures(nn.Module):
    """Train a head on frozen features."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(FEATURES, 2 * HIDDEN), nn.ReLU())
        self.head = nn.Linear(2 * HIDDEN, CLASSES)
        self.backbone.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@right_model
def frozen_features() -> ModelCase:
    """A part that is frozen and declared as frozen."""
    frozen = ["backbone.0.weight", "backbone.0.bias"]
    return ModelCase(FrozenFeatures(), nn.CrossEntropyLoss(), vectors_and_classes(), {"frozen": frozen})


class LowRankLinear(nn.Module):
    """A frozen linear layer with a trained correction of low rank, which starts at zero."""

    def __init__(self, base: nn.Linear, rank: int = 4) -> None:
        super().__init__()
        self.base = base
        self.base.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        return self.base(x) + x @ self.down.T @ self.up.T


@right_model
def low_rank_adaptation() -> ModelCase:
    """LoRA: the zero factor keeps every gradient from the other one in step one."""
    model = nn.Sequential(
        LowRankLinear(nn.Linear(FEATURES, HIDDEN)), nn.ReLU(), LowRankLinear(nn.Linear(HIDDEN, CLASSES))
    )
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes(), {"frozen": frozen})


# Steps of training --------------------------------------------------------------------------------------------------


@right_model
def momentum_step() -> ModelCase:
    """A step of SGD with momentum."""
    model = mlp()
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        x, target = batch
        model.train()
        optimizer.zero_grad(set_to_none=False)
        loss = loss_fn(model(x), target)
        loss.backward()
        optimizer.step()
        return loss

    return ModelCase(model, loss_fn, vectors_and_classes(), {"train_step": train_step})


@right_model
def adam_step() -> ModelCase:
    """A step of Adam that clears the gradients at its end."""
    model = nn.Sequential(
        nn.Linear(FEATURES, HIDDEN),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(HIDDEN, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, 2),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        x, target = batch
        model.train()
        loss = functional.mse_loss(model(x), target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.detach()

    batch = (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES, 2))
    return ModelCase(model, nn.MSELoss(), batch, {"train_step": train_step})


@right_model
def clipped_step() -> ModelCase:
    """A step with clipped gradients, weight decay, a schedule, and a part that is frozen."""
    model = FrozenFeatures()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.999)
    loss_fn = nn.CrossEntropyLoss()

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        x, target = batch
        model.train()
        optimizer.zero_grad()
        loss = loss_fn(model(x), target)
        loss.backward()
        clip_grad_norm_(trained, max_norm=1.0)
        optimizer.step()
        schedule.step()
        return loss

    options = {"frozen": ["backbone.0.weight", "backbone.0.bias"], "train_step": train_step}
    return ModelCase(model, loss_fn, vectors_and_classes(), options)


# Losses that draw random numbers --------------------------------------------------------------------------------------


class Denoiser(nn.Module):
    """Predict the noise in a sample at some time."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(FEATURES + 1, 64), nn.SiLU(), nn.Linear(64, FEATURES))

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return self.layers(torch.cat([x, time.unsqueeze(1)], dim=1))


@right_model
def diffusion_model() -> ModelCase:
    """Times and noise are drawn by the loss, in evaluation as well."""

    def loss_fn(model: nn.Module, batch: Tensor) -> Tensor:
        time, noise = torch.rand(len(batch)), torch.randn_like(batch)
        mixed = batch * (1 - time).unsqueeze(1) + noise * time.unsqueeze(1)
        return functional.mse_loss(model(mixed, time), noise)

    return ModelCase(Denoiser(), loss_fn, 0.3 * torch.randn(SAMPLES, FEATURES) + 1)


@right_model
def two_views_contrasted() -> ModelCase:
    """SimCLR: two noisy views of each sample are to be found among all others."""
    model = nn.Sequential(nn.Linear(FEATURES, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 16))

    def loss_fn(model: nn.Module, batch: Tensor) -> Tensor:
        views = torch.cat([model(batch + 0.1 * torch.randn_like(batch)) for _ in range(2)])
        views = functional.normalize(views, dim=1)
        similarities = (views @ views.T / 0.5).fill_diagonal_(-1e9)
        partners = (torch.arange(2 * len(batch)) + len(batch)) % (2 * len(batch))
        return functional.cross_entropy(similarities, partners)

    return ModelCase(model, loss_fn, torch.randn(SAMPLES, FEATURES))
