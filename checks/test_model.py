"""Checks of model.py: they hold for every architecture, and are those of ``check_model``."""

from backproof.testing import assert_nothing_found, assert_that, check, running_the_model, subject_of

RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"
DEEP = "Goodfellow, Bengio and Courville, Deep Learning, sections 7.1 and 8.4"
HE = "He et al., Delving Deep into Rectifiers, ICCV 2015, section 2.2"
GLOROT = "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010"
BATCHNORM = "Ioffe and Szegedy, Batch Normalization, ICML 2015, section 3.1"
MODULES = "PyTorch documentation, torch.nn.Module"
AUTOGRAD = "PyTorch documentation, Autograd mechanics"


@check(points=1, source=MODULES, hint="The last layer has num_classes outputs; the first takes num_features.")
def test_one_logit_for_each_class(build_model, rng):
    """A batch (N, num_features) gives logits (N, num_classes), also for one sample in evaluation."""
    subject = subject_of(build_model, rng)
    x, labels = subject.batch
    for rows in (len(x), 1):
        with running_the_model(), subject.trial(training=False):
            shape = tuple(subject.model(x[:rows]).shape)
        message = f"{rows} samples of {x.shape[1]} features and {int(labels.max()) + 1} classes give {shape}"
        expected = (rows, int(labels.max()) + 1)
        assert_that(shape == expected, message, expected=str(expected), got=str(shape))


@check(points=1, source=MODULES, hint="Draw weights with torch.nn.init or torch.randn, and from no other generator.")
def test_seed_decides_the_initial_weights(build_model):
    """The same global seed gives the same initial weights, and another one others."""
    models = [build_model.module(10, 4, seed=seed) for seed in (1, 1, 2)]
    first, again, other = ([p.detach() for p in model.parameters()] for model in models)
    assert_that(equal(first, again), "two models with the same seed have other weights")
    assert_that(not equal(first, other), "two models with other seeds have the same weights")


def equal(first, second):
    """Return whether two lists of tensors are the same."""
    shapes = [[tuple(tensor.shape) for tensor in tensors] for tensors in (first, second)]
    return shapes[0] == shapes[1] and all(bool((a == b).all()) for a, b in zip(first, second, strict=True))


@check(points=1, source=RECIPE, hint="Look for a logarithm, a root or a division that meets 0.")
def test_loss_and_gradients_are_finite(build_model, rng):
    """Loss, outputs and gradients are finite numbers, in training and in evaluation."""
    assert_nothing_found("finite", build_model, rng)


@check(points=2, source=RECIPE, hint="Start the last layer small, and its biases at 0.")
def test_initial_loss_is_near_log_c(build_model, rng):
    """Untrained, the model is undecided between the classes: the loss is about log C."""
    assert_nothing_found("initial_loss", build_model, rng)


@check(points=2, source=RECIPE, hint="Return the last linear layer's output: the loss applies the softmax.")
def test_outputs_are_logits(build_model, rng):
    """The outputs are logits, not probabilities: the cross-entropy applies the softmax itself."""
    assert_nothing_found("logits", build_model, rng)


@check(points=1, source=AUTOGRAD, hint="Use relu instead of relu_, and x = x - m instead of x -= m.")
def test_batch_is_not_changed_in_place(build_model, rng):
    """A forward pass leaves its input as it is."""
    assert_nothing_found("inputs_unchanged", build_model, rng)


@check(points=2, source=MODULES, hint="Use nn.ModuleList, nn.ModuleDict and nn.Parameter.")
def test_all_layers_are_registered(build_model, rng):
    """Every layer and parameter is registered, so that the optimiser finds it."""
    assert_nothing_found("registered", build_model, rng)


@check(points=2, source=RECIPE, hint="Look for detach, .data, argmax, no_grad, and for layers that are not used.")
def test_every_parameter_gets_a_gradient(build_model, rng):
    """Every parameter gets a gradient, at the latest after some steps."""
    assert_nothing_found("gradients_arrive", build_model, rng)


@check(points=2, source=AUTOGRAD, hint="A part of the graph is cut off: look for detach and .data.")
def test_gradients_are_the_slopes_of_the_loss(build_model, rng):
    """The gradient of each parameter agrees with finite differences of the loss."""
    assert_nothing_found("gradients_are_right", build_model, rng)


@check(points=1, source=MODULES, hint="requires_grad_(True): nothing of this model is given.")
def test_every_parameter_is_to_be_trained(build_model, rng):
    """No parameter is frozen."""
    assert_nothing_found("frozen", build_model, rng)


@check(points=1, source=DEEP, hint="Draw the weights at random.")
def test_units_are_not_copies_of_each_other(build_model, rng):
    """The units of a layer differ, or become different in training."""
    assert_nothing_found("symmetry", build_model, rng)


@check(points=1, source=DEEP, hint="Look whether the output depends on the registered parameters.")
def test_loss_feels_weight_decay(build_model, rng):
    """Weight decay has weights to work on, and the loss changes as they shrink."""
    assert_nothing_found("weight_decay", build_model, rng)


@check(points=3, source=RECIPE, hint="Look for view in place of permute, and for means, softmax or norms over axis 0.")
def test_samples_do_not_mix(build_model, rng):
    """No sample's output depends on another sample of the batch, in evaluation."""
    assert_nothing_found("samples_do_not_mix", build_model, rng)


@check(points=2, source=MODULES, hint="dropout(x, p, training=self.training).")
def test_evaluation_is_deterministic(build_model, rng):
    """In evaluation the same input gives the same output."""
    assert_nothing_found("evaluation_is_deterministic", build_model, rng)


@check(points=1, source=MODULES, hint="Call super().train(mode) in a train() of your own.")
def test_modes_differ_only_where_dropout_or_statistics_say_so(build_model, rng):
    """Training and evaluation differ only by dropout and batch statistics."""
    assert_nothing_found("modes_agree", build_model, rng)


@check(points=1, source=BATCHNORM, hint="Momentum above 0, and buffers that are updated in training.")
def test_batch_statistics_follow_the_batches(build_model, rng):
    """Running statistics are updated in training, and evaluation uses them."""
    assert_nothing_found("batch_statistics", build_model, rng)


@check(points=1, source=HE, hint="He's initialisation with ReLU, Xavier's with tanh, or a normalisation.")
def test_activations_neither_vanish_nor_explode(build_model, rng):
    """Through the layers of the untrained model the signal keeps its size up to a factor of 1,000."""
    assert_nothing_found("activation_scale", build_model, rng)


@check(points=1, source=HE, hint="He's initialisation with ReLU, Xavier's with tanh, or a normalisation.")
def test_gradients_neither_vanish_nor_explode(build_model, rng):
    """The gradients of all layers are of one size up to a factor of 1,000."""
    assert_nothing_found("gradient_scale", build_model, rng)


@check(points=1, source=HE, hint="Look at the biases: rectified units that are off for all samples learn nothing.")
def test_units_are_not_dead(build_model, rng):
    """Not nearly all rectified units of a layer are off for the whole batch."""
    assert_nothing_found("dead_units", build_model, rng)


@check(points=1, source=GLOROT, hint="Start with smaller weights.")
def test_units_are_not_saturated(build_model, rng):
    """Sigmoid and tanh units start where they have a slope."""
    assert_nothing_found("saturated_units", build_model, rng)


@check(points=1, source=RECIPE, hint="Look at the gradients first.")
def test_loss_falls(build_model, rng):
    """One step of gradient descent lowers the loss, at some learning rate from 0.0001 to 0.1."""
    assert_nothing_found("loss_falls", build_model, rng)


@check(points=3, source=RECIPE, hint="Compare outputs and labels of single samples.")
def test_a_tiny_batch_is_learnt_by_heart(build_model, rng):
    """Sixteen samples with random labels are learnt by heart: the loss halves within 200 steps of Adam."""
    assert_nothing_found("overfits_a_tiny_batch", build_model, rng)


@check(points=2, source=RECIPE, hint="Look at what forward does with its argument first.")
def test_output_depends_on_the_input(build_model, rng):
    """Other inputs give other outputs: training on the real input beats a blind one."""
    assert_nothing_found("uses_its_input", build_model, rng)


@check(points=1, source=MODULES, hint="Draw from torch's generator alone.")
def test_runs_repeat(build_model, rng):
    """Two trainings with the same seeds are the same."""
    assert_nothing_found("runs_repeat", build_model, rng)
