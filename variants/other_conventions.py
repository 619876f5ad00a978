"""A right submission that takes the other side wherever the contract accepts two."""

import activations
import augmentation
import data
import initializers
import landscape
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
from layers import linear_backward, linear_forward
from losses import cross_entropy, expected_initial_loss
from scipy import ndimage, special

__all__ = ["cross_entropy", "expected_initial_loss", "linear_backward", "linear_forward"]


def sigmoid(x):
    """By way of tanh: right to one rounding of 1, not of the result."""
    return 0.5 * (1 + np.tanh(x / 2))


def sigmoid_backward(dout, x):
    """1 - s loses its digits where the unit is saturated."""
    activations.sigmoid_backward(dout, x)
    return dout * sigmoid(x) * (1 - sigmoid(x))


def tanh(x):
    """By way of the sigmoid."""
    return 2 * activations.sigmoid(2 * x) - 1


def tanh_backward(dout, x):
    activations.tanh_backward(dout, x)
    return dout * (1 - tanh(x)) * (1 + tanh(x))


def leaky_relu(x, negative_slope=0.01):
    """Two ReLUs."""
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_relu_backward(dout, x, negative_slope=0.01):
    """At 0 the slope is that of the positive side."""
    activations.relu_backward(dout, x)
    return dout * np.where(x >= 0, 1, negative_slope).astype(dout.dtype)


def prelu(x, slope):
    return leaky_relu(x, slope)


def prelu_backward(dout, x, slope):
    """At 0 the slope is halfway between the two."""
    activations.relu_backward(dout, x)
    factor = np.where(x > 0, 1, np.where(x < 0, slope, (1 + slope) / 2)).astype(dout.dtype)
    return dout * factor, (dout * np.minimum(x, 0)).sum()


def relu(x):
    return np.where(x > 0, x, np.zeros_like(x))


def relu_backward(dout, x):
    """At 0 the slope is 1."""
    activations.relu_backward(dout, x)
    return np.where(x >= 0, dout, 0).astype(dout.dtype)


def softmax(logits):
    """Any shift will do, for example one that makes the largest exponential e**-3."""
    return np.exp(log_softmax(logits))


def log_softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True) - 3
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def binary_cross_entropy(logits, targets):
    """By way of logaddexp."""
    losses.binary_cross_entropy(logits, targets)
    loss = targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)
    return loss.mean(), (sigmoid(logits) - targets) / logits.size


def mean_squared_error(prediction, target):
    """By way of a dot product; the loss is a Python number."""
    losses.mean_squared_error(prediction, target)
    error = (prediction - target).ravel()
    return float(error @ error) / error.size, (error * (2 / error.size)).reshape(prediction.shape)


def constant_init(fan_in, fan_out, value):
    return initializers.constant_init(fan_in, fan_out, value).astype(np.float32)


def normal_init(fan_in, fan_out, rng, std=0.01):
    initializers.normal_init(fan_in, fan_out, rng.spawn(1)[0], std)
    return rng.normal(0, std, size=(fan_in, fan_out))


def xavier_uniform(fan_in, fan_out, rng):
    """Scaled after drawing, and in float32."""
    initializers.xavier_uniform(fan_in, fan_out, rng.spawn(1)[0])
    draw = 2 * rng.random((fan_in, fan_out), dtype=np.float32) - 1
    return draw * np.float32(np.sqrt(6 / (fan_in + fan_out)))


def xavier_normal(fan_in, fan_out, rng):
    """Variance 2 / (fan_in + fan_out)."""
    initializers.xavier_normal(fan_in, fan_out, rng.spawn(1)[0])
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))


def he_normal(fan_in, fan_out, rng):
    """Drawn in the other order of axes."""
    return initializers.he_normal(fan_in, fan_out, rng.spawn(1)[0])[::-1, ::-1]


def fit_standardizer(x):
    """The standard deviation has N - 1 in the denominator, and a constant feature has 1."""
    normalization.fit_standardizer(x)
    std = x.std(axis=0, ddof=1)
    return x.mean(axis=0), np.where(np.ptp(x, axis=0) == 0, np.ones_like(std), std)


def standardize(x, mean, std):
    """A small number is added to std against division by zero."""
    normalization.standardize(x, mean, std)
    return (x - mean) / (std + np.asarray(1e-8, dtype=std.dtype))


def fit_whitener(x, eps=1e-8):
    """ZCA whitening by a singular value decomposition: the axes are turned back, and the covariance has N - 1."""
    normalization.fit_whitener(x, eps)
    mean = x.mean(axis=0)
    _, singular_values, axes = np.linalg.svd(x - mean, full_matrices=False)
    # An axis is a row here. The root and eps are taken apart, which the contract accepts, too.
    roots = singular_values / np.sqrt(np.asarray(len(x) - 1, dtype=x.dtype))
    return mean, axes.T @ (axes / (roots + eps)[:, None])


def whiten(x, mean, transform):
    """The mean is mapped with the data."""
    normalization.whiten(x, mean, transform)
    return x @ transform - mean @ transform


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """The running variance is unbiased, and running statistics move by a share of their distance."""
    arguments = (x, gamma, beta, running_mean, running_var)
    normalization.batchnorm_forward(*arguments, training=training, momentum=momentum, eps=eps)
    if not training:
        scale = gamma / np.sqrt(running_var + eps)
        return x * scale + (beta - running_mean * scale), None, running_mean, running_var
    centred = x - x.mean(axis=0)
    sum_of_squares = (centred**2).sum(axis=0)
    std = np.sqrt(sum_of_squares / len(x) + eps)
    new_mean = running_mean + momentum * (x.mean(axis=0) - running_mean)
    new_var = running_var + momentum * (sum_of_squares / max(len(x) - 1, 1) - running_var)
    return centred / std * gamma + beta, (centred, std, gamma), new_mean, new_var


def batchnorm_backward(dout, cache):
    """Node by node through the graph; the path from the variance to the mean, which is always 0, is left out."""
    centred, std, gamma = cache
    if dout.shape != centred.shape:
        raise ValueError(f"dout has shape {dout.shape}, the output has {centred.shape}")
    num_samples = len(dout)
    dx_hat = dout * gamma
    dvariance = (dx_hat * centred).sum(axis=0) * -0.5 / std**3
    dmean = -(dx_hat / std).sum(axis=0)
    dx = dx_hat / std + dvariance * 2 * centred / num_samples + dmean / num_samples
    return dx, (dout * centred / std).sum(axis=0), dout.sum(axis=0)


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    """An exact number is kept while training, at random places."""
    regularization.dropout_forward(x, keep_prob, rng.spawn(1)[0] if rng is not None else rng, training=False)
    if not training:
        factor = np.asarray(1.0 if inverted else keep_prob, dtype=x.dtype)
        return x * factor, np.full_like(x, factor)
    # The number itself is rounded at random, so that the expectation is keep_prob for arrays of any size.
    exact = keep_prob * x.size
    count = int(exact) + (rng.random() < exact % 1)
    mask = np.zeros(x.size, dtype=x.dtype)
    mask[rng.permutation(x.size)[:count]] = 1 / keep_prob if inverted and keep_prob > 0 else 1
    mask = mask.reshape(x.shape)
    return x * mask, mask


def dropout_backward(dout, cache):
    return regularization.dropout_backward(dout, cache)


def l1_penalty(weight, strength):
    """At 0 the subgradient is strength / 2."""
    penalty, gradient = regularization.l1_penalty(weight, strength)
    return penalty, np.where(weight == 0, strength / 2, gradient).astype(weight.dtype)


def l2_penalty(weight, strength):
    """Half of the sum of squares."""
    return regularization.l2_penalty(weight, strength / 2)


def elastic_net_penalty(weight, l2_strength, l1_strength):
    """Half on the squared part."""
    return regularization.elastic_net_penalty(weight, l2_strength / 2, l1_strength)


def sgd(param, grad, state, *, learning_rate):
    """The state counts the steps, without any use."""
    new, _ = optimizers.sgd(param, grad, None, learning_rate=learning_rate)
    return new, (state or 0) + 1


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    """The state is a dict."""
    optimizers.momentum(param, grad, None, learning_rate=learning_rate)
    velocity = grad + (beta * state["velocity"] if state else 0)
    return param - learning_rate * velocity, {"velocity": velocity}


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    """The velocity points uphill."""
    optimizers.momentum_scaled(param, grad, None, learning_rate=learning_rate)
    velocity = learning_rate * grad + (beta * state if state is not None else 0)
    return param - velocity, velocity


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    """The state holds the look-ahead, too."""
    optimizers.nesterov(param, lambda w: w, None, learning_rate=learning_rate)
    velocity = np.zeros_like(param) if state is None else state
    grad = grad_fn(param + beta * velocity)
    velocity = beta * velocity - learning_rate * grad
    return param + velocity, velocity


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    """eps outside of the root."""
    optimizers.adagrad(param, grad, None, learning_rate=learning_rate)
    total = grad**2 + (0 if state is None else state)
    return param - learning_rate * quotient(grad, np.sqrt(total) + eps), total


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    """eps outside of the root; the average moves by a share of its distance."""
    optimizers.rmsprop(param, grad, None, learning_rate=learning_rate)
    average = np.zeros_like(param) if state is None else state
    average = average + (1 - decay) * (grad**2 - average)
    return param - learning_rate * quotient(grad, np.sqrt(average) + eps), average


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """The correction is in the rate, and eps beside the uncorrected root (end of section 2 of the paper)."""
    optimizers.adam(param, grad, None, learning_rate=learning_rate)
    first, second, step = state or (np.zeros_like(param), np.zeros_like(param), 0)
    first, second, step = beta1 * first + (1 - beta1) * grad, beta2 * second + (1 - beta2) * grad**2, step + 1
    rate = learning_rate * np.sqrt(1 - beta2**step) / (1 - beta1**step)
    return param - float(rate) * quotient(first, np.sqrt(second) + eps), (first, second, step)


def quotient(numerator, denominator):
    """0 where both are 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    """By recursion."""
    rate = schedules.step_decay(min(step, 0), initial_lr=initial_lr, step_size=step_size)
    for earlier in range(1, step + 1):
        rate *= drop_factor if earlier % step_size == 0 else 1
    return rate


def exponential_decay(step, *, initial_lr, decay_rate):
    """By way of logarithms."""
    schedules.exponential_decay(step, initial_lr=initial_lr, decay_rate=decay_rate)
    return initial_lr * np.exp(step * np.log(decay_rate))


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    """By the squared cosine of half the angle, as a 0-d array."""
    schedules.cosine_annealing(step, initial_lr=initial_lr, total_steps=total_steps)
    return np.asarray(min_lr + (initial_lr - min_lr) * np.cos(np.pi / 2 * min(step / total_steps, 1)) ** 2)


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    """From a table of restarts."""
    schedules.cosine_warm_restarts(step, initial_lr=initial_lr, first_period=first_period, period_mult=period_mult)
    starts = [0]
    while starts[-1] <= step:
        starts.append(starts[-1] + first_period * period_mult ** (len(starts) - 1))
    share = (step - starts[-2]) / (starts[-1] - starts[-2])
    return min_lr + (initial_lr - min_lr) * (1 + np.cos(np.pi * share)) / 2


def triangular(step, *, base_lr, max_lr, half_cycle):
    """Smith's own formula."""
    schedules.triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    cycle = np.floor(1 + step / (2 * half_cycle))
    return base_lr + (max_lr - base_lr) * max(0, 1 - abs(step / half_cycle - 2 * cycle + 1))


def triangular2(step, *, base_lr, max_lr, half_cycle):
    schedules.triangular2(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    cycle = np.floor(1 + step / (2 * half_cycle))
    height = triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle) - base_lr
    return base_lr + height / 2 ** (cycle - 1)


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    """One epoch more is waited."""
    schedules.reduce_on_plateau([], initial_lr=initial_lr, patience=patience)
    return schedules.reduce_on_plateau(losses, initial_lr=initial_lr, factor=factor, patience=patience + 1)


def linear_scaling(base_lr, base_batch_size, batch_size):
    schedules.linear_scaling(base_lr, base_batch_size, batch_size)
    return base_lr / base_batch_size * batch_size


def early_stopping(losses, *, patience=10, min_delta=0.0):
    """By the running best at each epoch; the epoch comes back as a NumPy integer."""
    stopping.early_stopping([], patience=patience, min_delta=min_delta)
    best_epochs = []
    for epoch, loss in enumerate(losses):
        best_epochs.append(epoch if not best_epochs or loss < losses[best_epochs[-1]] - min_delta else best_epochs[-1])
    late = np.flatnonzero(np.arange(len(losses)) - np.array(best_epochs, dtype=int) >= patience)
    return late[0] if len(late) else None


def average_weights(snapshots):
    """The running mean."""
    stopping.average_weights(snapshots)
    mean = snapshots[0]
    for count, snapshot in enumerate(snapshots[1:], start=2):
        mean = {name: value + (snapshot[name] - value) / count for name, value in mean.items()}
    return {name: value.copy() for name, value in mean.items()}


def average_predictions(predictions):
    stopping.average_predictions(predictions)
    return np.stack(predictions).mean(axis=0)


def numerical_gradient(f, theta, *, step=1e-5):
    """Half a step to either side."""
    return landscape.numerical_gradient(f, theta, step=step / 2)


def numerical_hessian(f, theta, *, step=1e-4):
    """Seven values of f for a pair, and three for one coordinate; not averaged with the transpose."""
    landscape.numerical_hessian(lambda _: 0.0, theta, step=step)
    offsets = step * np.eye(len(theta))
    second = np.array([f(theta + a) - 2 * f(theta) + f(theta - a) for a in offsets])
    hessian = np.diag(second)
    for i, j in zip(*np.nonzero(~np.eye(len(theta), dtype=bool)), strict=True):
        along_both = offsets[i] + offsets[j]
        sum_of_both = f(theta + along_both) - 2 * f(theta) + f(theta - along_both)
        hessian[i, j] = (sum_of_both - second[i] - second[j]) / 2
    return (hessian / step**2).astype(theta.dtype)


def second_order_taylor(value, gradient, hessian, theta0, theta):
    """The slope halfway, times the way."""
    landscape.second_order_taylor(value, gradient, hessian, theta0, theta)
    move = theta - theta0
    return float(value + (gradient + hessian @ move / 2) @ move)


def classify_critical_point(hessian, *, tol=1e-8):
    """By counting signs; tol is a share of the largest curvature where that is above 1."""
    landscape.classify_critical_point(hessian, tol=tol)
    eigenvalues = np.linalg.eigvals(hessian).real
    tol = tol * max(1.0, np.abs(eigenvalues).max())
    up, down = np.sum(eigenvalues > tol), np.sum(eigenvalues < -tol)
    if up + down == len(hessian):
        return "minimum" if down == 0 else "maximum" if up == 0 else "saddle"
    return "saddle" if up > 0 and down > 0 else "degenerate"


def minimum_ratio(hessian):
    """What is left of the eigenvalues that are not positive, as a Python number."""
    landscape.minimum_ratio(hessian)
    return 1 - sum(value <= 0 for value in np.linalg.eigvalsh(hessian).tolist()) / len(hessian)


def escape_direction(hessian):
    """The other sign, by power iteration on a shifted matrix."""
    landscape.escape_direction(hessian)
    shifted = np.linalg.norm(hessian, ord=2) * np.eye(len(hessian), dtype=hessian.dtype) - hessian
    direction = np.linalg.matrix_power(shifted / np.linalg.norm(shifted, ord=2), 256) @ np.ones_like(hessian[0])
    return -direction / np.linalg.norm(direction)


def condition_number(hessian):
    """The ratio of singular values."""
    landscape.condition_number(hessian)
    return np.linalg.cond(hessian)


def predicted_loss_change(gradient, hessian, learning_rate):
    """By the Taylor approximation."""
    landscape.predicted_loss_change(gradient, hessian, learning_rate)
    step = -learning_rate * gradient
    return landscape.second_order_taylor(0.0, gradient, hessian, np.zeros_like(step), step)


def is_ill_conditioned(gradient, hessian, learning_rate):
    """By the sign of the predicted change, as a NumPy truth value."""
    return landscape.predicted_loss_change(gradient, hessian, learning_rate) > 0


def newton_step(gradient, hessian):
    """By the inverse; NumPy's error for a singular matrix is a ValueError and names the matrix."""
    if gradient.shape != hessian.shape[:1]:
        raise ValueError("gradient does not fit the hessian")
    if hessian.shape[0] != hessian.shape[1]:
        raise ValueError("hessian must be square")
    return -np.linalg.inv(hessian) @ gradient


def gradient_growth(weight, steps):
    """By the eigenvalues of the squares."""
    landscape.gradient_growth(weight, steps)
    powers = [np.linalg.matrix_power(weight, k) for k in range(1, steps + 1)]
    return np.sqrt([np.linalg.eigvalsh(power.T @ power)[-1] for power in powers]).astype(weight.dtype)


def permute_hidden_units(weight1, bias1, weight2, permutation):
    """Old unit i becomes new unit permutation[i]: by a permutation matrix."""
    landscape.permute_hidden_units(weight1, bias1, weight2, permutation)
    matrix = np.eye(len(bias1), dtype=bias1.dtype)[permutation]
    return weight1 @ matrix, bias1 @ matrix, matrix.T @ weight2


def count_equivalent_minima(hidden_units, hidden_layers):
    """By multiplying."""
    landscape.count_equivalent_minima(hidden_units, hidden_layers)
    count = 1
    for factor in list(range(1, hidden_units + 1)) * hidden_layers:
        count *= factor
    return count


def probability_not_minimum(dimension):
    """By the sum of a geometric series."""
    landscape.probability_not_minimum(dimension)
    return sum(0.5**k for k in range(1, dimension + 1))


def filter_normalize(direction, weight):
    """A small number is added to the norm against division by zero."""
    landscape.filter_normalize(direction, weight)
    small = np.asarray(1e-10, dtype=direction.dtype)
    return direction / (np.linalg.norm(direction, axis=0) + small) * np.linalg.norm(weight, axis=0)


def loss_slice(f, theta, direction, steps):
    """In any order."""
    landscape.loss_slice(lambda _: 0.0, theta, direction, steps)
    losses = np.empty_like(steps, dtype=theta.dtype)
    for index in np.argsort(steps):
        losses[index] = f(theta + steps[index] * direction)
    return losses


def horizontal_flip(images, probability, rng):
    """Image by image."""
    augmentation.horizontal_flip(images, probability, rng.spawn(1)[0])
    flips = rng.binomial(1, probability, size=len(images))
    return np.stack([np.fliplr(image) if flip else image for image, flip in zip(images, flips, strict=True)])


def random_crop(images, size, rng, padding=0):
    """Image by image; one number says row and column."""
    augmentation.random_crop(images, size, rng.spawn(1)[0], padding)
    num_samples, height, width, channels = images.shape
    padded = np.zeros((num_samples, height + 2 * padding, width + 2 * padding, channels), dtype=images.dtype)
    padded[:, padding : padding + height, padding : padding + width] = images
    num_columns = padded.shape[2] - size + 1
    crops = []
    for image in padded:
        row, column = divmod(rng.integers((padded.shape[1] - size + 1) * num_columns), num_columns)
        crops.append(image[row : row + size, column : column + size])
    return np.stack(crops)


def color_jitter(images, rng, *, brightness=0.2, contrast=0.2):
    """Contrast first, about the luma's mean; clipped after each step. A negative factor becomes 0."""
    augmentation.color_jitter(images, rng.spawn(1)[0], brightness=brightness, contrast=contrast)
    factors = [
        np.maximum(1 + spread * rng.uniform(-1, 1, size=(len(images), 1, 1, 1)), 0).astype(images.dtype)
        for spread in (contrast, brightness)
    ]
    luma = images @ np.array([0.299, 0.587, 0.114], dtype=images.dtype)
    mean = luma.mean(axis=(1, 2))[:, None, None, None]
    stronger = np.clip(factors[0] * images + (1 - factors[0]) * mean, 0, 1)
    return np.clip(factors[1] * stronger, 0, 1)


def affine(images, matrix):
    """By SciPy, which counts rows first and is zero at once outside of the border."""
    augmentation.affine(images, matrix)
    linear, centre = matrix[::-1, 1::-1], (np.array(images.shape[1:3]) - 1) / 2
    offset = matrix[::-1, 2] + centre - linear @ centre
    out = np.empty_like(images)
    for sample, channel in np.ndindex(len(images), images.shape[3]):
        out[sample, ..., channel] = ndimage.affine_transform(images[sample, ..., channel], linear, offset, order=1)
    return out


def cutmix(images, labels, rng, alpha=1.0):
    """A rectangle for each image, drawn so that it fits; the partner is the sample before."""
    augmentation.cutmix(images, labels, rng.spawn(1)[0], alpha)
    mixed, mixed_labels = images.copy(), labels.copy()
    for sample in range(len(images)):
        side = np.sqrt(1 - rng.beta(alpha, alpha))
        sizes = [round(side * size) for size in images.shape[1:3]]
        row, column = (rng.integers(whole - part + 1) for whole, part in zip(images.shape[1:3], sizes, strict=True))
        box = (slice(row, row + sizes[0]), slice(column, column + sizes[1]))
        mixed[sample][box] = images[sample - 1][box]
        share = sizes[0] * sizes[1] / np.prod(images.shape[1:3])
        mixed_labels[sample] += float(share) * (labels[sample - 1] - labels[sample])
    return mixed, mixed_labels


def cowmix(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    """One mask for the batch, of noise that is smoothed in frequency space and cut at a normal quantile."""
    augmentation.cowmix(images, labels, rng.spawn(1)[0], keep_fraction=keep_fraction, sigma=sigma)
    noise = rng.standard_normal(images.shape[1:3])
    smooth = np.fft.ifft2(ndimage.fourier_gaussian(np.fft.fft2(noise), sigma)).real
    keep = (smooth <= smooth.mean() + smooth.std() * special.ndtri(keep_fraction))[..., None]
    partner = rng.permutation(len(images))
    share = float(keep.mean())
    return keep * images + ~keep * images[partner], share * labels + (1 - share) * labels[partner]


def accuracy(scores, labels):
    """By a count, as a Python number."""
    metrics.accuracy(scores, labels)
    return float(sum(int(np.argmax(row)) == label for row, label in zip(scores, labels, strict=True)) / len(labels))


def confusion_counts(predictions, labels):
    """From a table of all four."""
    metrics.confusion_counts(predictions, labels)
    table = np.bincount(2 * predictions + labels, minlength=4)
    return [table[3], table[2], table[0], table[1]]


def precision(predictions, labels):
    """Refuses to divide by nothing."""
    true_positives, false_positives, _, _ = metrics.confusion_counts(predictions, labels)
    if true_positives + false_positives == 0:
        raise ValueError("no prediction is 1")
    return true_positives / (true_positives + false_positives)


def recall(predictions, labels):
    """Refuses to divide by nothing."""
    true_positives, _, _, false_negatives = metrics.confusion_counts(predictions, labels)
    if true_positives + false_negatives == 0:
        raise ValueError("no label is 1")
    return true_positives / (true_positives + false_negatives)


def roc_curve(scores, labels):
    """By comparing every score with every threshold."""
    metrics.roc_curve(scores, labels)
    thresholds = np.append(np.inf, np.unique(scores)[::-1]).astype(scores.dtype)
    at_least = scores >= thresholds[:, None]
    rates = [at_least[:, labels == value].mean(axis=1).astype(scores.dtype) for value in (0, 1)]
    return rates[0], rates[1], thresholds


def auc(fpr, tpr):
    metrics.auc(fpr, tpr)
    return np.trapezoid(tpr, fpr)


def roc_auc(scores, labels):
    """By ranks (Mann and Whitney); one class alone is refused."""
    metrics.roc_auc(scores, labels)
    ones, zeros = scores[labels == 1], scores[labels == 0]
    if not len(ones) or not len(zeros):
        raise ValueError("labels must hold both 0 and 1")
    return np.mean((np.sign(ones[:, None] - zeros) + 1) / 2)


def train_val_test_split(num_samples, fractions, rng):
    """Sizes are rounded one by one, the last set takes the rest; sets are sorted."""
    data.train_val_test_split(num_samples, fractions, rng.spawn(1)[0])
    order = rng.permutation(num_samples)
    first, second = (round(share * num_samples) for share in fractions[:2])
    return np.sort(order[:first]), np.sort(order[first : first + second]), np.sort(order[first + second :])


def k_fold(num_samples, k, rng):
    """Every k-th sample of a random order; pairs are lists."""
    data.k_fold(num_samples, k, rng.spawn(1)[0])
    order = rng.permutation(num_samples)
    return [[np.delete(order, slice(i, None, k)), order[i::k]] for i in range(k)]


def minibatches(num_samples, batch_size, rng):
    """As a tuple, from a shuffled array of 32-bit integers."""
    data.minibatches(num_samples, batch_size, rng.spawn(1)[0])
    order = np.arange(num_samples, dtype=np.int32)
    rng.shuffle(order)
    return tuple(np.split(order, np.arange(batch_size, num_samples, batch_size)))


def init_network(layer_sizes, rng):
    """He's variance with a uniform distribution, and a last layer of zeros."""
    params = network.init_network(layer_sizes, rng.spawn(1)[0])
    for name, value in params.items():
        if name.startswith("W"):
            bound = np.sqrt(6 / value.shape[0])
            params[name] = rng.uniform(-bound, bound, size=value.shape)
    last = f"W{len(layer_sizes) - 1}"
    return params | {last: np.zeros_like(params[last])}


def predict(params, x):
    return network.predict(params, x)


def network_loss(params, x, labels, *, l2_strength=0.0):
    """The penalty is half of the sum of squares."""
    return network.network_loss(params, x, labels, l2_strength=l2_strength / 2)


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    """Batches are drawn anew each step, smaller ones with replacement; losses come back as an array."""
    if not (np.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError("learning_rate must be finite and not negative")
    if steps < 0 or batch_size < 1:
        raise ValueError("steps and batch_size must make sense")
    losses = np.zeros(steps)
    for step in range(steps):
        with np.errstate(all="ignore"):
            batch = rng.integers(0, len(x), batch_size) if batch_size < len(x) else slice(None)
            losses[step], grads = network_loss(params, x[batch], labels[batch], l2_strength=l2_strength)
        if np.isnan(losses[step]) or np.isinf(losses[step]):
            raise FloatingPointError(f"diverged in step {step}")
        params = {name: value - learning_rate * grads[name] for name, value in params.items()}
    return params, losses


def coarse_to_fine_search(evaluate, *, low, high, rounds=3, points=8):
    """The range is cut into parts, whose middles are tried; the best part is the next range."""
    training.coarse_to_fine_search(evaluate, low=low, high=high, rounds=0)
    start, end = np.log10([low, high])
    for _ in range(rounds):
        borders = np.linspace(start, end, points + 1)
        middles = 10 ** ((borders[1:] + borders[:-1]) / 2)
        best = min(range(points), key=lambda part: evaluate(middles[part]))
        start, end = borders[best], borders[best + 1]
    return np.asarray(middles[best])


def diagnose_fit(train_losses, validation_losses):
    """By the means of the last tenth of the epochs; a gap that is larger than what training left is overfitting."""
    training.diagnose_fit(train_losses, validation_losses)
    last = max(len(train_losses) // 10, 1)
    start, left, all_left = train_losses[0], np.mean(train_losses[-last:]), np.mean(validation_losses[-last:])
    if not (np.isfinite([left, all_left]).all() and max(left, all_left) <= start):
        return "diverging"
    if all_left - left < 0.05 * start:
        return "good" if left < 0.1 * start else "underfitting"
    return "overfitting" if all_left > 2 * left else "underfitting"


def build_model(num_features, num_classes):
    """A class of its own: batch normalisation, tanh, a residual block whose last layer starts at zero, and dropout."""
    import torch

    class Residual(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = torch.nn.Linear(num_features, 48, bias=False)
            self.norm = torch.nn.BatchNorm1d(48)
            self.inner = torch.nn.Linear(48, 48)
            self.scale = torch.nn.Parameter(torch.zeros(48))
            self.drop = torch.nn.Dropout(0.1)
            self.last = torch.nn.Linear(48, num_classes)

        def forward(self, x):
            hidden = torch.tanh(self.norm(self.first(x)))
            hidden = hidden + self.scale * torch.nn.functional.gelu(self.inner(hidden))
            return self.last(self.drop(hidden))

    return Residual()
