"""Faulty models: one common fault each, and otherwise right."""

import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.model_checks.right_models import (
    CLASSES,
    FEATURES,
    HIDDEN,
    LENGTH,
    PADDING,
    SAMPLES,
    VOCABULARY,
    Decoder,
    LanguageModel,
    ModelCase,
    OwnBatchNorm,
    RecurrentClassifier,
    TemporalConvolutions,
    TransformerClassifier,
    class_labels,
    sequences_and_classes,
    series_and_next_values,
    token_cross_entropy,
    tokens_and_classes,
    tokens_and_next_tokens,
    vectors_and_classes,
)


@dataclass(frozen=True)
class Fault:
    """A faulty model, the checks that may find its cause, and a text that such a finding contains."""

    build: Callable[[], ModelCase]
    found_by: frozenset[str]
    where: str


FAULTY_MODELS: dict[str, Fault] = {}


def faulty_model(found_by: set[str], where: str) -> Callable[[Callable[[], ModelCase]], Callable[[], ModelCase]]:
    """Register a faulty model under the function's name."""

    def register(build: Callable[[], ModelCase]) -> Callable[[], ModelCase]:
        FAULTY_MODELS[build.__name__] = Fault(build, frozenset(found_by), where)
        return build

    return register


class Code(nn.Module):
    """A layer without parameters that calls a function."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def named(**layers: nn.Module) -> nn.Sequential:
    """Make a network of layers that have names."""
    return nn.Sequential(OrderedDict(layers))


def network(activation: Callable[[], nn.Module] = nn.ReLU, outputs: int = CLASSES, **last: nn.Module) -> nn.Sequential:
    """Make a network of three linear layers; `last` follows them."""
    return named(
        encoder=nn.Linear(FEATURES, HIDDEN),
        encoder_activation=activation(),
        hidden=nn.Linear(HIDDEN, HIDDEN),
        hidden_activation=activation(),
        head=nn.Linear(HIDDEN, outputs),
        **last,
    )


def around(**middle: nn.Module) -> nn.Sequential:
    """Make a network that has `middle`, which keeps the width, between its encoder and its head."""
    return named(encoder=nn.Linear(FEATURES, HIDDEN), activation=nn.ReLU(), **middle, head=nn.Linear(HIDDEN, CLASSES))


def classifier(model: nn.Module, **options: Any) -> ModelCase:
    """Make a case in which a model classifies vectors."""
    return ModelCase(model, nn.CrossEntropyLoss(), vectors_and_classes(), options)


def sequence_classifier(model: nn.Module, **options: Any) -> ModelCase:
    """Make a case in which a model classifies sequences."""
    return ModelCase(model, nn.CrossEntropyLoss(), sequences_and_classes(), options)


def language_model(model: nn.Module) -> ModelCase:
    """Make a case in which a causal model predicts the next tokens."""
    return ModelCase(model, token_cross_entropy, tokens_and_next_tokens(), {"causal": 1})


# Steps of training --------------------------------------------------------------------------------------------------


@faulty_model(found_by={"step_zeroes_gradients"}, where="zero_grad")
def forgotten_zero_grad() -> ModelCase:
    """Gradients of all steps add up."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_changes_every_parameter"}, where="encoder")
def optimizer_of_the_head_only() -> ModelCase:
    """The optimiser does not know the encoder."""
    model = network()
    optimizer = torch.optim.Adam([*model.hidden.parameters(), *model.head.parameters()], lr=1e-2)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_changes_every_parameter"}, where="head")
def head_replaced_after_the_optimizer() -> ModelCase:
    """The optimiser was made before the head was replaced by a new one."""
    model = network(outputs=10)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model.head = nn.Linear(HIDDEN, CLASSES)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        model.zero_grad()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_changes_every_parameter", "loss_falls"}, where="step")
def step_before_backward() -> ModelCase:
    """The optimiser steps after the gradients are cleared and before the new ones are computed."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_changes_every_parameter", "loss_falls"}, where="step")
def zero_grad_after_backward() -> ModelCase:
    """The gradients are cleared between backward and step."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_changes_every_parameter", "loss_falls"}, where="step")
def never_steps() -> ModelCase:
    """The step only calls backward."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"step_mode"}, where="eval")
def step_in_evaluation_mode() -> ModelCase:
    """The model was put into evaluation mode for a validation, and stays there."""
    model = around(norm=nn.BatchNorm1d(HIDDEN), dropout=nn.Dropout(0.2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.eval()
        with torch.no_grad():
            model(batch[0])
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    return classifier(model, train_step=train_step)


@faulty_model(found_by={"loss_falls", "overfits_a_tiny_batch"}, where="loss")
def gradient_ascent() -> ModelCase:
    """A hand-written step goes up the gradient."""

    def train_step(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        model.train()
        model.zero_grad()
        loss = functional.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 0.05 * parameter.grad
        return loss

    return classifier(network(), train_step=train_step)


# Gradients ----------------------------------------------------------------------------------------------------------


@faulty_model(found_by={"gradients_arrive", "finite"}, where="gradient")
def detached_loss() -> ModelCase:
    """The loss is detached for printing, too early."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(output, target).detach()

    return ModelCase(network(), loss_fn, vectors_and_classes())


class NoGradientEncoder(nn.Module):
    """Still has a no_grad from a run without training."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU())
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            x = self.encoder(x)
        return self.head(x)


@faulty_model(found_by={"gradients_arrive", "step_changes_every_parameter"}, where="encoder")
def forward_without_gradient() -> ModelCase:
    """The encoder runs in no_grad."""
    return classifier(NoGradientEncoder())


class ItemScale(nn.Module):
    """Scale by a learned number, as a Python number."""

    def __init__(self) -> None:
        super().__init__()
        self.temperature = nn.Parameter(torch.tensor(1.5))

    def forward(self, x: Tensor) -> Tensor:
        return x / self.temperature.item()


@faulty_model(found_by={"gradients_arrive", "gradients_are_right"}, where="temperature")
def parameter_as_a_number() -> ModelCase:
    """`.item()` cuts a parameter off."""
    return classifier(around(scale=ItemScale()))


class DataGate(nn.Module):
    """Gate by `.data`."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.gate(x).data)


@faulty_model(found_by={"gradients_arrive"}, where="gate")
def gate_by_data() -> ModelCase:
    """`.data` cuts a gate off."""
    return classifier(around(gating=DataGate()))


class DetachedBranch(nn.Module):
    """Add two branches on one trunk, one of which was detached for inspection."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Linear(FEATURES, HIDDEN)
        self.left = nn.Linear(HIDDEN, CLASSES)
        self.right = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.tanh(self.trunk(x))
        return self.left(hidden) + self.right(hidden.detach())


@faulty_model(found_by={"gradients_are_right"}, where="trunk")
def detached_branch() -> ModelCase:
    """A trunk gets the gradient of one of its two branches."""
    return classifier(DetachedBranch())


class ForgottenFactor(torch.autograd.Function):
    """Square, with a backward that forgets the two."""

    @staticmethod
    def forward(context: Any, x: Tensor) -> Tensor:
        context.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        (x,) = context.saved_tensors
        return gradient * x


@faulty_model(found_by={"gradients_are_right"}, where="encoder")
def wrong_backward() -> ModelCase:
    """An own activation has a wrong backward."""
    return classifier(around(square=Code(ForgottenFactor.apply)))


class HardChoice(nn.Module):
    """Look up a vector for the strongest unit."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = nn.Embedding(HIDDEN, HIDDEN)

    def forward(self, x: Tensor) -> Tensor:
        return self.codes(x.argmax(dim=-1))


@faulty_model(found_by={"gradients_arrive"}, where="encoder")
def argmax_in_the_middle() -> ModelCase:
    """No gradient passes a choice."""
    return classifier(around(choice=HardChoice()))


@faulty_model(found_by={"gradients_arrive"}, where="encoder")
def through_numpy() -> ModelCase:
    """A layer leaves PyTorch and comes back."""

    def clip(x: Tensor) -> Tensor:
        return torch.from_numpy(x.detach().numpy().clip(-3, 3))

    return classifier(around(clip=Code(clip)))


class ForgottenLayer(nn.Module):
    """Compute a second layer, and go on with the first."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(FEATURES, HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.first(x))
        deeper = torch.relu(self.second(hidden))  # noqa: F841
        return self.head(hidden)


@faulty_model(found_by={"gradients_arrive"}, where="second")
def result_not_used() -> ModelCase:
    """The output of a layer is dropped."""
    return classifier(ForgottenLayer())


# Samples that mix ---------------------------------------------------------------------------------------------------


class FlattenedStates(nn.Module):
    """Flatten states whose first axis is time."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, 16)
        self.head = nn.Linear(LENGTH * 16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.lstm(x.transpose(0, 1))
        return self.head(states.reshape(len(x), -1))


@faulty_model(found_by={"samples_do_not_mix"}, where="head")
def view_after_transpose() -> ModelCase:
    """`(T, N, H)` is flattened as if it were `(N, T, H)`."""
    return sequence_classifier(FlattenedStates())


class ViewedInput(nn.Module):
    """Make time the first axis by a view."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, HIDDEN)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        samples, length, features = x.shape
        states, _ = self.lstm(x.view(length, samples, features))
        return self.head(states[-1])


@faulty_model(found_by={"samples_do_not_mix"}, where="lstm")
def view_instead_of_permute() -> ModelCase:
    """`view` moves no axis: the time steps of one sample become samples."""
    return sequence_classifier(ViewedInput())


@faulty_model(found_by={"samples_do_not_mix"}, where="recurrent")
def lstm_without_batch_first() -> ModelCase:
    """The LSTM takes samples for time steps."""
    return sequence_classifier(RecurrentClassifier(nn.LSTM(FEATURES, HIDDEN)))


class MeanOfAttention(nn.Module):
    """Take the mean over a sequence after self-attention."""

    def __init__(self, attention: nn.Module) -> None:
        super().__init__()
        self.embed = nn.Linear(FEATURES, HIDDEN)
        self.attention = attention
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        mixed, _ = self.attention(x, x, x)
        return self.head(torch.relu(x + mixed).mean(dim=1))


@faulty_model(found_by={"samples_do_not_mix"}, where="attention")
def attention_over_the_batch() -> ModelCase:
    """MultiheadAttention without batch_first attends to the other samples."""
    return sequence_classifier(MeanOfAttention(nn.MultiheadAttention(HIDDEN, 4)))


class OwnAttention(nn.Module):
    """One head of attention with a softmax over a given axis."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        scores = self.query(query) @ self.key(key).transpose(1, 2) / math.sqrt(HIDDEN)
        weights = scores.softmax(dim=self.axis)
        return weights @ self.value(value), weights


@faulty_model(found_by={"samples_do_not_mix"}, where="attention")
def softmax_over_the_batch() -> ModelCase:
    """The weights of attention sum to one over the samples."""
    return sequence_classifier(MeanOfAttention(OwnAttention(axis=0)))


@faulty_model(found_by={"samples_do_not_mix", "logits", "initial_loss"}, where="log_softmax")
def log_softmax_over_the_batch() -> ModelCase:
    """The probabilities sum to one over the samples."""
    return ModelCase(network(log_softmax=nn.LogSoftmax(dim=0)), nn.NLLLoss(), vectors_and_classes())


@faulty_model(found_by={"samples_do_not_mix"}, where="centre")
def batch_mean_subtracted() -> ModelCase:
    """Data are centred with the mean of the batch."""
    return classifier(named(centre=Code(lambda x: x - x.mean(dim=0)), body=network()))


@faulty_model(found_by={"samples_do_not_mix"}, where="divide")
def batch_maximum_divided() -> ModelCase:
    """Each activation is divided by the largest of the batch."""
    return classifier(around(divide=Code(lambda x: x / (x.abs().max() + 1e-6))))


@faulty_model(found_by={"samples_do_not_mix"}, where="total")
def running_total_over_the_batch() -> ModelCase:
    """A sum over time runs over samples: each sees those before it."""
    model = named(total=Code(lambda x: x.cumsum(dim=0) / LENGTH), flatten=nn.Flatten(), body=nn.LazyLinear(HIDDEN))
    model.append(nn.ReLU()).append(nn.Linear(HIDDEN, CLASSES))
    model(torch.zeros(2, LENGTH, FEATURES))
    return sequence_classifier(model)


def add_half_of_the_one_before(x: Tensor) -> Tensor:
    """Smooth over the first axis."""
    smoothed = [x[0]]
    for index in range(1, len(x)):
        smoothed.append(x[index] + 0.5 * x[index - 1])
    return torch.stack(smoothed)


@faulty_model(found_by={"samples_do_not_mix"}, where="smooth")
def smoothed_over_the_batch() -> ModelCase:
    """Each sample sees the one before it."""
    return classifier(around(smooth=Code(add_half_of_the_one_before)))


@faulty_model(found_by={"samples_do_not_mix"}, where="reference")
def first_sample_subtracted() -> ModelCase:
    """`x[0]` was to be the first time step: all samples see the first one."""
    return classifier(around(reference=Code(lambda x: x - 0.5 * x[0])))


@faulty_model(found_by={"samples_do_not_mix"}, where="shift")
def rolled_over_the_batch() -> ModelCase:
    """Features were to be shifted, and samples are."""
    return classifier(around(shift=Code(lambda x: x + torch.roll(x, 1, dims=0))))


# Outputs and losses -------------------------------------------------------------------------------------------------


@faulty_model(found_by={"logits"}, where="softmax")
def softmax_before_cross_entropy() -> ModelCase:
    """Cross-entropy takes a second softmax."""
    return classifier(network(softmax=nn.Softmax(dim=1)))


@faulty_model(found_by={"logits"}, where="sigmoid")
def sigmoid_before_bce_with_logits() -> ModelCase:
    """The loss takes a second sigmoid."""
    batch = (torch.randn(SAMPLES, FEATURES), class_labels(SAMPLES, 1, classes=2).float())
    return ModelCase(network(outputs=1, sigmoid=nn.Sigmoid()), nn.BCEWithLogitsLoss(), batch)


@faulty_model(found_by={"logits", "initial_loss"}, where="log")
def logits_into_nll_loss() -> ModelCase:
    """NLLLoss wants log-probabilities."""
    return ModelCase(network(), nn.NLLLoss(), vectors_and_classes())


@faulty_model(found_by={"logits", "finite"}, where="between 0 and 1")
def logits_into_bce_loss() -> ModelCase:
    """BCELoss wants probabilities."""
    batch = (torch.randn(SAMPLES, FEATURES), class_labels(SAMPLES, 1, classes=2).float())
    return ModelCase(network(outputs=1), nn.BCELoss(), batch)


@faulty_model(found_by={"logits"}, where="negative")
def relu_after_the_last_layer() -> ModelCase:
    """The loop over layers does not spare the last one."""
    return classifier(network(head_activation=nn.ReLU()))


@faulty_model(found_by={"finite", "targets"}, where="out of bounds")
def labels_from_one() -> ModelCase:
    """Labels are 1 to C."""
    x, target = vectors_and_classes()
    return ModelCase(network(), nn.CrossEntropyLoss(), (x, target + 1))


@faulty_model(found_by={"targets"}, where="target")
def targets_of_the_next_sample() -> ModelCase:
    """Each output is compared with the target of its neighbour."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(output, target.roll(1))

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"targets"}, where="target")
def targets_flattened_in_another_order() -> ModelCase:
    """The outputs go by time, the targets by sample."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(output.transpose(0, 1).reshape(-1, VOCABULARY), target.reshape(-1))

    return ModelCase(LanguageModel(), loss_fn, tokens_and_next_tokens(), {"causal": 1})


@faulty_model(found_by={"targets", "loss_reduction"}, where="target")
def loss_of_the_last_sample() -> ModelCase:
    """A loop over samples keeps the last loss only."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        loss = output.new_zeros(())
        for logits, label in zip(output, target, strict=True):
            loss = functional.cross_entropy(logits.unsqueeze(0), label.unsqueeze(0))
        return loss

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"targets"}, where="shape")
def broadcast_target() -> ModelCase:
    """`(N, 1)` minus `(N,)` is `(N, N)`: every output is compared with every target."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return ((output - target) ** 2).mean()

    return ModelCase(network(outputs=1), loss_fn, (torch.randn(SAMPLES, FEATURES), torch.randn(SAMPLES)))


@faulty_model(found_by={"loss_reduction"}, where="sum")
def summed_loss() -> ModelCase:
    """The loss grows with the batch."""
    return ModelCase(network(), nn.CrossEntropyLoss(reduction="sum"), vectors_and_classes())


@faulty_model(found_by={"loss_reduction"}, where="batch")
def fixed_batch_size() -> ModelCase:
    """The sum is divided by the batch size of the settings, not by that of the batch."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(output, target, reduction="sum") / 16

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"initial_loss", "loss_reduction"}, where="class")
def mean_over_classes_too() -> ModelCase:
    """The loss is log C / C."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        chosen = functional.one_hot(target, CLASSES)
        return -(chosen * output.log_softmax(dim=1)).mean()

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"initial_loss"}, where="log")
def logarithm_to_base_two() -> ModelCase:
    """The loss is in bits."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        probabilities = output.softmax(dim=1)
        return -torch.log2(probabilities[torch.arange(len(target)), target]).mean()

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"initial_loss", "logits", "overfits_a_tiny_batch"}, where="negative")
def sign_of_the_loss() -> ModelCase:
    """The minus of the log-likelihood is missing."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return output.log_softmax(dim=1).gather(1, target.unsqueeze(1)).mean()

    return ModelCase(network(), loss_fn, vectors_and_classes())


@faulty_model(found_by={"initial_loss"}, where="log")
def large_last_layer() -> ModelCase:
    """The untrained model is very sure."""
    model = network()
    nn.init.normal_(model.head.weight, std=5.0)
    return classifier(model)


@faulty_model(found_by={"initial_loss"}, where="log")
def biased_last_layer() -> ModelCase:
    """The untrained model is sure of the first class."""
    model = network()
    with torch.no_grad():
        model.head.bias.copy_(torch.tensor([8.0, 0.0, 0.0, 0.0]))
    return classifier(model)


# Evaluation and batch statistics ------------------------------------------------------------------------------------


@faulty_model(found_by={"evaluation_is_deterministic"}, where="regularize")
def functional_dropout_in_evaluation() -> ModelCase:
    """`dropout` of `torch.nn.functional` does not know the mode."""
    return classifier(around(regularize=Code(lambda x: functional.dropout(x, 0.3))))


@faulty_model(found_by={"evaluation_is_deterministic"}, where="regularize")
def dropout_made_in_forward() -> ModelCase:
    """A new Dropout is always in training mode."""
    return classifier(around(regularize=Code(lambda x: nn.Dropout(0.3)(x))))


@faulty_model(found_by={"evaluation_is_deterministic"}, where="noise")
def noise_in_evaluation() -> ModelCase:
    """Noise is added in both modes."""
    return classifier(around(noise=Code(lambda x: x + 0.1 * torch.randn_like(x))))


@faulty_model(found_by={"evaluation_is_deterministic"}, where="projection")
def layer_made_in_forward() -> ModelCase:
    """The layer is new at every call, and so are its weights."""
    return classifier(around(projection=Code(lambda x: nn.Linear(HIDDEN, HIDDEN)(x))))


class StoredState(nn.Module):
    """Start with the hidden state that the batch before left."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, HIDDEN, batch_first=True)
        self.state: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        if self.state is not None and self.state[0].shape[1] != len(x):
            self.state = None
        states, state = self.lstm(x, self.state)
        self.state = (state[0].detach(), state[1].detach())
        return states, None


@faulty_model(found_by={"evaluation_is_deterministic", "runs_repeat"}, where="recurrent")
def state_stored_between_batches() -> ModelCase:
    """The hidden state is never reset."""
    return sequence_classifier(RecurrentClassifier(StoredState()))


class AlwaysTraining(nn.Module):
    """Override train, and forget its argument."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.3)

    def train(self, mode: bool = True) -> "AlwaysTraining":  # noqa: ARG002
        return super().train()

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(x)


@faulty_model(found_by={"modes_agree", "evaluation_is_deterministic"}, where="regularize")
def never_in_evaluation_mode() -> ModelCase:
    """`eval()` does not reach a layer."""
    return classifier(around(regularize=AlwaysTraining()))


class FrozenNorm(nn.Module):
    """Keep batch normalisation in evaluation mode, as for a pretrained model, in one that is not."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(HIDDEN)

    def train(self, mode: bool = True) -> "FrozenNorm":
        super().train(mode)
        self.norm.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x)


@faulty_model(found_by={"modes_agree", "batch_statistics"}, where="norm")
def batch_norm_never_in_training_mode() -> ModelCase:
    """The running statistics stay at 0 and 1."""
    return classifier(around(block=FrozenNorm()))


@faulty_model(found_by={"batch_statistics", "modes_agree"}, where="norm")
def batch_norm_with_momentum_zero() -> ModelCase:
    """The running statistics never move."""
    return classifier(around(norm=nn.BatchNorm1d(HIDDEN, momentum=0.0)))


@faulty_model(found_by={"batch_statistics", "samples_do_not_mix"}, where="norm")
def batch_norm_without_running_statistics() -> ModelCase:
    """A prediction depends on the other samples in the batch."""
    return classifier(around(norm=nn.BatchNorm1d(HIDDEN, track_running_stats=False)))


class ModelessBatchNorm(OwnBatchNorm):
    """Normalise by the batch in both modes."""

    def forward(self, x: Tensor) -> Tensor:
        mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
        return self.gamma * (x - mean) / torch.sqrt(variance + self.eps) + self.beta


@faulty_model(found_by={"batch_statistics", "samples_do_not_mix"}, where="norm")
def own_batch_norm_without_modes() -> ModelCase:
    """An own batch normalisation has running statistics, and never reads them."""
    return classifier(around(norm=ModelessBatchNorm(HIDDEN)))


@faulty_model(found_by={"batch_statistics", "modes_agree"}, where="norm")
def own_batch_norm_stuck() -> ModelCase:
    """An own batch normalisation never moves its running statistics."""
    return classifier(around(norm=OwnBatchNorm(HIDDEN, momentum=0.0)))


# Initialisation and units -------------------------------------------------------------------------------------------


@faulty_model(found_by={"dead_units", "gradients_arrive"}, where="hidden")
def dead_relu() -> ModelCase:
    """A bias of −100 keeps every unit at zero."""
    model = network()
    nn.init.constant_(model.hidden.bias, -100.0)
    return classifier(model)


@faulty_model(found_by={"symmetry", "gradients_arrive", "dead_units"}, where="hidden")
def all_weights_zero() -> ModelCase:
    """No hidden unit ever learns."""
    model = network()
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    return classifier(model)


@faulty_model(found_by={"symmetry"}, where="hidden")
def constant_weights() -> ModelCase:
    """All hidden units of a layer are and stay the same."""
    model = network(nn.Tanh)
    for name, parameter in model.named_parameters():
        nn.init.constant_(parameter, 0.05 if name.endswith("weight") else 0.0)
    return classifier(model)


class DeepNetwork(nn.Module):
    """Ten layers with normal weights, and a head with default weights."""

    def __init__(self, std: float) -> None:
        super().__init__()
        sizes = [FEATURES] + [HIDDEN] * 9
        self.layers = nn.ModuleList(nn.Linear(size, HIDDEN) for size in sizes)
        self.head = nn.Linear(HIDDEN, CLASSES)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=std)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.head(x)


@faulty_model(found_by={"activation_scale", "gradient_scale"}, where="layers")
def exploding_initialization() -> ModelCase:
    """Standard deviation 1 in ten layers."""
    return classifier(DeepNetwork(std=1.0))


@faulty_model(found_by={"activation_scale", "gradient_scale"}, where="layers")
def vanishing_initialization() -> ModelCase:
    """Standard deviation 0.01 in ten layers."""
    return classifier(DeepNetwork(std=0.01))


@faulty_model(found_by={"saturated_units"}, where="hidden")
def saturated_tanh() -> ModelCase:
    """Large weights saturate every tanh."""
    model = network(nn.Tanh)
    nn.init.normal_(model.hidden.weight, std=20.0)
    return classifier(model)


@faulty_model(found_by={"saturated_units"}, where="encoder")
def saturated_sigmoid() -> ModelCase:
    """Inputs are raw numbers of hundreds, which saturate every sigmoid."""
    x, target = vectors_and_classes()
    return ModelCase(network(nn.Sigmoid), nn.CrossEntropyLoss(), (x * 500, target))


# Parameters ---------------------------------------------------------------------------------------------------------


@faulty_model(found_by={"frozen", "gradients_arrive", "step_changes_every_parameter"}, where="encoder")
def frozen_by_accident() -> ModelCase:
    """The encoder is frozen without a declaration."""
    model = network()
    model.encoder.requires_grad_(False)
    return classifier(model)


@faulty_model(found_by={"frozen"}, where="encoder")
def declared_frozen_but_trains() -> ModelCase:
    """The encoder is declared frozen, and is not."""
    return classifier(network(), frozen=["encoder.weight", "encoder.bias"])


class ListOfLayers(nn.Module):
    """Keep layers in a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(FEATURES, HIDDEN)
        self.layers = [nn.Linear(HIDDEN, HIDDEN) for _ in range(2)]
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.encoder(x))
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.head(x)


@faulty_model(found_by={"registered"}, where="layers")
def module_list_missing() -> ModelCase:
    """The optimiser will not know the layers in a list."""
    return classifier(ListOfLayers())


class DictionaryOfExperts(nn.Module):
    """Keep layers in a plain dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.experts = {"wide": nn.Linear(HIDDEN, HIDDEN), "narrow": nn.Linear(HIDDEN, HIDDEN)}

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(sum(expert(x) for expert in self.experts.values()))


@faulty_model(found_by={"registered"}, where="experts")
def module_dict_missing() -> ModelCase:
    """The optimiser will not know the layers in a dictionary."""
    return classifier(around(block=DictionaryOfExperts()))


class TensorScale(nn.Module):
    """Keep a weight as a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.ones(HIDDEN, requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


@faulty_model(found_by={"registered"}, where="scale")
def tensor_instead_of_parameter() -> ModelCase:
    """A tensor with requires_grad is no parameter."""
    return classifier(around(rescale=TensorScale()))


class ListOfParameters(nn.Module):
    """Keep parameters in a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.shifts = [nn.Parameter(torch.zeros(HIDDEN)) for _ in range(2)]

    def forward(self, x: Tensor) -> Tensor:
        for shift in self.shifts:
            x = torch.relu(x + shift)
        return x


@faulty_model(found_by={"registered"}, where="shifts")
def parameter_list_missing() -> ModelCase:
    """The optimiser will not know the parameters in a list."""
    return classifier(around(block=ListOfParameters()))


class RemadeParameter(nn.Module):
    """Make the parameter anew at each call, so that it has length one."""

    def __init__(self) -> None:
        super().__init__()
        self.direction = nn.Parameter(torch.randn(HIDDEN, HIDDEN) / math.sqrt(HIDDEN))

    def forward(self, x: Tensor) -> Tensor:
        self.direction = nn.Parameter(self.direction / self.direction.norm(dim=1, keepdim=True))
        return x @ self.direction.T


@faulty_model(
    found_by={"registered", "gradients_arrive", "step_changes_every_parameter", "evaluation_is_deterministic"},
    where="direction",
)
def parameter_made_in_forward() -> ModelCase:
    """The optimiser holds a parameter that the model has replaced."""
    return classifier(around(block=RemadeParameter()))


# Inputs -------------------------------------------------------------------------------------------------------------


@faulty_model(found_by={"inputs_unchanged"}, where="input")
def relu_on_the_input_in_place() -> ModelCase:
    """The caller's batch loses its negative numbers."""
    return classifier(named(activation=Code(lambda x: x.relu_()), body=network()))


def subtract_mean_in_place(x: Tensor) -> Tensor:
    """Centre each sample."""
    x -= 0.5 * x.mean(dim=1, keepdim=True)
    return x


@faulty_model(found_by={"inputs_unchanged"}, where="input")
def input_centred_in_place() -> ModelCase:
    """The caller's batch changes with each call."""
    return classifier(named(centre=Code(subtract_mean_in_place), body=network()))


@faulty_model(found_by={"inputs_unchanged"}, where="target")
def target_changed_in_place() -> ModelCase:
    """The loss smooths the caller's labels, and again at each call."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        target *= 0.9
        target += 0.1 / CLASSES
        return functional.cross_entropy(output, target)

    x, labels = vectors_and_classes()
    return ModelCase(network(), loss_fn, (x, functional.one_hot(labels, CLASSES).float()))


@faulty_model(found_by={"uses_its_input"}, where="input")
def input_replaced_by_zeros() -> ModelCase:
    """The zeros are left over from a test of shapes."""
    return classifier(named(prepare=Code(torch.zeros_like), body=network()))


class IgnoredEncoder(nn.Module):
    """Predict from a learned start, and ignore the encoder's states."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.randn(HIDDEN))
        self.encoder = nn.Linear(FEATURES, HIDDEN)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        encoded = torch.relu(self.encoder(x))
        return self.head(torch.relu(self.start.expand_as(encoded)))


@faulty_model(found_by={"uses_its_input", "gradients_arrive"}, where="encoder")
def encoder_ignored() -> ModelCase:
    """The output is the same for every input."""
    return classifier(IgnoredEncoder())


@faulty_model(found_by={"uses_its_input"}, where="input")
def every_token_unknown() -> ModelCase:
    """The bound of a clamp is wrong: all words become word 1."""
    model = named(
        vocabulary=Code(lambda tokens: tokens.clamp(max=1)),
        words=nn.EmbeddingBag(VOCABULARY, HIDDEN),
        head=nn.Linear(HIDDEN, CLASSES),
    )
    return ModelCase(model, nn.CrossEntropyLoss(), tokens_and_classes())


# Numbers that are not finite ----------------------------------------------------------------------------------------


@faulty_model(found_by={"finite"}, where="nan")
def logarithm_of_zero() -> ModelCase:
    """0 · log 0 in a divergence from one-hot targets."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        return (target * (target.log() - output.log_softmax(dim=1))).sum(dim=1).mean()

    x, labels = vectors_and_classes()
    return ModelCase(network(), loss_fn, (x, functional.one_hot(labels, CLASSES).float()))


@faulty_model(found_by={"finite", "gradients_arrive"}, where="nan")
def gradient_of_the_root_of_zero() -> ModelCase:
    """The loss is fine, but the distance of a sample from itself has no gradient."""

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        distances = (output.unsqueeze(0) - output.unsqueeze(1)).pow(2).sum(dim=-1).sqrt()
        same = (target.unsqueeze(0) == target.unsqueeze(1)).float()
        return (same * distances + (1 - same) * torch.relu(1 - distances)).mean()

    return ModelCase(network(outputs=8), loss_fn, vectors_and_classes())


class MaskedMean(nn.Module):
    """Take the mean of the words that are no padding."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=PADDING)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def forward(self, tokens: Tensor) -> Tensor:
        words = (tokens != PADDING).unsqueeze(-1).float()
        return self.head((self.embedding(tokens) * words).sum(dim=1) / words.sum(dim=1))


@faulty_model(found_by={"finite"}, where="nan")
def mean_of_no_words() -> ModelCase:
    """A sentence has no words, and 0/0 is its mean."""
    tokens, target = tokens_and_classes()
    tokens[3] = PADDING
    return ModelCase(MaskedMean(), nn.CrossEntropyLoss(), (tokens, target))


# Time ---------------------------------------------------------------------------------------------------------------


class EncoderAsDecoder(nn.Module):
    """Predict next tokens with a Transformer encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Parameter(torch.randn(LENGTH, HIDDEN) * 0.1)
        layer = nn.TransformerEncoderLayer(HIDDEN, 4, 2 * HIDDEN, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(tokens) + self.positions))


@faulty_model(found_by={"causality"}, where="encoder")
def causal_mask_missing() -> ModelCase:
    """Every token sees the one that it is to predict."""
    return language_model(EncoderAsDecoder())


class FaultyAttention(nn.Module):
    """Causal attention whose mask, softmax or heads are wrong."""

    def __init__(self, *, diagonal: int = 1, hidden: float = -math.inf, axis: int = -1, view: bool = False) -> None:
        super().__init__()
        self.diagonal = diagonal
        self.hidden = hidden
        self.axis = axis
        self.view = view
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)

    def heads(self, x: Tensor) -> Tensor:
        samples, length, _ = x.shape
        if self.view:
            return x.view(samples, 4, length, HIDDEN // 4)
        return x.view(samples, length, 4, HIDDEN // 4).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.heads(self.query(x)) @ self.heads(self.key(x)).transpose(-2, -1) / math.sqrt(HIDDEN // 4)
        future = torch.ones(x.shape[1], x.shape[1]).triu(self.diagonal)
        scores = scores + torch.where(future == 1, self.hidden, 0.0)
        mixed = scores.softmax(dim=self.axis) @ self.heads(self.value(x))
        return mixed.transpose(1, 2).reshape(x.shape)


def decoder_with(**fault: Any) -> Decoder:
    """Make a decoder whose only block has a faulty attention."""
    model = Decoder(blocks=1)
    model.blocks[0].attention = FaultyAttention(**fault)
    return model


@faulty_model(found_by={"causality"}, where="attention")
def causal_mask_off_by_one() -> ModelCase:
    """Every token sees one token ahead, which is the one to predict."""
    return language_model(decoder_with(diagonal=2))


@faulty_model(found_by={"causality"}, where="attention")
def causal_mask_too_weak() -> ModelCase:
    """The mask subtracts 1 from the scores of the future, instead of infinity."""
    return language_model(decoder_with(hidden=-1.0))


@faulty_model(found_by={"causality"}, where="attention")
def softmax_over_the_queries() -> ModelCase:
    """The weights of a key sum to one over the queries, of which some are in the future."""
    return language_model(decoder_with(axis=-2))


@faulty_model(found_by={"causality"}, where="attention")
def heads_split_by_view() -> ModelCase:
    """The axes of heads and time are not swapped on the way in, so that heads are pieces of time."""
    return language_model(decoder_with(view=True))


class WrongPadding(nn.Module):
    """A convolution over time with some padding."""

    def __init__(self, left: int, right: int) -> None:
        super().__init__()
        self.padding = (left, right)
        self.convolution = nn.Conv1d(HIDDEN, HIDDEN, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(functional.pad(x, self.padding))


def convolutions_with(left: int, right: int) -> ModelCase:
    """Make a model of series whose second convolution has some padding."""
    model = TemporalConvolutions()
    model.second = WrongPadding(left, right)
    return ModelCase(model, nn.MSELoss(), series_and_next_values(), {"causal": 1})


@faulty_model(found_by={"causality"}, where="second")
def convolution_padded_on_the_right() -> ModelCase:
    """The convolution looks ahead instead of back."""
    return convolutions_with(left=0, right=2)


@faulty_model(found_by={"causality"}, where="second")
def convolution_padded_on_both_sides() -> ModelCase:
    """The convolution looks as far ahead as back."""
    return convolutions_with(left=1, right=1)


@faulty_model(found_by={"causality"}, where="recurrent")
def bidirectional_language_model() -> ModelCase:
    """Half of the states come from the future."""
    model = LanguageModel()
    model.recurrent = nn.GRU(HIDDEN, HIDDEN // 2, batch_first=True, bidirectional=True)
    return language_model(model)


class CentredOverTime(nn.Module):
    """Subtract the mean over time."""

    def forward(self, x: Tensor) -> Tensor:
        return x - x.mean(dim=1, keepdim=True)


@faulty_model(found_by={"causality"}, where="norm")
def centred_over_time() -> ModelCase:
    """A normalisation uses the mean of the whole sequence."""
    model = Decoder(blocks=1)
    model.norm = CentredOverTime()
    return language_model(model)


class NoPositions(TransformerClassifier):
    """Forget the positions."""

    def __init__(self) -> None:
        super().__init__()
        del self.positions

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(tokens)).mean(dim=1))


@faulty_model(found_by={"order_matters"}, where="order")
def positions_missing() -> ModelCase:
    """A sentence means the same in every order."""
    return ModelCase(NoPositions(), nn.CrossEntropyLoss(), tokens_and_classes(), {"ordered": 1})


class PositionsOfSamples(TransformerClassifier):
    """Add positions along the first axis, as if it were time."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.randn(5 * SAMPLES, 1, HIDDEN) * 0.1)

    def forward(self, tokens: Tensor) -> Tensor:
        words = self.embedding(tokens)
        return self.head(self.encoder(words + self.positions[: len(words)]).mean(dim=1))


@faulty_model(found_by={"order_matters", "samples_do_not_mix"}, where="order")
def positions_over_the_batch() -> ModelCase:
    """Words get the position of their sample in the batch, not their own position in the sentence."""
    return ModelCase(PositionsOfSamples(), nn.CrossEntropyLoss(), tokens_and_classes(), {"ordered": 1})


# Runs that do not repeat --------------------------------------------------------------------------------------------


class OwnNoise(nn.Module):
    """Add noise in training, from a generator that no seed of the user reaches."""

    def __init__(self, seed: Callable[[], int]) -> None:
        super().__init__()
        self.seed = seed

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        generator = torch.Generator().manual_seed(self.seed())
        return x + 0.1 * torch.randn(x.shape, generator=generator)


@faulty_model(found_by={"runs_repeat"}, where="noise")
def noise_seeded_by_the_system() -> ModelCase:
    """No two runs are the same, whatever the seed."""
    return classifier(around(noise=OwnNoise(lambda: int.from_bytes(os.urandom(7)))))


@faulty_model(found_by={"runs_repeat"}, where="noise")
def noise_seeded_by_the_clock() -> ModelCase:
    """No two runs are the same, whatever the seed."""
    return classifier(around(noise=OwnNoise(time.perf_counter_ns)))
