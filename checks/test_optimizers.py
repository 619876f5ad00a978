"""Checks of optimizers.py: closed forms, paths of 50 steps, and what each optimiser is for.

One step finds a third fewer of the known mistakes than 50 do, and gradients of ordinary size hide where eps stands.
"""

import math

import numpy as np
import pytest

from backproof.testing import ResultOf, Sample, assert_close, assert_that, check, normal
from backproof.testing.general import *

SGD = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1"
MOMENTUM = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2"
NESTEROV = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.3"
ADAGRAD = "Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 12, 2011"
RMSPROP = "Tieleman and Hinton, Lecture 6.5, Neural Networks for Machine Learning, 2012"
ADAM = "Kingma and Ba, Adam, ICLR 2015, algorithm 1"

OPTIMIZERS = ("sgd", "momentum", "momentum_scaled", "nesterov", "adagrad", "rmsprop", "adam")
ADAPTIVE = ("adagrad", "rmsprop", "adam")
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, indirect=True)
each_adaptive = pytest.mark.parametrize("optimizer", ADAPTIVE, indirect=True)
each_momentum = pytest.mark.parametrize("optimizer", ["momentum", "momentum_scaled", "nesterov"], indirect=True)
BAD_RATES = (-0.1, float("nan"), float("inf"))


def arguments(rng):
    """A first step on a small parameter."""
    return {"param": normal(rng, (3, 2)), "grad": normal(rng, (3, 2)), "state": None, "learning_rate": 0.1}


SAMPLES = {
    **{
        name: Sample(arguments, bad={"learning_rate": BAD_RATES, "grad": (np.ones((2, 3)), np.ones(4))})
        for name in OPTIMIZERS
        if name != "nesterov"
    },
    "nesterov": Sample(
        lambda rng: {"param": normal(rng, (3, 2)), "grad_fn": lambda w: 2 * w, "state": None, "learning_rate": 0.1},
        bad={"learning_rate": BAD_RATES},
    ),
}


@pytest.fixture
def optimizer(request):
    """Return the optimiser that a check is run for."""
    return request.getfixturevalue(request.param)


def walk(optimizer, param, gradients, **settings):
    """Return the parameter after each step. ``gradients`` is one array a step, or a function of the parameter."""
    if not callable(gradients):
        return np.array([param for param, _ in optimizer.each(turns(optimizer, [param], [gradients], **settings))])
    state, path = None, []
    for _ in range(settings.pop("steps")):
        grad = gradients if optimizer.spec.name == "nesterov" else gradients(param)
        param, state = optimizer(param, grad, state, **settings)
        path.append(param)
    return np.array(path)


def walk_in_bowl(optimizer, param, curvature, steps, **settings):
    """Return the parameter after each step in a bowl, or over a saddle, whose gradient is curvature * w."""
    if optimizer.spec.name == "nesterov":
        return walk(optimizer, param, lambda w: curvature * w, steps=steps, **settings)
    first = {"param": param, "grad": curvature * param, "state": None}
    calls = [
        {
            "param": ResultOf(step, part=0),
            "grad": ResultOf(step, part=0, factor=curvature),
            "state": ResultOf(step, part=1),
        }
        for step in range(steps - 1)
    ]
    return np.array([param for param, _ in optimizer.each({**call, **settings} for call in (first, *calls))])


def turns(optimizer, params, gradients, **settings):
    """Return the calls that update some parameters in turns; ``gradients`` has those of each, one array a step."""
    calls = []
    for step, grads in enumerate(zip(*gradients, strict=True)):
        for param, grad in zip(params, grads, strict=True):
            before = len(calls) - len(params)
            calls.append(
                {
                    "param": ResultOf(before, part=0) if step else param,
                    **({"grad_fn": lambda _, grad=grad: grad} if optimizer.spec.name == "nesterov" else {"grad": grad}),
                    "state": ResultOf(before, part=1) if step else None,
                    **settings,
                }
            )
    return calls


def expected_paths(name, param, gradients, learning_rate):
    """Return the paths that are right with the default settings: eps inside or outside of the root."""
    if name in ADAPTIVE:
        return [adaptive_path(name, param, gradients, learning_rate, place) for place in ("inside", "outside", "hat")]
    velocity, path = np.zeros_like(param), []
    for grad in gradients:
        velocity = (0.0 if name == "sgd" else 0.9) * velocity - learning_rate * grad
        param = param + velocity
        path.append(param)
    return [np.array(path)]


def adaptive_path(name, param, gradients, learning_rate, place):
    """Return the path of an adaptive optimiser, with eps = 1e-8 at one of its accepted places."""
    total, velocity, path = np.zeros_like(param), np.zeros_like(param), []
    for step, grad in enumerate(gradients, start=1):
        correction = 1.0
        if name == "adagrad":
            total = total + grad**2
        elif name == "rmsprop":
            total = 0.9 * total + 0.1 * grad**2
        else:
            velocity, total = 0.9 * velocity + 0.1 * grad, 0.999 * total + 0.001 * grad**2
            correction = 1 - 0.999**step
        numerator = velocity / (1 - 0.9**step) if name == "adam" else grad
        eps = 1e-8 / math.sqrt(correction) if place == "hat" else 1e-8
        squares = total / correction
        root = np.sqrt(squares + eps) if place == "inside" else np.sqrt(squares) + eps
        param = param - learning_rate * numerator / root
        path.append(param)
    return np.array(path)


@check(
    points=3,
    source=f"{MOMENTUM} and 8.5",
    hint="Follow the first step where it differs by hand: state, average, correction.",
)
@each_optimizer
def test_paths_of_50_steps(optimizer, rng, plot):
    """50 steps under random gradients, of sizes from 1e-6 to 1e3, go where the definition says."""
    # One parameter with a row for each size: a call costs more than a dozen numbers.
    scales = np.array([1e-6, 1.0, 1e3])
    param, gradients = normal(rng, (3, 4)), normal(rng, (50, 3, 4)) * scales[:, None]
    path = walk(optimizer, param, gradients, learning_rate=0.01)
    accepted = expected_paths(optimizer.spec.name, param, gradients, 0.01)
    rows = [path[:, row] for row in range(3)]
    nearest_rows = [
        min((expected[:, row] for expected in accepted), key=lambda expected, got=got: np.abs(got - expected).max())
        for row, got in enumerate(rows)
    ]
    for label, values in ((optimizer.spec.name, rows[1]), (f"{optimizer.spec.name}, expected", nearest_rows[1])):
        plot.line(
            "Paths under random gradients", range(50), values[:, 0], label=label, x_label="step", y_label="parameter"
        )
    for got, nearest, scale in zip(rows, nearest_rows, scales, strict=True):
        # Each step rounds the parameter and its own step once or twice: 50 steps of at most the longest one.
        longest = np.abs(np.diff(nearest, axis=0)).max()
        assert_close(got, nearest, f"path under gradients of size {scale:g}", magnitude=4 + 50 * longest, roundings=256)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="The first state is zero: work out the first step with it.")
@each_optimizer
def test_first_step_has_its_closed_form(optimizer, rng):
    """The first step is -αg for momentum, -α sign(g) for Adagrad and Adam, -α sign(g) / √(1 - decay) for RMSProp."""
    name = optimizer.spec.name
    param, grad = normal(rng, 6), np.array([3.0, -2.0, 0.5, -0.25, 100.0, -40.0])
    # Other shares than the default ones, which the paths of 50 steps try.
    settings = {"rmsprop": {"decay": 0.36}, "adam": {"beta1": 0.3, "beta2": 0.4}}.get(name, {})
    step = walk(optimizer, param, [grad], learning_rate=0.1, **settings)[0] - param.astype(np.float64)
    factor = 1.25 if name == "rmsprop" else 1.0
    expected = -0.1 * factor * np.sign(grad) if name in ADAPTIVE else -0.1 * grad
    # eps inside the root is a share of 1e-8 / 0.25² of the squares, and half of that of the root; float32 rounds the
    # parameter by 1e-7 of up to 12.
    assert_that(
        np.abs(step - expected).max() < 1e-5,
        f"the first step of {name} under gradients of {grad.tolist()}{', with ' if settings else ''}{settings or ''}",
        expected=str(expected.tolist()),
        got=str(step.tolist()),
    )


@check(points=1, source=MOMENTUM, hint="With beta = 0 nothing of the velocity is kept.")
@each_momentum
def test_without_memory_it_is_gradient_descent(optimizer, rng):
    """With beta = 0 the path is that of plain gradient descent."""
    param, gradients = normal(rng, 4), normal(rng, (10, 4))
    path = walk(optimizer, param, gradients, learning_rate=0.1, beta=0.0)
    assert_close(path, param - 0.1 * np.cumsum(gradients, axis=0), "path with beta=0", magnitude=10.0)


@check(points=1, source=MOMENTUM, hint="v = beta * v + g: older gradients count beta, beta², ... as much.")
@pytest.mark.parametrize("optimizer", ["momentum", "momentum_scaled"], indirect=True)
def test_velocity_is_a_geometric_sum(optimizer, rng):
    """Each step is -α times the sum of all gradients so far, weighted with powers of beta."""
    param, gradients = normal(rng, 3), normal(rng, (12, 3))
    path = walk(optimizer, param, gradients, learning_rate=0.1, beta=0.8)
    ages = np.arange(12)[:, None] - np.arange(12)[None, :]
    weights = np.where(ages >= 0, 0.8 ** np.maximum(ages, 0), 0.0)
    expected = param + np.cumsum(-0.1 * weights @ gradients, axis=0)
    assert_close(path, expected, "path with beta=0.8", magnitude=20.0)


@check(points=2, source=NESTEROV, hint="Call grad_fn(param + beta * velocity), once; then step from param.")
def test_nesterov_looks_ahead(nesterov, rng):
    """The gradient is taken at w + βv, once a step, and the step starts from w."""
    param, state, velocity = normal(rng, 3), None, np.zeros(3)
    for _ in range(4):
        places = []

        def grad_fn(w, places=places):
            places.append(w)
            return 2.0 * w

        ahead = param + 0.9 * velocity
        velocity = 0.9 * velocity - 0.1 * 2.0 * ahead
        expected = param + velocity
        got, state = nesterov(param, grad_fn, state, learning_rate=0.1)
        assert_that(
            len(places) == 1, f"grad_fn was called {len(places)} times in a step", expected="1", got=str(len(places))
        )
        assert_close(places[0], ahead, "the place at which grad_fn was called", magnitude=3.0)
        assert_close(got, expected, "new_param", magnitude=3.0)
        param = expected


@check(points=1, source=ADAGRAD, hint="Add up all squared gradients, and divide by the root of the sum.")
def test_adagrad_steps_fall_like_one_over_root_t(adagrad):
    """Under a constant gradient step t of Adagrad has the length α / √t."""
    path = walk(adagrad, np.zeros(2), [np.array([3.0, -5.0])] * 40, learning_rate=0.1)
    steps = np.diff(path, axis=0, prepend=np.zeros_like(path[:1]))
    expected = -0.1 * np.array([1.0, -1.0]) / np.sqrt(np.arange(1, 41))[:, None]
    assert_close(steps, expected, "steps", magnitude=1.0, roundings=256 + 1e-8 / np.finfo(path.dtype).eps)


@check(
    points=1, source=RMSPROP, hint="A moving average forgets: (1 - decay) * g² comes in, decay of the old one stays."
)
def test_rmsprop_steps_do_not_die_out(rmsprop):
    """Under a constant gradient the steps of RMSProp approach α, where Adagrad's go to 0."""
    path = walk(rmsprop, np.zeros(2), [np.array([3.0, -5.0])] * 100, learning_rate=0.1)
    last = path[-1] - path[-2]
    # 0.9**100 = 3e-5 of the start is left, half of it in the root. The path is 10 long, and so large are the roundings
    # of its difference.
    left = 0.1 * 0.5 * 0.9**100
    assert_close(last, np.array([-0.1, 0.1]), "step 100", magnitude=10.0 + 1.1 * left / (64 * np.finfo(path.dtype).eps))


@check(
    points=1,
    source=f"{ADAGRAD}; {ADAM}",
    hint="Divide by the root of the squares, so that the size of the gradients cancels.",
)
@each_adaptive
def test_scale_of_the_gradients_cancels(optimizer, rng):
    """Gradients a thousand times as large give the same path (with eps = 0)."""
    param, gradients = normal(rng, 4), normal(rng, (20, 4)) + 0.005
    path = walk(optimizer, param, gradients, learning_rate=0.1, eps=0.0)
    larger = walk(optimizer, param, 1024 * gradients, learning_rate=0.1, eps=0.0)
    assert_close(larger, path, "path under gradients 1024 times as large", magnitude=20.0, roundings=256)


@check(
    points=1, source=ADAM, hint="Divide v by 1 - beta1**t and G by 1 - beta2**t, with t from 1, counted in the state."
)
def test_adam_bias_correction_matters_early_and_fades(adam):
    """Under a constant gradient every step of Adam has the length α: the corrections are right early and late."""
    path = walk(adam, np.zeros(2), [np.array([3.0, -5.0])] * 60, learning_rate=0.1)
    steps = np.diff(path, axis=0, prepend=np.zeros_like(path[:1]))
    room = 1e-8 / np.finfo(path.dtype).eps
    assert_close(steps, np.tile([-0.1, 0.1], (60, 1)), "steps", magnitude=6.0, roundings=256 + room)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="No sum, mean or norm over the elements.")
@each_optimizer
def test_each_element_moves_alone(optimizer, rng):
    """An element's path does not depend on the gradients of the others."""
    param, gradients = normal(rng, (2, 3)), normal(rng, (8, 2, 3))
    together = walk(optimizer, param, gradients, learning_rate=0.1)
    alone = walk(optimizer, param[:1, 1:2], gradients[:, :1, 1:2], learning_rate=0.1)
    assert_close(together[:, :1, 1:2], alone, "path of one element alone", magnitude=5.0)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="With a zero state and a zero gradient nothing moves: mind 0 / 0.")
@each_optimizer
def test_zero_gradient_from_rest_moves_nothing(optimizer, rng):
    """Without a gradient, or at a learning rate of 0, the parameter stays where it rests, and is no NaN."""
    param = normal(rng, 4)
    path = walk(optimizer, param, np.zeros((2, 4)), learning_rate=0.1)
    assert_close(path, np.tile(param, (2, 1)), "path under zero gradients")
    assert_close(walk(optimizer, param, [np.ones(4)], learning_rate=0.0)[0], param, "new_param at a learning rate of 0")


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="Make a new state in each call: no += on the old one.")
@each_optimizer
def test_a_state_can_be_used_again(optimizer, rng):
    """Going on from an old state gives the same step each time, whatever was done in between."""

    def step(param, grad, state):
        argument = (lambda _: grad) if optimizer.spec.name == "nesterov" else grad
        return optimizer(param, argument, state, learning_rate=0.1)

    param, grad, other = normal(rng, 4), normal(rng, 4), normal(rng, 4)
    _, state = step(param, grad, None)
    first, later = step(param, other, state)
    step(first, grad, later)
    again, _ = step(param, other, state)
    assert_close(again, first, "new_param of the same step, taken again", magnitude=1.0)


@check(points=1, source=f"{MOMENTUM} and 8.5", hint="Keep the memory in state alone, not in the function.")
@each_optimizer
def test_two_parameters_share_nothing(optimizer, rng):
    """Two parameters that are updated in turns go the ways that they go alone."""
    params, gradients = [normal(rng, 4), normal(rng, 4)], normal(rng, (2, 6, 4))
    alone = [walk(optimizer, params[k], gradients[k], learning_rate=0.1)[-1] for k in (0, 1)]
    together = list(optimizer.each(turns(optimizer, params, gradients, learning_rate=0.1)))
    after = np.array([param for param, _ in together[-2:]])
    assert_close(after, np.array(alone), "the parameters after 6 steps in turns", magnitude=5.0)


@check(points=1, source=f"{SGD} and 8.5", hint="Every optimiser must go down a ravine: follow the sign of its step.")
@each_optimizer
def test_a_ravine_is_solved(optimizer, plot):
    """In a bowl ten times as steep one way as the other, 40 steps bring the loss down to a hundredth."""
    curvature, start = np.array([1.0, 10.0]), np.array([1.0, -0.8])
    # A velocity with β = 0.8 falls by √0.8 a step, and the loss to 1e-4 in 40. RMSProp ends in a cycle as wide as its
    # rate, which is 2e-3 of the loss at most. The others end below 1e-6 of it.
    rolling = {"learning_rate": 0.05, "beta": 0.8}
    settings = {
        "sgd": {"learning_rate": 0.15},
        "adagrad": {"learning_rate": 0.5},
        "rmsprop": {"learning_rate": 0.05},
        "adam": {"learning_rate": 0.1, "beta1": 0.5},
    }.get(optimizer.spec.name, rolling)
    path = walk_in_bowl(optimizer, start, curvature, steps=40, **settings)
    before, after = (0.5 * float(np.sum(curvature * w.astype(float) ** 2)) for w in (start, path[-1]))
    record_path(plot, "Paths in a ravine", optimizer, path)
    assert_that(after < before / 100, f"the loss went from {before:.3g} to {after:.3g} in 40 steps")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 8.2.3",
    hint="Step against the gradient in every element: along w2 that leads away from the saddle.",
)
@each_optimizer
def test_a_saddle_is_left(optimizer, plot):
    """From beside the ridge of a saddle every optimiser finds the way down: the loss falls below the saddle's."""
    curvature, start = np.array([1.0, -1.0]), np.array([1.0, 0.01])
    # With these rates the right paths end at -2 or below.
    rate = {"sgd": 0.4, "adagrad": 0.3, "adam": 0.1, "rmsprop": 0.1}.get(optimizer.spec.name, 0.2)
    path = walk_in_bowl(optimizer, start, curvature, learning_rate=rate, steps=20)
    record_path(plot, "Paths over a saddle", optimizer, path)
    loss = 0.5 * float(np.sum(curvature * path[-1].astype(float) ** 2))
    assert_that(loss < -1, f"the loss went from 0.5 to {loss:.3g} in 20 steps", expected="below -1", got=f"{loss:.3g}")


def record_path(plot, title, optimizer, path):
    """Record the way over the plane."""
    plot.line(title, path[:, 0], path[:, 1], label=optimizer.spec.name, x_label="w1", y_label="w2")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 4.3",
    hint="w - learning_rate * g, no more and no less.",
)
def test_sgd_diverges_beyond_two_over_the_curvature(sgd):
    """On a bowl of curvature λ gradient descent converges below a rate of 2/λ and diverges above."""
    for rate, factor in ((0.19, -0.9), (0.21, -1.1)):
        path = walk_in_bowl(sgd, np.ones(1), np.array([10.0]), learning_rate=rate, steps=20)
        assert_close(path[-1, 0], factor**20, f"parameter after 20 steps at {rate} with curvature 10", magnitude=10.0)


@check(points=1, source=MOMENTUM, hint="The velocity must add up what points the same way.")
@each_momentum
def test_momentum_beats_gradient_descent(optimizer):
    """In a ravine momentum gets ten times further down than gradient descent, and it rolls on over a plateau."""
    curvature, start = np.array([1.0, 100.0]), np.array([1.0, 0.1])
    path = walk_in_bowl(optimizer, start, curvature, learning_rate=0.005, steps=80)
    plain = start * (1 - 0.005 * curvature) ** 80
    after, plainly = (0.5 * float(np.sum(curvature * w.astype(float) ** 2)) for w in (path[-1], plain))
    assert_that(after < plainly / 10, f"the loss is {after:.3g}, that of gradient descent {plainly:.3g}")
    # Gradient descent stops after four steps of 0.1, at -0.05.
    end = float(walk(optimizer, np.array([0.35]), slope_then_plateau, learning_rate=0.1, steps=30)[-1, 0])
    assert_that(end < -0.15, f"on the plateau it stopped at {end:.3g}, gradient descent does at -0.05")


def slope_then_plateau(w):
    """Gradient of max(w, 0): downhill to 0, flat from there."""
    return np.where(w > 0, 1.0, 0.0).astype(w.dtype)
