"""Signatures and returned values are compared with the contract; a message shows both sides of a difference."""

import numpy as np
import pytest

from backproof.problems import ContractBroken, Problem
from tests.helpers import functions_of, write_files

X, WEIGHT, BIAS = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)


def problem_of(folder, code: str, function: str = "expected_initial_loss", *arguments) -> Problem:
    """Return the problem of a call to a function of a module with this code."""
    module = "layers" if function.startswith("linear") else "losses"
    functions = functions_of(write_files(folder, {f"{module}.py": code}))
    with pytest.raises(Problem) as caught:
        functions[function](*(arguments or (10,)))
    return caught.value


def linear_problem(folder, result: str) -> str:
    """Return the message when linear_forward returns ``result``; it must be a broken contract."""
    code = f"import numpy as np\ndef linear_forward(x, weight, bias):\n    return {result}\n"
    problem = problem_of(folder, code, "linear_forward", X, WEIGHT, BIAS)
    assert type(problem) is ContractBroken
    return problem.message


def test_not_callable_is_named(tmp_path):
    """A message names the type of a name of the contract that is no function."""
    problem = problem_of(tmp_path, "expected_initial_loss = 2.3\n")
    assert type(problem) is ContractBroken
    assert problem.message == "expected_initial_loss in losses.py is not a function but a float"


@pytest.mark.parametrize(
    "signature",
    ["()", "(classes)", "(num_classes, base)", "(num_classes, *, base)", "(*, num_classes)", "(num_classes, /, base)"],
)
def test_wrong_signature_shows_both(tmp_path, signature):
    """A signature that not every call of the contract fits is a failure that shows both signatures."""
    problem = problem_of(tmp_path, f"def expected_initial_loss{signature}:\n    return 2.3\n")
    assert problem.outcome == "failed"
    assert "contract: expected_initial_loss(num_classes)" in problem.message
    assert f"yours:    expected_initial_loss{signature}" in problem.message


@pytest.mark.parametrize(
    "signature",
    [
        "(x, keep_prob, rng, *, training, inverted=True)",
        "(x, keep_prob, rng, training, inverted=True)",
        "(x, keep_prob, rng, *, training, inverted=True, axis=None)",
        "(x, keep_prob, rng, axis=None, *, training, inverted=True)",
        "(x, *rest, **options)",
        "(*all_of_them, **options)",
        "(x: 'Array', keep_prob: float = 0.5, rng=None, *, training: bool = True, inverted: bool = True) -> tuple",
    ],
)
def test_compatible_signatures_are_accepted(tmp_path, signature):
    """More parameters with defaults, star arguments, and keyword-only ones as ordinary ones all fit the contract."""
    code = f"import numpy as np\ndef dropout_forward{signature}:\n    return np.zeros((2, 3)), None\n"
    out, _ = functions_of(write_files(tmp_path, {"regularization.py": code}))["dropout_forward"](
        X, 0.5, np.random.default_rng(0), training=True
    )
    assert out.shape == (2, 3)


def test_another_default_is_another_signature(tmp_path):
    """A default that differs from the contract's would make the same call mean something else."""
    code = "def dropout_forward(x, keep_prob, rng, *, training, inverted=False):\n    return x, None\n"
    functions = functions_of(write_files(tmp_path, {"regularization.py": code}))
    with pytest.raises(ContractBroken, match="inverted=True"):
        functions["dropout_forward"](X, 0.5, np.random.default_rng(0), training=True)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("None", "2 values, (out, cache); it returned None"),
        ("x @ weight + bias", "2 values, (out, cache); it returned an array"),
        ("(x @ weight + bias,)", "2 values, (out, cache); it returned a tuple of 1"),
        ("x, weight, bias", "2 values, (out, cache); it returned a tuple of 3"),
        ("[[1.0] * 4] * 2, None", "an array for `out`; it returned a list"),
        ("(x @ weight + bias).T, None", "shape (2, 4), which is (N, fan_out) for `out`; it returned shape (4, 2)"),
        ("(x @ weight + bias).astype(object), None", "array of real numbers for `out`; it returned an array of dtype"),
        ("(x @ weight + bias).astype(complex), None", "array of real numbers for `out`"),
        ("__import__('torch').ones(2, 4), None", "an array for `out`; it returned a Tensor"),
        ("None, None", "an array for `out`; it returned None"),
    ],
)
def test_wrong_kinds_of_result_are_reported(tmp_path, result, expected):
    """Results are compared with the contract; the message has the expected kind and the actual one."""
    message = linear_problem(tmp_path, result)
    assert message.startswith("linear_forward must return ")
    assert expected in message


@pytest.mark.parametrize("result", ["True", "'2.3'", "None", "1j", "np.ones(1)", "[2.3]", "object()"])
def test_a_number_must_be_a_number(tmp_path, result):
    """The message for a loss that is no real number names the expected kind."""
    problem = problem_of(
        tmp_path, f"import numpy as np\ndef expected_initial_loss(num_classes):\n    return {result}\n"
    )
    assert type(problem) is ContractBroken
    assert "expected_initial_loss must return a number for `loss`; it returned" in problem.message
