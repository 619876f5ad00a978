"""Confined and local grades are the same: outcomes, messages, points and curves."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.testing.calls import CallLog, ContractFunction, FixedContext
from tests.helpers import REFERENCE, copied_reference, replaced, write_files

PYTORCH = Path(__file__).parents[1] / "real" / "pytorch"
VARIANTS = REFERENCE.parent / "variants"
WAYS = ("confined", "local")
SPOILED_ACTIVATIONS = """
def relu(x):
    x[x < 0] = 0
    return x

def tanh(x):
    raise ValueError(f"not today: {x.shape}")

def leaky_relu(x, alpha=0.5):
    return x

def softmax(logits):
    np.random.seed(0)
    return logits.tolist()
"""


def assert_same(path: Path, adapter: Path | None = None) -> set[str]:
    """Grade both ways, assert that the results are the same, and return which outcomes there were."""
    runs = []
    for way in WAYS:
        loaded = load_submission(path, adapter=adapter, isolation=way)
        with closing(loaded[0]):
            runs.append(grade(*loaded, seed=3))
    confined, local = runs
    for one, other in zip(confined.grade.checks, local.grade.checks, strict=True):
        assert (one.id, one.outcome, one.points, one.failure) == (other.id, other.outcome, other.points, other.failure)
    assert {name: len(items) for name, items in confined.plots.items()} == {
        name: len(items) for name, items in local.plots.items()
    }
    return {check.outcome for check in confined.grade.checks}


def test_reference():
    """The reference has full marks either way."""
    assert assert_same(REFERENCE) == {"passed"}


def test_torch_adapter():
    """Tensors, adapters and autograd make no difference."""
    assert assert_same(PYTORCH, PYTORCH / "adapter.py") == {"passed"}


@pytest.mark.parametrize("variant", ["other_conventions", "single_precision"])
def test_right_variants(variant):
    """Other conventions have full marks either way; one of them draws from children of the generator."""
    assert assert_same(REFERENCE, VARIANTS / f"{variant}.py") == {"passed"}


def test_mistakes(tmp_path):
    """Wrong values, exceptions, warnings, missing functions and broken files have the same messages."""
    work = copied_reference(tmp_path / "work")
    replaced(work / "losses.py", "return loss, ", "return 2 * loss, ")
    write_files(
        work,
        {
            "activations.py": (work / "activations.py").read_text(encoding="utf-8") + SPOILED_ACTIVATIONS,
            "metrics.py": "import nothing_of_that_name\n",
            "schedules.py": "def f(:\n",
            "regularization.py": """
                import numpy as np

                def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
                    mask = rng.random(x.shape) < keep_prob
                    return x * mask, mask

                def dropout_backward(dout, cache):
                    return dout * cache
            """,
            "optimizers.py": """
                def sgd(param, grad, state, *, learning_rate):
                    return param - learning_rate * grad, None

                def momentum(param, grad, state, *, learning_rate, beta=0.9):
                    velocity = grad if state is None else beta * state + grad
                    return param + learning_rate * velocity, velocity
            """,
        },
    )
    (work / "stopping.py").unlink()
    assert assert_same(work) == {"passed", "failed", "error", "todo"}


@pytest.fixture(params=WAYS)
def functions(request):
    """Return the functions of the reference as a check calls them."""
    submission, _, contract = load_submission(REFERENCE, isolation=request.param)
    with closing(submission):
        submission.begin_check()
        yield {
            name: ContractFunction(spec, FixedContext(submission, CallLog()))
            for name, spec in contract.functions.items()
        }


def test_a_generator_advances(functions):
    """A call advances the check's generator by the numbers that the submission drew."""
    rng, alone = np.random.default_rng(1), np.random.default_rng(1)
    for _ in range(2):
        functions["dropout_forward"](np.ones((3, 4)), 0.5, rng, training=True)
        alone.random((3, 4))
        assert rng.bit_generator.state == alone.bit_generator.state
    assert rng.normal() == alone.normal()


def test_a_state_can_be_used_twice(functions):
    """A state does not change: two steps from the same state are independent."""
    start, grad = np.ones(3), np.array([1.0, 2.0, 3.0])
    param, state = functions["momentum"](start, grad, None, learning_rate=0.1)
    once = functions["momentum"](param, grad, state, learning_rate=0.1)
    again = functions["momentum"](param, -grad, state, learning_rate=0.1)
    repeated = functions["momentum"](param, grad, state, learning_rate=0.1)
    assert (once[0] == repeated[0]).all()
    assert (once[0] != again[0]).all()


def test_functions_are_called_back(functions):
    """A check's function gets plain arrays, and what it returns is what the submission sees."""
    seen = []

    def f(theta):
        seen.append(theta)
        return float(theta @ theta)

    gradient = functions["numerical_gradient"](f, np.array([1.0, 2.0]))
    assert np.allclose(gradient, [2.0, 4.0])
    assert {type(theta) for theta in seen} == {np.ndarray}
    assert len(seen) >= 4


def test_a_property_that_fails_in_a_called_function_is_the_checks(functions):
    """An assertion in a check's own function fails the check, whatever the submission makes of the exception."""

    def f(theta):
        raise AssertionError("theta has moved")

    with pytest.raises(Exception, match="theta has moved"):
        functions["numerical_gradient"](f, np.ones(2))


def test_arguments_are_copies(functions):
    """What a submission does to its arguments does not reach the check's arrays."""
    x = np.array([-1.0, 1.0])
    assert functions["relu"].changed_arguments(x) == []
    assert x.tolist() == [-1.0, 1.0]
    assert functions["sigmoid"].warnings(np.array([1e4])) == []
