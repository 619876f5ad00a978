"""Checks of training.py: mini-batch gradient descent, the search for its settings, the diagnosis of its curves.

Among them is the oldest test of all: overfit a tiny data set.
"""

import math
import re

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check, fork, normal
from backproof.testing.general import *

SGD = "Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1"
RECIPE = "Karpathy, A Recipe for Training Neural Networks, 2019"
GRID_SEARCH = "Goodfellow, Bengio and Courville, Deep Learning, section 11.4.3"
FIT = "Goodfellow, Bengio and Courville, Deep Learning, section 5.2"


def make_params(rng, num_features, num_hidden, num_classes):
    """Parameters of a network with one hidden layer."""
    return {
        "W1": normal(rng, (num_features, num_hidden), math.sqrt(2 / num_features)),
        "b1": np.zeros(num_hidden),
        "W2": normal(rng, (num_hidden, num_classes), 0.1),
        "b2": np.zeros(num_classes),
    }


def problem(rng, num_samples=8):
    """Parameters, inputs and labels of a small problem.

    No hidden unit is near its kink, and no two samples have the same loss (as two for which all units are off would),
    so that a loss tells its sample.
    """
    labels = np.arange(num_samples) % 3
    while True:
        params, x = make_params(rng, 4, 6, 3), normal(rng, (num_samples, 4))
        gaps = np.diff(np.sort(sample_losses(params, x, labels)))
        if distance_to_kink(params, x) > 1e-2 and gaps.min() > 1e-3:
            return {"params": params, "x": x, "labels": labels}


def sample_losses(params, x, labels):
    """The cross-entropy of each sample."""
    logits = np.maximum(x @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
    return np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(x)), labels]


def distance_to_kink(params, x):
    """How near the nearest hidden unit is to 0, where a rounding would switch its gradient on or off."""
    return np.abs(x @ params["W1"] + params["b1"]).min()


SAMPLES = {
    "train": Sample(
        lambda rng: problem(rng) | {"rng": rng, "learning_rate": 0.1, "steps": 3, "batch_size": 4},
        bad={"learning_rate": (-0.1, float("nan"), float("inf")), "steps": (-1,), "batch_size": (0, -4)},
    ),
    "coarse_to_fine_search": Sample(
        lambda: {"evaluate": bowl(0.03)[0], "low": 1e-4, "high": 1.0, "rounds": 2, "points": 4},
        bad={"low": (0.0, -0.1), "high": (1e-4, 1e-5, -1.0)},
    ),
    "diagnose_fit": Sample(
        lambda: {"train_losses": [1.0, 0.5, 0.3], "validation_losses": [1.0, 0.6, 0.4]},
        bad={"train_losses": ([],), "validation_losses": ([], [1.0, 0.6], [1.0, 0.6, 0.5, 0.4])},
    ),
}


@check(points=3, source=SGD, hint="params[name] - learning_rate * grads[name] for every parameter, once a step.")
def test_full_batch_steps_are_gradient_descent(train, network_loss, rng):
    """A step with all samples is w - learning_rate * gradient, for every parameter, and so is each one after it."""
    for l2_strength in (0.0, 0.1):
        task, path = smooth_descent(network_loss, l2_strength, rng)
        for steps in (1, len(path)):
            settings = {"learning_rate": 0.3, "steps": steps, "batch_size": 8, "l2_strength": l2_strength}
            trained, _ = train(**task, rng=fork(rng), **settings)
            for name, value in path[steps - 1].items():
                what = f"{name} after {steps} steps, l2_strength={l2_strength}"
                # Each step hands on the errors of those before, times at most 1 + 0.3 times the curvature: 2 is ample.
                assert_close(trained[name], value, what, magnitude=2.0**steps)


def smooth_descent(network_loss, l2_strength, rng):
    """Return a problem, and the path of gradient descent on it, which passes no kink."""
    while True:
        task = problem(rng)
        path = descent_path(network_loss, task, l2_strength)
        if path is not None:
            return task, path


def descent_path(network_loss, task, l2_strength, steps=6):
    """Return the parameters after each of some steps of gradient descent, or None if a unit comes near its kink."""
    params, path = task["params"], []
    for _ in range(steps):
        if distance_to_kink(params, task["x"]) < 1e-3:
            return None
        _, grads = network_loss(params, task["x"], task["labels"], l2_strength=l2_strength)
        params = {name: value - 0.3 * np.asarray(grads[name]) for name, value in params.items()}
        path.append(params)
    return path


@check(points=1, source=SGD, hint="Append the loss before the update, once a step, regularisation included.")
def test_losses_are_those_before_each_update(train, network_loss, rng):
    """There is one loss a step: network_loss on that step's batch, before its update."""
    task = problem(rng)
    settings = {"learning_rate": 0.3, "batch_size": 8, "l2_strength": 0.1}
    after_one, _ = train(**task, rng=fork(rng), steps=1, **settings)
    _, losses = train(**task, rng=fork(rng), steps=2, **settings)
    assert_that(len(losses) == 2, f"2 steps gave {len(losses)} losses", expected="2", got=str(len(losses)))
    first, _ = network_loss(**task, l2_strength=0.1)
    second, _ = network_loss(**(task | {"params": after_one}), l2_strength=0.1)
    assert_close(losses[0], first, "the first loss", magnitude=5.0)
    assert_close(losses[1], second, "the second loss", magnitude=5.0)


@check(points=2, source=SGD, hint="Loss and gradient of a step both come from the samples of its batch alone.")
def test_a_step_uses_its_batch_alone(train, network_loss, rng):
    """A step with a batch of one sample follows that sample's gradient."""
    task = problem(rng)
    trained, losses = train(**task, rng=fork(rng), learning_rate=0.3, steps=1, batch_size=1)
    steps = []
    for n in range(len(task["x"])):
        loss, grads = network_loss(task["params"], task["x"][n : n + 1], task["labels"][n : n + 1])
        steps.append((abs(float(loss) - float(losses[0])), grads))
    _, grads = min(steps, key=lambda step: step[0])
    for name, value in task["params"].items():
        assert_close(trained[name], value - 0.3 * np.asarray(grads[name]), f"{name} after a step", magnitude=2.0)


@check(points=1, source=SGD, hint="Shuffle with rng, and go through all samples.")
def test_batches_are_drawn_from_all_samples(train, network_loss, rng):
    """Every sample comes up, none that does not exist, in an order that depends on the seed."""
    task = problem(rng, num_samples=6)
    alone = [float(network_loss(task["params"], task["x"][n : n + 1], task["labels"][n : n + 1])[0]) for n in range(6)]
    orders = []
    # At learning rate 0 the losses tell which samples were drawn. Drawn with replacement, one of 6 is missing after
    # 150 steps with probability 6 * (5/6)**150 = 8e-12; two orders are the same with a probability far below.
    for seed in (1, 2):
        _, losses = train(**task, rng=np.random.default_rng(seed), learning_rate=0.0, steps=150, batch_size=1)
        distance = np.abs(np.subtract.outer(np.asarray(losses, dtype=float), alone))
        assert_close(distance.min(axis=1), 0.0, "distance of each loss to the nearest sample's", magnitude=5.0)
        orders.append(distance.argmin(axis=1))
    seen = len(np.unique(orders[0]))
    assert_that(seen == 6, f"{seen} of 6 samples were used in 150 steps", expected="6", got=str(seen))
    assert_that(np.any(orders[0] != orders[1]), "two seeds gave the same order of samples")


@check(
    points=4,
    source=f"{RECIPE}: 'overfit one batch'",
    hint="Follow one step by hand: does the loss fall along the gradient?",
)
def test_overfits_a_tiny_data_set(train, predict, rng, plot):
    """20 samples with random labels are learned by heart: 100 % accuracy."""
    params = make_params(rng, 10, 64, 3)
    x, labels = normal(rng, (20, 10)), rng.integers(0, 3, 20)
    trained, losses = train(params, x, labels, fork(rng), learning_rate=0.5, steps=400, batch_size=10, l2_strength=0.0)
    plot.line("Overfitting a tiny data set", range(len(losses)), losses, label="loss", x_label="step", y_label="loss")
    right = int(np.sum(np.argmax(predict(trained, x), axis=1) == labels))
    assert_that(right == 20, f"{right} of 20 training samples are right after 400 steps", expected="20", got=str(right))


@check(points=1, source=RECIPE, hint="Subtract the gradient; adding it climbs.")
def test_the_loss_falls(train, rng):
    """At a sane learning rate the loss on the training set falls in every step with all samples."""
    task = problem(rng)
    _, losses = train(**task, rng=fork(rng), learning_rate=0.02, steps=20, batch_size=8)
    losses = np.asarray(losses, dtype=float)
    assert_that(losses[-1] < losses[0], f"the loss went from {losses[0]:.4g} to {losses[-1]:.4g} in 20 steps")


@check(points=1, source=SGD, hint="Nothing but learning_rate * gradient may change a parameter.")
def test_learning_rate_zero_changes_nothing(train, rng):
    """With a learning rate of 0, or no steps, the parameters stay as they were."""
    task = problem(rng)
    for settings in ({"learning_rate": 0.0, "steps": 5}, {"learning_rate": 0.1, "steps": 0}):
        trained, losses = train(**task, rng=fork(rng), batch_size=4, l2_strength=0.1, **settings)
        assert_that(len(losses) == settings["steps"], f"{settings} gave {len(losses)} losses")
        for name, value in task["params"].items():
            assert_close(trained[name], value, f"{name} after {settings}")


@check(
    points=1,
    source="Goodfellow, Bengio and Courville, Deep Learning, section 11.5",
    hint="if not math.isfinite(loss): raise FloatingPointError(f'... at step {step}').",
)
def test_a_diverging_run_is_stopped(train, rng):
    """When the loss is no longer finite, FloatingPointError tells the step; NaN is not returned."""
    # A penalty this strong multiplies the weights by -2e6 a step (-1e6 where it is halved), whatever the data are.
    call = problem(rng) | {"rng": rng, "learning_rate": 1e3, "steps": 100, "batch_size": 8, "l2_strength": 1e3}
    raised = train.exception(**call)
    assert_that(
        raised is not None and "FloatingPointError" in raised.exception_types,
        "a run that diverges must raise FloatingPointError",
        expected="FloatingPointError",
        got=raised.got if raised else "no exception",
    )
    assert_that(
        re.search(r"\d", raised.exception_message), "the message must tell the step", got=raised.exception_message
    )


LOW, HIGH = 1e-6, 1.0
RANGE = math.log(HIGH / LOW)


def bowl(optimum):
    """Return a loss that is the same a factor above the optimum and below, and the list of values it is asked for."""
    tried = []

    def evaluate(value):
        tried.append(float(value))
        # Minus 1: losses may be negative, and which one is lower is all that matters.
        return math.log(max(tried[-1], 1e-12) / optimum) ** 2 - 1

    return evaluate, tried


def search_bowl(coarse_to_fine_search, optimum, **settings):
    """Search a bowl and return the value found, and the values tried, each once, in order; all are logarithms."""
    evaluate, tried = bowl(optimum)
    found = coarse_to_fine_search(evaluate, low=LOW, high=HIGH, **settings)
    assert_that(len(tried) > 0, "evaluate was never called")
    tried = np.array(list(dict.fromkeys(tried)))
    return math.log(max(float(found), 1e-12)), np.log(np.maximum(tried, 1e-12))


@check(points=2, source=GRID_SEARCH, hint="Each round goes from the best value's lower neighbour to its upper one.")
def test_search_finds_the_bottom_of_a_bowl(coarse_to_fine_search, rng, plot):
    """The value found is within the last spacing of the best one: inside the range, or its end if that is best."""
    # One optimum in every other decade, at ever other places between the values of a grid of 8.
    optima = 10 ** np.array([-7.5, *(rng.uniform(-6, -5) + np.arange(0, 6, 2)), 1.5])
    for rounds, settings in ((3, {}), (2, {"rounds": 2})):
        # The value nearest to the optimum misses it by half of a spacing at most. The first spacing is RANGE / 7 or
        # less. A window of one spacing to either side divides it by 3.5 a round; the widest that is accepted, of two
        # spacings to either side, by 1.75, and halving the range by 2. Float32 adds a few 1e-6.
        room = RANGE / 7 / 2 / 1.75 ** (rounds - 1) + 1e-4
        for optimum in optima:
            found, tried = search_bowl(coarse_to_fine_search, optimum, **settings)
            best = min(max(optimum, LOW), HIGH)
            if not settings:
                record_search(plot, tried, best)
            miss = abs(found - math.log(best))
            assert_that(
                miss <= room,
                f"with {rounds} rounds of 8 points the best value from {LOW:g} to {HIGH:g} is {best:.6g}, "
                f"found {math.exp(found):.6g}",
                expected=f"within a factor of {math.exp(room):.4g} of {best:.6g}",
                got=f"{math.exp(found):.6g}",
            )


def record_search(plot, tried, best):
    """Record the values that were tried, one after the other, beside the best one."""
    label, evaluations = f"best: {best:.3g}", range(len(tried))
    for name, logarithms in ((label, tried), (f"{label}, expected", np.full(len(tried), math.log(best)))):
        values = np.exp(logarithms)
        plot.line("Coarse to fine", evaluations, values, label=name, x_label="evaluation", y_label="value")


@check(points=1, source=GRID_SEARCH, hint="np.geomspace(low, high, points), or exp of evenly spaced logarithms.")
def test_search_starts_with_a_logarithmic_grid(coarse_to_fine_search):
    """The first round tries as many values as points says, over the whole range, each the same factor apart."""
    for points in (6, 11):
        _, tried = search_bowl(coarse_to_fine_search, 1e-3, rounds=1, points=points)
        count = len(tried)
        assert_that(
            count == points, f"one round of {points} points tried {count} values", expected=str(points), got=str(count)
        )
        tried = np.sort(tried)
        # In float32, logarithms of up to 14 are right to a few 1e-6; a straight grid's gaps differ by more than 1.
        gaps = np.diff(tried)
        assert_that(
            np.ptp(gaps) < 1e-4,
            f"one round of {points} points tried values that are not the same factor apart",
            expected=f"a factor of {math.exp(gaps.mean()):.4g} between neighbours",
            got=f"factors from {math.exp(gaps.min()):.4g} to {math.exp(gaps.max()):.4g}",
        )
        # The ends themselves need not be tried: the middles of as many parts of the range are a grid, too.
        left_out = max(tried[0] - math.log(LOW), math.log(HIGH) - tried[-1])
        assert_that(
            left_out < gaps.mean() + 1e-4,
            f"one round of {points} points goes from {math.exp(tried[0]):.3g} to {math.exp(tried[-1]):.3g}",
            expected=f"{LOW:g} to {HIGH:g}",
        )


@check(points=1, source=GRID_SEARCH, hint="Take the next round's ends from the neighbours of the best value.")
def test_search_gets_finer_around_the_best(coarse_to_fine_search, rng):
    """Further rounds try new values, no more than points a round, and all of the second near the best of the first."""
    optimum = 10 ** rng.uniform(-5, -1)
    counts = [0]
    for rounds in (1, 2, 3):
        _, tried = search_bowl(coarse_to_fine_search, optimum, rounds=rounds, points=8)
        # A value that was tried before may be looked up; one that comes back a rounding away is no new one.
        counts.append(1 + int(np.sum(np.diff(np.sort(tried)) > 1e-4)))
        assert_that(
            counts[-2] < counts[-1] <= 8 * rounds,
            f"{rounds} rounds of 8 points tried {counts[-1]} values, one round fewer tried {counts[-2]}",
            expected=f"{counts[-2] + 1} to {8 * rounds}",
            got=str(counts[-1]),
        )
        if rounds == 2:
            first, second = tried[:8], tried[8:]
            best = first[np.argmin(np.abs(first - math.log(optimum)))]
            farthest = math.exp(np.abs(second - best).max(initial=0))
            # The windows that are accepted reach two spacings to either side at most.
            room = math.exp(2 * RANGE / 7)
            assert_that(
                farthest < 1.001 * room,
                f"after {math.exp(best):.3g} was the best of the first round, the second went as far as a factor of "
                f"{farthest:.3g} from it",
                expected=f"at most a factor of {room:.3g}",
                got=f"{farthest:.3g}",
            )


@check(points=1, source=GRID_SEARCH, hint="max(low, ...) and min(high, ...) for the ends of each round.")
def test_search_never_leaves_its_range(coarse_to_fine_search):
    """No value below low or above high is tried or returned, also where the best one is at an end."""
    for optimum in (1e-9, 1e-3, 1e3):
        found, tried = search_bowl(coarse_to_fine_search, optimum)
        values = np.exp([found, *tried])
        # exp(log(high)) is high up to the roundings of a logarithm of up to 14: a few 1e-6 of it in float32.
        assert_that(
            values.min() > LOW * (1 - 1e-5) and values.max() < HIGH * (1 + 1e-5),
            f"with the optimum at {optimum:g}, values from {values.min():.6g} to {values.max():.6g} came up",
            expected=f"{LOW:g} to {HIGH:g}",
            got=f"{values.min():.6g} to {values.max():.6g}",
        )


TIME = np.arange(40) / 40


def falling_to(end, rng):
    """Return a curve that falls from 1 and stays at end from the middle on, give or take 2 % of it."""
    curve = (end + (1 - end) * np.exp(-16 * TIME)) * rng.uniform(0.98, 1.02, 40)
    return np.concatenate([[1.0], np.minimum(curve[1:], 1.0)])


def rising_to(ends, lowest, rng):
    """Return a curve that falls from 1 to lowest in the first third, and rises from there on."""
    return np.interp(TIME, [0, 1 / 3, TIME[-1]], [1, lowest, ends]) * rng.uniform(0.98, 1.02, 40)


def good_curves(rng):
    """Training ends at 1 to 7 % of its start, and validation at most 3 % of the start above."""
    end = rng.uniform(0.01, 0.07)
    return falling_to(end, rng), falling_to(end + rng.uniform(0, 0.03), rng)


def underfitting_curves(rng):
    """Both losses stay above 83 % of the start."""
    end = rng.uniform(0.85, 0.94)
    return falling_to(end, rng), falling_to(end + rng.uniform(0, 0.03), rng)


def overfitting_curves(rng):
    """Training falls to 1 to 7 %; validation turns at 30 to 45 %, and nearly doubles, but stays below its start."""
    lowest = rng.uniform(0.3, 0.45)
    return falling_to(rng.uniform(0.01, 0.07), rng), rising_to(lowest * rng.uniform(1.9, 2.1), lowest, rng)


def diverging_curves(rng):
    """Both losses may fall at first, and end at 3 to 100 times their start."""
    lowest, end = rng.uniform(0.3, 1), 10 ** rng.uniform(0.5, 2)
    return rising_to(end, lowest, rng), rising_to(1.1 * end, lowest, rng)


def broken_curves(rng, value):
    """Losses that fall, until the last quarter of them are all NaN, or infinite."""
    curves = good_curves(rng)
    for curve in curves:
        curve[30:] = value
    return curves


def assert_diagnosis(diagnose_fit, curves, expected):
    """Assert what is said of two curves."""
    train, validation = curves
    diagnosis = diagnose_fit(train.tolist(), validation.tolist())
    message = (
        f"training goes from {train[0]:.3g} to {train[-1]:.3g}, validation from {validation[0]:.3g} to "
        f"{validation[-1]:.3g}, its best is {np.nanmin(validation):.3g}: that is {expected}, not {diagnosis}"
    )
    assert_that(diagnosis == expected, message, expected=expected, got=diagnosis)


@check(points=1, source=FIT, hint="Training ends below 10 % of its start, and validation less than 5 % of it above.")
def test_a_good_fit_is_told(diagnose_fit, rng):
    """Where both losses end low and close to each other, the fit is good."""
    for _ in range(8):
        assert_diagnosis(diagnose_fit, good_curves(rng), "good")
    at_once = np.array([1.0, *[0.05] * 299])
    assert_diagnosis(diagnose_fit, (at_once, at_once), "good")


@check(points=1, source=FIT, hint="A small gap is no merit where training itself has got nowhere.")
def test_underfitting_is_told(diagnose_fit, rng):
    """Where both losses stay near their start, or where nothing moves at all, the model underfits."""
    for _ in range(8):
        assert_diagnosis(diagnose_fit, underfitting_curves(rng), "underfitting")
    assert_diagnosis(diagnose_fit, np.full((2, 40), math.log(10)), "underfitting")


@check(points=1, source=FIT, hint="Compare the last validation loss with the lowest one.")
def test_overfitting_is_told(diagnose_fit, rng, plot):
    """Where the validation loss turns and rises while the training loss falls on, the model overfits."""
    for _ in range(8):
        curves = overfitting_curves(rng)
        if not plot.recorded:
            for label, curve in zip(("training", "validation"), curves, strict=True):
                plot.line("Overfitting", range(40), curve, label=label, x_label="epoch", y_label="loss")
        assert_diagnosis(diagnose_fit, curves, "overfitting")


@check(points=1, source=FIT, hint="Ask first whether the losses are finite: every comparison with NaN is false.")
def test_divergence_is_told(diagnose_fit, rng):
    """Where the losses end above their start, or are no longer finite, training diverges."""
    for _ in range(4):
        assert_diagnosis(diagnose_fit, diverging_curves(rng), "diverging")
    for value in (math.nan, math.inf):
        assert_diagnosis(diagnose_fit, broken_curves(rng, value), "diverging")


@check(points=1, source=FIT, hint="Divide by the first training loss before you compare with a threshold.")
def test_diagnosis_does_not_depend_on_the_unit_of_the_loss(diagnose_fit, rng):
    """Losses a thousand times as large or as small have the same diagnosis."""
    kinds = {
        "good": good_curves,
        "underfitting": underfitting_curves,
        "overfitting": overfitting_curves,
        "diverging": diverging_curves,
    }
    for expected, make_curves in kinds.items():
        for unit in (1e-3, 1e3):
            assert_diagnosis(diagnose_fit, unit * np.array(make_curves(rng)), expected)
