"""PyTorch's own functions, presented under the contract's names.

Each function calls torch.nn.functional, torch.nn.init, torch.autograd or torch.optim for what it computes. What is
written here is the shape of the call: PyTorch keeps ``(fan_out, fan_in)``, takes a drop probability, and raises
RuntimeError where the contract asks for a ValueError that names the argument.
"""

import copy
import math
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812 - the name that everybody uses
from torch.optim import lr_scheduler, swa_utils


def require(condition, message):
    if not condition:
        raise ValueError(message)


def sigmoid(x):
    return torch.sigmoid(x)


def sigmoid_backward(dout, x):
    return gradients_of(torch.sigmoid, dout, x)[0]


def tanh(x):
    return torch.tanh(x)


def tanh_backward(dout, x):
    return gradients_of(torch.tanh, dout, x)[0]


def relu(x):
    return F.relu(x)


def relu_backward(dout, x):
    return gradients_of(F.relu, dout, x)[0]


def leaky_relu(x, negative_slope=0.01):
    return F.leaky_relu(x, negative_slope)


def leaky_relu_backward(dout, x, negative_slope=0.01):
    return gradients_of(lambda x: F.leaky_relu(x, negative_slope), dout, x)[0]


def prelu(x, slope):
    return F.prelu(x, slope.to(x.dtype).reshape(1))


def prelu_backward(dout, x, slope):
    return gradients_of(prelu, dout, x, slope)


def softmax(logits):
    return F.softmax(logits, dim=-1)


def log_softmax(logits):
    return F.log_softmax(logits, dim=-1)


def cross_entropy(logits, targets):
    require(targets.shape in (logits.shape, logits.shape[:1]), "targets do not fit the logits")
    if targets.ndim == 1:
        require(bool(((targets >= 0) & (targets < logits.shape[1])).all()), "targets must be classes from 0 to C-1")
    logits = logits.detach().requires_grad_()
    loss = F.cross_entropy(logits, targets)
    return loss.detach(), torch.autograd.grad(loss, logits)[0]


def binary_cross_entropy(logits, targets):
    require(logits.shape == targets.shape, "targets and logits differ in shape")
    require(bool(((targets >= 0) & (targets <= 1)).all()), "targets must be in [0, 1]")
    logits = logits.detach().requires_grad_()
    loss = F.binary_cross_entropy_with_logits(logits, targets)
    return loss.detach(), torch.autograd.grad(loss, logits)[0]


def mean_squared_error(prediction, target):
    require(prediction.shape == target.shape, "prediction and target differ in shape")
    prediction = prediction.detach().requires_grad_()
    loss = F.mse_loss(prediction, target)
    return loss.detach(), torch.autograd.grad(loss, prediction)[0]


def expected_initial_loss(num_classes):
    require(num_classes >= 1, "num_classes must be at least 1")
    return F.cross_entropy(torch.zeros(1, num_classes, dtype=torch.float64), torch.zeros(1, dtype=torch.long)).item()


def constant_init(fan_in, fan_out, value):
    return torch.nn.init.constant_(empty(fan_in, fan_out), value).T


def normal_init(fan_in, fan_out, rng, std=0.01):
    require(std >= 0, "std must not be negative")
    return torch.nn.init.normal_(empty(fan_in, fan_out), std=std, generator=rng).T


def xavier_uniform(fan_in, fan_out, rng):
    return torch.nn.init.xavier_uniform_(empty(fan_in, fan_out), generator=rng).T.contiguous()


def xavier_normal(fan_in, fan_out, rng):
    return torch.nn.init.xavier_normal_(empty(fan_in, fan_out), generator=rng).T.contiguous()


def he_normal(fan_in, fan_out, rng):
    weight = torch.nn.init.kaiming_normal_(empty(fan_in, fan_out), nonlinearity="relu", generator=rng)
    return weight.T.contiguous()


def empty(fan_in, fan_out):
    """PyTorch keeps weights as (fan_out, fan_in)."""
    require(fan_in > 0, "fan_in must be positive")
    require(fan_out > 0, "fan_out must be positive")
    return torch.empty(fan_out, fan_in)


def linear_forward(x, weight, bias):
    require(x.shape[1] == weight.shape[0], "x does not fit weight")
    require(bias.shape == weight.shape[1:], "bias does not fit weight")
    leaves = [tensor.detach().requires_grad_() for tensor in (x, weight, bias)]
    out = F.linear(leaves[0], leaves[1].T, leaves[2])
    return out.detach(), (out, leaves)


def linear_backward(dout, cache):
    out, leaves = cache
    require(dout.shape == out.shape, "dout has another shape than out")
    return torch.autograd.grad(out, leaves, dout, retain_graph=True)


def fit_standardizer(x):
    require(x.ndim == 2 and len(x) > 0, "x must be (N, D) with a sample in it")
    std, mean = torch.std_mean(x, dim=0)
    return mean, std


def standardize(x, mean, std):
    require(mean.shape == x.shape[1:], "mean does not fit x")
    require(std.shape == x.shape[1:], "std does not fit x")
    return torch.where(std > 0, (x - mean) / std, 0)


def fit_whitener(x, eps=1e-8):
    require(x.ndim == 2 and len(x) > 0, "x must be (N, D) with a sample in it")
    require(eps >= 0, "eps must not be negative")
    variances, axes = torch.linalg.eigh(torch.cov(x.T).reshape(x.shape[1], x.shape[1]))
    return x.mean(dim=0), axes * torch.rsqrt(variances.clamp(min=0) + eps)


def whiten(x, mean, transform):
    require(mean.shape == x.shape[1:], "mean does not fit x")
    require(transform.shape == 2 * mean.shape, "transform does not fit x")
    return F.linear(x - mean, transform.T)


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    named = {"gamma": gamma, "beta": beta, "running_mean": running_mean, "running_var": running_var}
    for name, vector in named.items():
        require(vector.shape == x.shape[1:], f"{name} does not fit x")
    require(0 <= momentum <= 1, "momentum must be in [0, 1]")
    require(eps >= 0, "eps must not be negative")
    leaves = [tensor.detach().requires_grad_() for tensor in (x, gamma, beta)]
    running = [running_mean.clone(), running_var.clone()]  # F.batch_norm moves them in place
    # F.batch_norm refuses a batch of one in training; the same sample twice has the same mean, and variance 0.
    batch = leaves[0].repeat(2, 1) if training and len(x) == 1 else leaves[0]
    out = F.batch_norm(batch, *running, *leaves[1:], training, momentum, eps)[: len(x)]
    return out.detach(), (out, leaves), *running


def batchnorm_backward(dout, cache):
    out, leaves = cache
    require(dout.shape == out.shape, "dout has another shape than out")
    return torch.autograd.grad(out, leaves, dout, retain_graph=True)


def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
    require(0 <= keep_prob <= 1, "keep_prob must be in [0, 1]")
    # F.dropout draws from the global generator alone: it is seeded from rng, and put back afterwards.
    seed = int(torch.randint(2**62, (), generator=rng)) if rng is not None else 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        mask = F.dropout(torch.ones_like(x), p=1 - keep_prob, training=training)
    if not inverted:
        mask = (mask != 0).to(x.dtype) if training else mask * keep_prob
    return x * mask, mask


def dropout_backward(dout, cache):
    require(dout.shape == cache.shape, "dout has another shape than out")
    return dout * cache


def l1_penalty(weight, strength):
    return penalty_of(lambda w: strength * torch.linalg.vector_norm(w, 1), weight)


def l2_penalty(weight, strength):
    """PyTorch's weight decay is the gradient of half of the sum of squares."""
    return penalty_of(lambda w: strength / 2 * w.square().sum(), weight)


def elastic_net_penalty(weight, l2_strength, l1_strength):
    return penalty_of(lambda w: l2_strength * w.square().sum() + l1_strength * w.abs().sum(), weight)


def penalty_of(function, weight):
    weight = weight.detach().requires_grad_()
    penalty = function(weight)
    return penalty.detach(), torch.autograd.grad(penalty, weight)[0]


def sgd(param, grad, state, *, learning_rate):
    return torch_step(param, grad, state, learning_rate, torch.optim.SGD)


def momentum(param, grad, state, *, learning_rate, beta=0.9):
    return torch_step(param, grad, state, learning_rate, torch.optim.SGD, momentum=beta)


def momentum_scaled(param, grad, state, *, learning_rate, beta=0.9):
    """PyTorch has the other form only, which goes the same way at a constant rate."""
    return momentum(param, grad, state, learning_rate=learning_rate, beta=beta)


def nesterov(param, grad_fn, state, *, learning_rate, beta=0.9):
    """PyTorch keeps the parameter at the look-ahead point: the same sequence, seen from there."""
    require(math.isfinite(learning_rate) and learning_rate >= 0, "learning_rate must be finite and not negative")
    ahead, inner = state or (param, None)
    grad = grad_fn(ahead)
    moved, inner = torch_step(ahead, grad, inner, learning_rate, torch.optim.SGD, momentum=beta, nesterov=beta > 0)
    velocity = -learning_rate * inner["state"][0]["momentum_buffer"] if beta > 0 else moved - ahead
    return (moved - beta * velocity if beta > 0 else moved), (moved, inner)


def adagrad(param, grad, state, *, learning_rate, eps=1e-8):
    return torch_step(param, grad, state, learning_rate, torch.optim.Adagrad, eps=eps)


def rmsprop(param, grad, state, *, learning_rate, decay=0.9, eps=1e-8):
    return torch_step(param, grad, state, learning_rate, torch.optim.RMSprop, alpha=decay, eps=eps)


def adam(param, grad, state, *, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return torch_step(param, grad, state, learning_rate, torch.optim.Adam, betas=(beta1, beta2), eps=eps)


def torch_step(param, grad, state, learning_rate, optimizer_class, **settings):
    """One step of a torch.optim optimiser, whose state goes in and out as a state dict."""
    require(grad.shape == param.shape, "grad and param differ in shape")
    require(math.isfinite(learning_rate) and learning_rate >= 0, "learning_rate must be finite and not negative")
    parameter = torch.nn.Parameter(param.clone())
    optimizer = optimizer_class([parameter], lr=learning_rate, **settings)
    if state is not None:
        optimizer.load_state_dict(copy.deepcopy(state))
    parameter.grad = grad
    optimizer.step()
    return parameter.detach(), copy.deepcopy(optimizer.state_dict())


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    require(step_size >= 1, "step_size must be at least 1")
    return rate_after(step, initial_lr, lambda o: lr_scheduler.StepLR(o, step_size, gamma=drop_factor))


def exponential_decay(step, *, initial_lr, decay_rate):
    require(decay_rate >= 0, "decay_rate must not be negative")
    return rate_after(step, initial_lr, lambda o: lr_scheduler.ExponentialLR(o, gamma=decay_rate))


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    """PyTorch's climbs again after T_max, which the contract does not accept: it is asked for no later step."""
    require(total_steps >= 1, "total_steps must be at least 1")
    asked = min(step, total_steps)
    return rate_after(asked, initial_lr, lambda o: lr_scheduler.CosineAnnealingLR(o, total_steps, eta_min=min_lr))


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    require(first_period >= 1, "first_period must be at least 1")
    require(period_mult >= 1, "period_mult must be at least 1")

    def schedule(optimizer):
        return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, first_period, period_mult, eta_min=min_lr)

    return rate_after(step, initial_lr, schedule)


def triangular(step, *, base_lr, max_lr, half_cycle, mode="triangular"):
    require(half_cycle >= 1, "half_cycle must be at least 1")
    require(math.isfinite(base_lr) and base_lr >= 0, "base_lr must be finite and not negative")
    require(math.isfinite(max_lr) and max_lr >= 0, "max_lr must be finite and not negative")

    def schedule(optimizer):
        return lr_scheduler.CyclicLR(optimizer, base_lr, max_lr, half_cycle, mode=mode, cycle_momentum=False)

    return rate_after(step, base_lr, schedule)


def triangular2(step, *, base_lr, max_lr, half_cycle):
    return triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle, mode="triangular2")


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    """PyTorch counts an epoch as better by a relative threshold of 1e-4 unless told otherwise."""
    require(patience >= 0, "patience must not be negative")
    optimizer = optimizer_with(initial_lr)
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience, threshold=0.0)
    for loss in losses:
        schedule.step(loss)
    return optimizer.param_groups[0]["lr"]


def linear_scaling(base_lr, base_batch_size, batch_size):
    """PyTorch has no function for it; its guides multiply by the number of workers."""
    require(math.isfinite(base_lr) and base_lr >= 0, "base_lr must be finite and not negative")
    require(base_batch_size >= 1, "base_batch_size must be at least 1")
    require(batch_size >= 1, "batch_size must be at least 1")
    return base_lr * (batch_size / base_batch_size)


def optimizer_with(learning_rate):
    require(math.isfinite(learning_rate) and learning_rate >= 0, "initial_lr must be finite and not negative")
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=learning_rate)


def rate_after(step, initial_lr, make_schedule):
    """The rate of a scheduler that was stepped so often."""
    require(step >= 0, "step must not be negative")
    optimizer = optimizer_with(initial_lr)
    schedule = make_schedule(optimizer)
    for _ in range(step):
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


def early_stopping(losses, *, patience=10, min_delta=0.0):
    """PyTorch has none: a plateau at which the rate is reduced is the same question."""
    require(patience >= 0, "patience must not be negative")
    require(min_delta >= 0, "min_delta must not be negative")
    schedule = lr_scheduler.ReduceLROnPlateau(
        optimizer_with(1.0), factor=0.5, patience=patience - 1, threshold=min_delta, threshold_mode="abs"
    )
    for epoch, loss in enumerate(losses):
        schedule.step(loss)
        if schedule.optimizer.param_groups[0]["lr"] < 1:
            return epoch
    return None


def average_weights(snapshots):
    require(len(snapshots) > 0, "snapshots must hold at least one")
    shapes = [{name: value.shape for name, value in snapshot.items()} for snapshot in snapshots]
    require(all(shape == shapes[0] for shape in shapes), "snapshots must have the same names and shapes")
    averaged = swa_utils.AveragedModel(as_module(snapshots[0]))
    for snapshot in snapshots:
        averaged.update_parameters(as_module(snapshot))
    return {name: value.detach() for name, value in averaged.module.named_parameters()}


def as_module(params):
    module = torch.nn.Module()
    for name, value in params.items():
        module.register_parameter(name, torch.nn.Parameter(value))
    return module


def average_predictions(predictions):
    require(len(predictions) > 0, "predictions must hold at least one")
    require(all(p.shape == predictions[0].shape for p in predictions), "predictions must have one shape")
    return torch.stack(predictions).mean(dim=0)


def numerical_gradient(f, theta, *, step=1e-5):
    """f comes from a check and computes in NumPy, so torch.func cannot see through it: differences of tensors."""
    require(math.isfinite(step) and step > 0, "step must be above 0 and finite")
    offsets = step * torch.eye(len(theta), dtype=torch.float64)
    differences = [f(theta + offset) - f(theta - offset) for offset in offsets]
    return (torch.tensor(differences, dtype=torch.float64) / (2 * step)).to(theta.dtype)


def numerical_hessian(f, theta, *, step=1e-4):
    """Differences of gradients, for the same reason; tests/real/test_hessian.py holds the reference against torch."""
    require(math.isfinite(step) and step > 0, "step must be above 0 and finite")
    theta64 = theta.double()
    offsets = step * torch.eye(len(theta), dtype=torch.float64)
    rows = [
        numerical_gradient(f, theta64 + o, step=step) - numerical_gradient(f, theta64 - o, step=step) for o in offsets
    ]
    return (torch.stack(rows) / (2 * step)).to(theta.dtype)


def second_order_taylor(value, gradient, hessian, theta0, theta):
    require_hessian(hessian, gradient=gradient, theta0=theta0, theta=theta)
    move = theta - theta0
    return value + move @ gradient + move @ hessian @ move / 2


def classify_critical_point(hessian, *, tol=1e-8):
    require_hessian(hessian)
    eigenvalues = torch.linalg.eigvalsh(hessian)
    has_up, has_down = bool((eigenvalues > tol).any()), bool((eigenvalues < -tol).any())
    if has_up and has_down:
        return "saddle"
    if bool((eigenvalues.abs() <= tol).any()):
        return "degenerate"
    return "minimum" if has_up else "maximum"


def minimum_ratio(hessian):
    require_hessian(hessian)
    return (torch.linalg.eigvalsh(hessian) > 0).double().mean()


def escape_direction(hessian):
    require_hessian(hessian)
    eigenvalues, eigenvectors = torch.linalg.eigh(hessian)
    require(bool(eigenvalues[0] < 0), "hessian has no negative eigenvalue")
    return eigenvectors[:, 0]


def condition_number(hessian):
    """torch.linalg.cond, which gives NaN for a matrix of zeros."""
    require_hessian(hessian)
    return torch.linalg.cond(hessian).nan_to_num(nan=math.inf, posinf=math.inf)


def predicted_loss_change(gradient, hessian, learning_rate):
    require(math.isfinite(learning_rate) and learning_rate >= 0, "learning_rate must be finite and not negative")
    return second_order_taylor(0.0, gradient, hessian, torch.zeros_like(gradient), -learning_rate * gradient)


def is_ill_conditioned(gradient, hessian, learning_rate):
    return predicted_loss_change(gradient, hessian, learning_rate) > 0


def newton_step(gradient, hessian):
    require_hessian(hessian, gradient=gradient)
    step, failed = torch.linalg.solve_ex(hessian, -gradient)
    require(not bool(failed), "hessian is singular")
    return step


def gradient_growth(weight, steps):
    require(weight.ndim == 2 and weight.shape[0] == weight.shape[1], "weight must be square")
    require(steps >= 0, "steps must not be negative")
    powers = torch.stack([torch.linalg.matrix_power(weight, k) for k in range(1, steps + 1)])
    return torch.linalg.matrix_norm(powers, ord=2)


def permute_hidden_units(weight1, bias1, weight2, permutation):
    require(weight1.shape[1:] == bias1.shape and weight2.shape[:1] == bias1.shape, "weight1, bias1 or weight2 misfits")
    require(torch.equal(permutation.sort().values, torch.arange(len(bias1))), "permutation must hold each index once")
    return [torch.index_select(array, -1, permutation) for array in (weight1, bias1)] + [weight2[permutation]]


def count_equivalent_minima(hidden_units, hidden_layers):
    """A tensor's integers end at 64 bits; Python's do not."""
    require(hidden_units >= 0, "hidden_units must not be negative")
    require(hidden_layers >= 0, "hidden_layers must not be negative")
    return math.factorial(hidden_units) ** hidden_layers


def probability_not_minimum(dimension):
    require(dimension >= 0, "dimension must not be negative")
    return 1 - torch.tensor(0.5, dtype=torch.float64) ** dimension


def filter_normalize(direction, weight):
    require(direction.shape == weight.shape, "direction and weight differ in shape")
    return F.normalize(direction, dim=0) * torch.linalg.vector_norm(weight, dim=0)


def loss_slice(f, theta, direction, steps):
    require(direction.shape == theta.shape, "direction and theta differ in shape")
    return torch.tensor([f(theta + t * direction) for t in steps], dtype=theta.dtype)


def require_hessian(hessian, **vectors):
    require(hessian.ndim == 2 and hessian.shape[0] == hessian.shape[1], "hessian must be square")
    for name, vector in vectors.items():
        require(vector.shape == hessian.shape[:1], f"{name} does not fit the hessian")


def horizontal_flip(images, probability, rng):
    require(0 <= probability <= 1, "probability must be in [0, 1]")
    is_flipped = torch.rand(len(images), 1, 1, 1, generator=rng) < probability
    return torch.where(is_flipped, images.flip(2), images)


def random_crop(images, size, rng, padding=0):
    require(padding >= 0, "padding must not be negative")
    require(1 <= size <= min(images.shape[1:3]) + 2 * padding, "size must be from 1 to that of the padded image")
    padded = F.pad(images, (0, 0, padding, padding, padding, padding))
    windows = padded.unfold(1, size, 1).unfold(2, size, 1)
    row, column = (torch.randint(count, (len(images),), generator=rng) for count in windows.shape[1:3])
    return windows[torch.arange(len(images)), row, column].movedim(1, -1)


def color_jitter(images, rng, *, brightness=0.2, contrast=0.2):
    """torchvision.transforms.functional in two lines: a product, and a step from the mean."""
    require(brightness >= 0, "brightness must not be negative")
    require(contrast >= 0, "contrast must not be negative")
    factors = [
        torch.empty(len(images), 1, 1, 1, dtype=images.dtype).uniform_(max(0, 1 - x), 1 + x, generator=rng)
        for x in (brightness, contrast)
    ]
    brighter = (images * factors[0]).clamp(0, 1)
    return torch.lerp(brighter.mean(dim=(1, 2, 3), keepdim=True), brighter, factors[1]).clamp(0, 1)


def affine(images, matrix):
    """PyTorch counts places from -1 to 1, from border to border."""
    require(matrix.shape == (2, 3), "matrix must be 2 by 3")
    images = images.movedim(-1, 1)
    half = torch.tensor([images.shape[3], images.shape[2]], dtype=images.dtype) / 2
    theta = matrix / half[:, None] * torch.cat([half, torch.ones(1, dtype=images.dtype)])
    grid = F.affine_grid(theta.expand(len(images), 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False).movedim(1, -1)


def cutmix(images, labels, rng, alpha=1.0):
    """torchvision.transforms.v2.CutMix: the partner is the sample before, the rectangle is cut off at the border."""
    require(labels.ndim == 2 and len(labels) == len(images), "labels must have a row for each image")
    require(alpha > 0, "alpha must be positive")
    # Beta draws from the global generator alone: it is seeded from rng, and put back afterwards.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**62, (), generator=rng)))
        outside = torch.distributions.Beta(torch.tensor(alpha), torch.tensor(alpha)).sample()
    keep = torch.ones(1, *images.shape[1:3], 1, dtype=torch.bool)
    box = [slice(None)]
    for size in images.shape[1:3]:
        middle, half = int(torch.randint(size, (), generator=rng)), int(0.5 * torch.sqrt(1 - outside) * size)
        box.append(slice(max(middle - half, 0), middle + half))
    keep[tuple(box)] = False
    return mix(images, labels, keep, images.roll(1, 0), labels.roll(1, 0))


def cowmix(images, labels, rng, *, keep_fraction=0.5, sigma=4.0):
    """PyTorch has none; two convolutions smooth, and the threshold is that of the paper's own code."""
    require(labels.ndim == 2 and len(labels) == len(images), "labels must have a row for each image")
    require(0 <= keep_fraction <= 1, "keep_fraction must be in [0, 1]")
    require(sigma > 0, "sigma must be positive")
    radius = math.ceil(3 * sigma)
    kernel = torch.exp(-(torch.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    noise = torch.randn(len(images), 1, *images.shape[1:3], generator=rng)
    columns = F.conv2d(noise, kernel.reshape(1, 1, -1, 1), padding="same")
    smooth = F.conv2d(columns, kernel.reshape(1, 1, 1, -1), padding="same").movedim(1, -1)
    std, mean = torch.std_mean(smooth, dim=(1, 2, 3), keepdim=True)
    keep = smooth <= mean + std * torch.special.ndtri(torch.tensor(float(keep_fraction)))
    partner = torch.randperm(len(images), generator=rng)
    return mix(images, labels, keep, images[partner], labels[partner])


def mix(images, labels, keep, partners, partner_labels):
    share = keep.to(labels.dtype).mean(dim=(1, 2, 3)).unsqueeze(1)
    return torch.where(keep, images, partners), torch.lerp(partner_labels, labels, share)


def accuracy(scores, labels):
    """PyTorch itself has no metrics; these are the lines of its tutorials."""
    require(labels.shape == scores.shape[:1], "labels do not fit scores")
    require(bool(((labels >= 0) & (labels < scores.shape[1])).all()), "labels must be classes from 0 to C-1")
    return (scores.argmax(dim=1) == labels).double().mean()


def confusion_counts(predictions, labels):
    require_binary(predictions, labels)
    return [
        torch.logical_and(predictions == says, labels == right).sum().item()
        for says, right in ((1, 1), (1, 0), (0, 0), (0, 1))
    ]


def precision(predictions, labels):
    true_positives, false_positives, _, _ = confusion_counts(predictions, labels)
    return true_positives / max(true_positives + false_positives, 1)


def recall(predictions, labels):
    true_positives, _, _, false_negatives = confusion_counts(predictions, labels)
    return true_positives / max(true_positives + false_negatives, 1)


def roc_curve(scores, labels):
    require_binary(scores, labels)
    require(bool(labels.any()) and not bool(labels.all()), "labels must hold both 0 and 1")
    distinct, place = torch.unique(scores, return_inverse=True)
    rates = []
    for value in (0, 1):
        counts = torch.zeros_like(distinct).index_add_(0, place, (labels == value).to(scores.dtype)).flip(0).cumsum(0)
        rates.append(F.pad(counts / counts[-1], (1, 0)))
    return rates[0], rates[1], F.pad(distinct.flip(0), (1, 0), value=math.inf)


def auc(fpr, tpr):
    require(fpr.shape == tpr.shape, "fpr and tpr differ in shape")
    return torch.trapezoid(tpr, fpr)


def roc_auc(scores, labels):
    require_binary(scores, labels)
    if bool(labels.all()) or not bool(labels.any()):
        return 0.0
    fpr, tpr, _ = roc_curve(scores, labels)
    return auc(fpr, tpr)


def require_binary(values, labels):
    require(values.shape == labels.shape, "labels have another shape")
    require(bool(((labels == 0) | (labels == 1)).all()), "labels must be 0 or 1")


def train_val_test_split(num_samples, fractions, rng):
    require(num_samples >= 1, "num_samples must be at least 1")
    require(
        len(fractions) == 3 and min(fractions) >= 0 and math.isclose(sum(fractions), 1), "fractions must add up to 1"
    )
    parts = torch.utils.data.random_split(range(num_samples), fractions, generator=rng)
    return tuple(torch.tensor(part.indices, dtype=torch.long) for part in parts)


def k_fold(num_samples, k, rng):
    require(2 <= k <= num_samples, "k must be from 2 to num_samples")
    folds = torch.randperm(num_samples, generator=rng).tensor_split(k)
    return [(torch.cat(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def minibatches(num_samples, batch_size, rng):
    require(num_samples >= 1, "num_samples must be at least 1")
    require(batch_size >= 1, "batch_size must be at least 1")
    return list(torch.utils.data.DataLoader(range(num_samples), batch_size, shuffle=True, generator=rng))


def init_network(layer_sizes, rng):
    require(len(layer_sizes) >= 2 and min(layer_sizes) >= 1, "layer_sizes must be two or more sizes of at least 1")
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        params[f"W{layer}"] = he_normal(fan_in, fan_out, rng)
        params[f"b{layer}"] = torch.zeros(fan_out)
    params[f"W{layer}"] *= 0.1
    return params


def predict(params, x):
    require(x.shape[1] == params["W1"].shape[0], "x does not fit W1")
    num_layers = len(params) // 2
    for layer in range(1, num_layers + 1):
        x = F.linear(x, params[f"W{layer}"].T, params[f"b{layer}"])
        x = F.relu(x) if layer < num_layers else x
    return x


def network_loss(params, x, labels, *, l2_strength=0.0):
    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
    logits = predict(leaves, x)
    require(labels.shape == x.shape[:1], "labels do not fit x")
    require(bool(((labels >= 0) & (labels < logits.shape[1])).all()), "labels must be classes from 0 to C-1")
    weights = [value for name, value in leaves.items() if name.startswith("W")]
    loss = F.cross_entropy(logits, labels) + l2_strength * sum((weight**2).sum() for weight in weights)
    grads = torch.autograd.grad(loss, list(leaves.values()))
    return loss.detach(), dict(zip(leaves, grads, strict=True))


def train(params, x, labels, rng, *, learning_rate, steps, batch_size, l2_strength=0.0):
    require(math.isfinite(learning_rate) and learning_rate >= 0, "learning_rate must be finite and not negative")
    require(steps >= 0, "steps must not be negative")
    require(batch_size >= 1, "batch_size must be at least 1")
    params = {name: torch.nn.Parameter(value.clone()) for name, value in params.items()}
    optimizer = torch.optim.SGD(params.values(), lr=learning_rate)
    dataset = torch.utils.data.TensorDataset(x, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True, generator=rng)
    losses = []
    while len(losses) < steps:
        for batch_x, batch_labels in loader:
            if len(losses) == steps:
                break
            loss, grads = network_loss(params, batch_x, batch_labels, l2_strength=l2_strength)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss} at step {len(losses)}")
            for name, parameter in params.items():
                parameter.grad = grads[name]
            optimizer.step()
            losses.append(loss.item())
    return {name: parameter.detach() for name, parameter in params.items()}, losses


def coarse_to_fine_search(evaluate, *, low, high, rounds=3, points=8):
    """PyTorch has no search; this is a logspace, and then one between the neighbours of its best value."""
    require(low > 0, "low must be above 0")
    require(high > low, "high must be above low")
    start, end = torch.tensor([low, high], dtype=torch.float64).log10()
    for _ in range(rounds):
        grid = torch.linspace(start, end, points, dtype=torch.float64)
        best = torch.tensor([evaluate(value) for value in 10**grid]).argmin()
        start, end = grid[(best - 1).clamp(min=0)], grid[(best + 1).clamp(max=points - 1)]
    return 10 ** grid[best]


def diagnose_fit(train_losses, validation_losses):
    """PyTorch has no diagnosis; these are the definitions in tensor operations."""
    require(len(train_losses) > 0, "train_losses must not be empty")
    require(len(validation_losses) == len(train_losses), "validation_losses must be as long as train_losses")
    train, validation = (torch.tensor(losses) / train_losses[0] for losses in (train_losses, validation_losses))
    if not (torch.isfinite(train).all() and torch.isfinite(validation).all()) or train[-1] > 1:
        return "diverging"
    if train.min() > 0.8:
        return "underfitting"
    return "overfitting" if validation[-1] > 1.5 * validation.min() else "good"


def gradients_of(function, dout, *inputs):
    require(dout.shape == inputs[0].shape, "dout and x differ in shape")
    leaves = [tensor.detach().requires_grad_() for tensor in inputs]
    return torch.autograd.grad(function(*leaves), leaves, dout)
