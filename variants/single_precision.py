"""The reference in float32 throughout: inputs are rounded to it, and nothing is ever wider."""

import activations
import augmentation
import data
import initializers
import landscape
import layers
import losses
import metrics
import network
import normalization
import numpy as np
import optimizers
import regularization
import schedules
import stopping
import training


def single(value):
    """Round every float array, also in containers."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype.kind == "f" else value
    if isinstance(value, dict):
        return {name: single(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(single(item) for item in value)
    return np.float32(value) if isinstance(value, float | np.floating) else value


def sigmoid(x):
    return activations.sigmoid(single(x))


def sigmoid_backward(dout, x):
    return activations.sigmoid_backward(single(dout), single(x))


def tanh(x):
    return activations.tanh(single(x))


def tanh_backward(dout, x):
    return activations.tanh_backward(single(dout), single(x))


def leaky_relu(x, negative_slope=0.01):
    return activations.leaky_relu(single(x), single(negative_slope))


def leaky_relu_backward(dout, x, negative_slope=0.01):
    return activations.leaky_relu_backward(single(dout), single(x), single(negative_slope))


def prelu(x, slope):
    return activations.prelu(single(x), single(slope))


def prelu_backward(dout, x, slope):
    dx, dslope = activations.prelu_backward(single(dout), single(x), single(slope))
    return dx, float(dslope)


def relu(x):
    return activations.relu(single(x))


def relu_backward(dout, x):
    return activations.relu_backward(single(dout), single(x))


def softmax(logits):
    return activations.softmax(single(logits))


def log_softmax(logits):
    return activations.log_softmax(single(logits))


def cross_entropy(logits, targets):
    return losses.cross_entropy(single(logits), single(targets))


def binary_cross_entropy(logits, targets):
    return losses.binary_cross_entropy(single(logits), single(targets))


def mean_squared_error(prediction, target):
    return losses.mean_squared_error(single(prediction), single(target))


def expected_initial_loss(num_classes):
    return np.float32(losses.expected_initial_loss(num_classes))


def constant_init(fan_in, fan_out, value):
    return single(initializers.constant_init(fan_in, fan_out, value))


def normal_init(fan_in, fan_out, rng, std=0.01):
    return single(initializers.normal_init(fan_in, fan_out, rng, std))


def xavier_uniform(fan_in, fan_out, rng):
    return single(initializers.xavier_uniform(fan_in, fan_out, rng))


def xavier_normal(fan_in, fan_out, rng):
    return single(initializers.xavier_normal(fan_in, fan_out, rng))


def he_normal(fan_in, fan_out, rng):
    return single(initializers.he_normal(fan_in, fan_out, rng))


def linear_forward(x, weight, bias):
    return layers.linear_forward(single(x), single(weight), single(bias))


def linear_backward(dout, cache):
    return layers.linear_backward(single(dout), cache)


def fit_standardizer(x):
    return normalization.fit_standardizer(single(x))


def standardize(x, mean, std):
    return normalization.standardize(single(x), single(mean), single(std))


def fit_whitener(x, eps=1e-8):
    return normalization.fit_whitener(single(x), eps=eps)


def whiten(x, mean, transform):
    return normalization.whiten(single(x), single(mean), single(transform))


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    arguments = single((x, gamma, beta, running_mean, running_var))
    return normalization.batchnorm_forward(*arguments, training=training, momentum=momentum, eps=eps)


def batchnorm_backward(dout, cache):
    return normalization.batchnorm_backward(single(dout), cache)


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    return regularization.dropout_forward(single(x), keep_prob, rng, training=training, inverted=inverted)


def dropout_backward(dout, cache):
    return regularization.dropout_backward(single(dout), cache)


def l1_penalty(weight, strength):
    return regularization.l1_penalty(single(weight), single(strength))


def l2_penalty(weight, strength):
    penalty, gradient = regularization.l2_penalty(single(weight), single(strength))
    return float(penalty), gradient


def elastic_net_penalty(weight, l2_strength, l1_strength):
    return regularization.elastic_net_penalty(single(weight), single(l2_strength), single(l1_strength))


def sgd(param, grad, state, *, learning_rate):
    new, state = optimizers.sgd(single(param), single(grad), state, learning_rate=learning_rate)
    return single(new), state


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    new, state = optimizers.momentum(single(param), single(grad), state, learning_rate=learning_rate, beta=beta)
    return single(new), state


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    new, state = optimizers.momentum_scaled(single(param), single(grad), state, learning_rate=learning_rate, beta=beta)
    return single(new), state


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    new, state = optimizers.nesterov(
        single(param), lambda w: single(grad_fn(w)), state, learning_rate=learning_rate, beta=beta
    )
    return single(new), state


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    new, state = optimizers.adagrad(single(param), single(grad), state, learning_rate=learning_rate, eps=eps)
    return single(new), state


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    new, state = optimizers.rmsprop(
        single(param), single(grad), state, learning_rate=learning_rate, decay=decay, eps=eps
    )
    return single(new), state


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new, state = optimizers.adam(
        single(param), single(grad), state, learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps
    )
    return single(new), state


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    return np.float32(schedules.step_decay(step, initial_lr=initial_lr, drop_factor=drop_factor, step_size=step_size))


def exponential_decay(step, *, initial_lr, decay_rate):
    return np.float32(schedules.exponential_decay(step, initial_lr=initial_lr, decay_rate=np.float32(decay_rate)))


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    rate = schedules.cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps, min_lr=min_lr)
    return np.float32(rate)


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    settings = {"first_period": first_period, "period_mult": period_mult, "min_lr": min_lr}
    return np.float32(schedules.cosine_warm_restarts(step, initial_lr=initial_lr, **settings))


def triangular(step, *, base_lr, max_lr, half_cycle):
    return np.float32(schedules.triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle))


def triangular2(step, *, base_lr, max_lr, half_cycle):
    return np.float32(schedules.triangular2(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle))


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    rate = schedules.reduce_on_plateau(losses, initial_lr=initial_lr, factor=factor, patience=patience)
    return np.float32(rate)


def linear_scaling(base_lr, base_batch_size, batch_size):
    return np.float32(schedules.linear_scaling(base_lr, base_batch_size, batch_size))


def early_stopping(losses, *, patience=10, min_delta=0.0):
    return stopping.early_stopping(losses, patience=patience, min_delta=min_delta)


def average_weights(snapshots):
    return stopping.average_weights([single(snapshot) for snapshot in snapshots])


def average_predictions(predictions):
    return stopping.average_predictions([single(prediction) for prediction in predictions])


def numerical_gradient(f, theta, *, step=1e-5):
    """A step of 1e-5 has two digits in float32: f is called with float64, which the contract allows."""
    return landscape.numerical_gradient(f, single(theta), step=step)


def numerical_hessian(f, theta, *, step=1e-4):
    return landscape.numerical_hessian(f, single(theta), step=step)


def second_order_taylor(value, gradient, hessian, theta0, theta):
    return landscape.second_order_taylor(*single((value, gradient, hessian, theta0, theta)))


def classify_critical_point(hessian, *, tol=1e-8):
    return landscape.classify_critical_point(single(hessian), tol=tol)


def minimum_ratio(hessian):
    return np.float32(landscape.minimum_ratio(single(hessian)))


def escape_direction(hessian):
    return landscape.escape_direction(single(hessian))


def condition_number(hessian):
    return np.float32(landscape.condition_number(single(hessian)))


def predicted_loss_change(gradient, hessian, learning_rate):
    return landscape.predicted_loss_change(single(gradient), single(hessian), single(learning_rate))


def is_ill_conditioned(gradient, hessian, learning_rate):
    return landscape.is_ill_conditioned(single(gradient), single(hessian), single(learning_rate))


def newton_step(gradient, hessian):
    return landscape.newton_step(single(gradient), single(hessian))


def gradient_growth(weight, steps):
    return landscape.gradient_growth(single(weight), steps)


def permute_hidden_units(weight1, bias1, weight2, permutation):
    return landscape.permute_hidden_units(*single((weight1, bias1, weight2)), permutation)


def count_equivalent_minima(hidden_units, hidden_layers):
    return landscape.count_equivalent_minima(hidden_units, hidden_layers)


def probability_not_minimum(dimension):
    return np.float32(landscape.probability_not_minimum(dimension))


def filter_normalize(direction, weight):
    return landscape.filter_normalize(single(direction), single(weight))


def loss_slice(f, theta, direction, steps):
    return landscape.loss_slice(f, *single((theta, direction, steps)))


def horizontal_flip(images, probability, rng):
    return augmentation.horizontal_flip(single(images), probability, rng)


def random_crop(images, size, rng, padding=0):
    return augmentation.random_crop(single(images), size, rng, padding)


def color_jitter(images, rng, *, brightness=0.2, contrast=0.2):
    return augmentation.color_jitter(single(images), rng, brightness=brightness, contrast=contrast)


def affine(images, matrix):
    return augmentation.affine(single(images), single(matrix))


def cutmix(images, labels, rng, alpha=1.0):
    return augmentation.cutmix(single(images), single(labels), rng, alpha)


def cowmix(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    return augmentation.cowmix(single(images), single(labels), rng, keep_fraction=keep_fraction, sigma=sigma)


def accuracy(scores, labels):
    return np.float32(metrics.accuracy(single(scores), labels))


def confusion_counts(predictions, labels):
    return metrics.confusion_counts(predictions, labels)


def precision(predictions, labels):
    return np.float32(metrics.precision(predictions, labels))


def recall(predictions, labels):
    return np.float32(metrics.recall(predictions, labels))


def roc_curve(scores, labels):
    return metrics.roc_curve(single(scores), labels)


def auc(fpr, tpr):
    return metrics.auc(single(fpr), single(tpr))


def roc_auc(scores, labels):
    return np.float32(metrics.roc_auc(single(scores), labels))


def train_val_test_split(num_samples, fractions, rng):
    return data.train_val_test_split(num_samples, single(fractions), rng)


def k_fold(num_samples, k, rng):
    return data.k_fold(num_samples, k, rng)


def minibatches(num_samples, batch_size, rng):
    return data.minibatches(num_samples, batch_size, rng)


def init_network(layer_sizes, rng):
    return single(network.init_network(layer_sizes, rng))


def predict(params, x):
    return network.predict(single(params), single(x))


def network_loss(params, x, labels, *, l2_strength=0.0):
    return network.network_loss(single(params), single(x), labels, l2_strength=np.float32(l2_strength))


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    with np.errstate(over="ignore"):
        return training.train(
            single(params),
            single(x),
            labels,
            rng,
            learning_rate=learning_rate,
            steps=steps,
            batch_size=batch_size,
            l2_strength=np.float32(l2_strength),
        )


def coarse_to_fine_search(evaluate, *, low, high, rounds=3, points=8):
    """Evenly spaced logarithms in float32."""
    training.coarse_to_fine_search(evaluate, low=low, high=high, rounds=0)
    start, end = np.log(np.float32([low, high]))
    for _ in range(rounds):
        grid = np.linspace(start, end, points, dtype=np.float32)
        best = np.argmin([np.float32(evaluate(np.exp(value))) for value in grid])
        start, end = grid[max(best - 1, 0)], grid[min(best + 1, points - 1)]
    return np.exp(grid[best])


def diagnose_fit(train_losses, validation_losses):
    return training.diagnose_fit(single(train_losses), single(validation_losses))


def build_model(num_features, num_classes):
    """A torch module works in single precision anyway."""
    from model import build_model as right

    return right(num_features, num_classes)
