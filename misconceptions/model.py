"""Mistakes in build_model; torch is imported where it is used, so that grading NumPy work never loads it."""

from itertools import pairwise

from model import build_model

from backproof.misconceptions import misconception

# A right network of the mistakes' size: the mistake is what differs.
HIDDEN = 32


def network(num_features, num_classes, *last, hidden=2, activation=None, change=None):
    """Make a right network of some hidden layers, with more layers at its end, and change its layers."""
    import torch

    sizes = [num_features, *[HIDDEN] * hidden]
    layers = []
    for size, following in pairwise(sizes):
        layers += [torch.nn.Linear(size, following), (activation or torch.nn.ReLU)()]
    layers += [torch.nn.Linear(HIDDEN, num_classes), *last]
    model = torch.nn.Sequential(*layers)
    with torch.no_grad():
        for layer in model[::2] if change else []:
            if isinstance(layer, torch.nn.Linear):
                change(layer)
    return model


def wrapped(model, forward):
    """Make a module that calls ``forward(model, x)``."""
    import torch

    class Wrapped(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = model

        def forward(self, x):
            return forward(self.layers, x)

    return Wrapped()


@misconception(
    imitates="build_model",
    says="the model ends with a softmax, and the cross-entropy applies another one",
    hint="Return the last linear layer's output; apply the softmax only where probabilities are shown.",
)
def model_ends_with_a_softmax(num_features, num_classes):
    import torch

    return network(num_features, num_classes, torch.nn.Softmax(dim=1))


@misconception(
    imitates="build_model",
    says="the model ends with a ReLU: logits are never negative",
    hint="Leave out the activation after the last layer.",
)
def model_ends_with_a_relu(num_features, num_classes):
    import torch

    return network(num_features, num_classes, torch.nn.ReLU())


@misconception(
    imitates="build_model",
    says="all weights start at zero, so that the hidden layers never learn",
    hint="Draw the weights at random; biases may be zero.",
)
def model_starts_at_zero(num_features, num_classes):
    return network(num_features, num_classes, change=lambda layer: (layer.weight.zero_(), layer.bias.zero_()))


@misconception(
    imitates="build_model",
    says="all weights of a layer start with one number, so that its units stay copies of each other",
    hint="Draw the weights at random.",
)
def model_starts_with_constant_weights(num_features, num_classes):
    return network(num_features, num_classes, change=lambda layer: (layer.weight.fill_(0.1), layer.bias.zero_()))


@misconception(
    imitates="build_model",
    says="weights of standard deviation 1, whatever the fan, blow up the signal from layer to layer",
    hint="Divide by the root of fan_in: He's initialisation with ReLU.",
)
def model_starts_with_standard_normal_weights(num_features, num_classes):
    return network(num_features, num_classes, hidden=8, change=lambda layer: layer.weight.normal_())


@misconception(
    imitates="build_model",
    says="weights of standard deviation 0.01 let the signal die out from layer to layer",
    hint="Divide by the root of fan_in: He's initialisation with ReLU.",
)
def model_starts_with_tiny_weights(num_features, num_classes):
    return network(num_features, num_classes, hidden=8, change=lambda layer: layer.weight.normal_(std=0.01))


@misconception(
    imitates="build_model",
    says="the biases start so low that every rectified unit is off",
    hint="Start biases at 0.",
)
def model_starts_dead(num_features, num_classes):
    return network(num_features, num_classes, change=lambda layer: layer.bias.fill_(-100.0))


@misconception(
    imitates="build_model",
    says="the layers are kept in a plain list, where no optimiser finds them",
    hint="Use nn.ModuleList or nn.Sequential.",
)
def model_keeps_layers_in_a_list(num_features, num_classes):
    import torch

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [torch.nn.Linear(num_features, HIDDEN), torch.nn.Linear(HIDDEN, HIDDEN)]
            self.head = torch.nn.Linear(HIDDEN, num_classes)

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            return self.head(x)

    return Hidden()


@misconception(
    imitates="build_model",
    says="dropout is applied in evaluation, too",
    hint="dropout(x, p, training=self.training), or nn.Dropout.",
)
def model_drops_out_in_evaluation(num_features, num_classes):
    import torch

    right = network(num_features, num_classes)
    return wrapped(right, lambda layers, x: layers(torch.nn.functional.dropout(x, 0.5)))


@misconception(
    imitates="build_model",
    says="the inputs are centred over the batch, in evaluation, too: each sample's output depends on the others",
    hint="Normalise with running statistics (nn.BatchNorm1d), or within the sample.",
)
def model_centres_over_the_batch(num_features, num_classes):
    right = network(num_features, num_classes)
    return wrapped(right, lambda layers, x: layers(x - x.mean(dim=0)))


@misconception(
    imitates="build_model",
    says="the softmax runs over the batch in place of the classes",
    hint="dim=1 are the classes, dim=0 are the samples.",
)
def model_takes_the_softmax_over_the_batch(num_features, num_classes):
    import torch

    return network(num_features, num_classes, torch.nn.LogSoftmax(dim=0))


@misconception(
    imitates="build_model",
    says="the output of the hidden layers is detached, so that no gradient reaches them",
    hint="Leave out detach() and .data in forward.",
)
def model_detaches_its_hidden_layers(num_features, num_classes):
    right = network(num_features, num_classes)
    return wrapped(right, lambda layers, x: layers[-1](layers[:-1](x).detach()))


@misconception(
    imitates="build_model",
    says="a shortcut is detached: the gradient is not the slope of the loss",
    hint="Leave out detach() and .data in forward.",
)
def model_detaches_a_shortcut(num_features, num_classes):
    right = network(num_features, num_classes)

    def forward(layers, x):
        hidden = layers[:2](x)
        return layers[-1](layers[2:4](hidden) + hidden.detach())

    return wrapped(right, forward)


@misconception(
    imitates="build_model",
    says="the first layer is frozen by accident",
    hint="requires_grad_(True), or say that it is meant.",
)
def model_freezes_its_first_layer(num_features, num_classes):
    model = network(num_features, num_classes)
    model[0].requires_grad_(False)
    return model


@misconception(
    imitates="build_model",
    says="the input is rectified in place: the batch of the caller is changed",
    hint="relu instead of relu_, nn.ReLU() instead of nn.ReLU(inplace=True) on the input.",
)
def model_changes_its_input(num_features, num_classes):
    right = network(num_features, num_classes)
    return wrapped(right, lambda layers, x: layers(x.relu_()))


@misconception(
    imitates="build_model",
    says="the model works on zeros of the input's shape instead of the input",
    hint="Use forward's argument.",
)
def model_ignores_its_input(num_features, num_classes):
    import torch

    right = network(num_features, num_classes)
    return wrapped(right, lambda layers, x: layers(torch.zeros_like(x)))


@misconception(
    imitates="build_model",
    says="the last layer starts so large that the untrained model is sure, and wrong",
    hint="Start the last layer small.",
)
def model_starts_with_a_large_last_layer(num_features, num_classes):
    import torch

    model = network(num_features, num_classes)
    with torch.no_grad():
        model[-1].weight.mul_(100.0)
    return model


@misconception(
    imitates="build_model",
    says="batch statistics are never updated: the momentum is 0",
    hint="Leave the momentum at 0.1.",
)
def model_has_stuck_batch_statistics(num_features, num_classes):
    import torch

    right = network(num_features, num_classes)
    norm = torch.nn.BatchNorm1d(num_features, momentum=0.0)
    return torch.nn.Sequential(norm, *right)


@misconception(
    imitates="build_model",
    says="the weights come from a generator of its own, seeded alike each time",
    hint="Draw with torch's own functions; the caller seeds them.",
)
def model_seeds_its_own_generator(num_features, num_classes):
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build_model(num_features, num_classes)


@misconception(
    imitates="build_model",
    says="the model has one output for each feature instead of each class",
    hint="The last layer has num_classes outputs.",
)
def model_returns_features(num_features, num_classes):
    return network(num_features, num_features + num_classes)
