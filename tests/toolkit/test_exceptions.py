"""A call that must be refused: by the right exception, with a message that names the argument, and by nothing else."""

from pathlib import Path

import pytest

from backproof.contract import load_contract
from backproof.problems import NotYetImplemented, PropertyViolated
from backproof.submission import LocalSubmission, find_source
from backproof.testing import ContractFunction, assert_raises
from backproof.testing.calls import CallLog, FixedContext

TEMPLATE = '''
def dropout(x, keep_prob):
    """Dropout.

    Parameters
    ----------
    x : array
    keep_prob : float

    Returns
    -------
    out : array like x
    """
'''


@pytest.fixture
def dropout(tmp_path: Path):
    """Make the learner's function from its body."""

    def function(*body: str) -> ContractFunction:
        for folder, text in (
            ("template", TEMPLATE),
            ("submission", "\n    ".join(["def dropout(x, keep_prob):", *body])),
        ):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "regularization.py").write_text(text, encoding="utf-8")
        contract = load_contract(tmp_path / "template")
        submission = LocalSubmission(find_source(tmp_path / "submission"))
        return ContractFunction(contract.functions["dropout"], FixedContext(submission, CallLog()))

    return function


def refusal(function):
    """Return how the submission fails to refuse keep_prob = 1.5."""
    with pytest.raises(PropertyViolated) as caught:
        assert_raises("ValueError", ("keep_prob",), function, 0.0, keep_prob=1.5)
    return caught.value


@pytest.mark.parametrize(
    "message",
    ["'keep_prob must be in [0, 1]'", "f'must lie in [0, 1]: keep_prob={keep_prob}'", "'`keep_prob` is too large'"],
)
def test_the_right_exception_passes(dropout, message):
    """ValueError with the argument's name anywhere in its message is right."""
    assert_raises("ValueError", ("keep_prob",), dropout(f"raise ValueError({message})"), 0.0, 1.5)


def test_subclasses_pass(dropout):
    """An exception of the learner's own that is a ValueError, too, is right."""
    function = dropout("class OutOfRange(ValueError): pass", "raise OutOfRange('keep_prob is 1.5')")
    assert_raises("ValueError", ("keep_prob",), function, 0.0, 1.5)


def test_one_of_several_names_is_enough(dropout):
    """If either argument may be wrong, naming one of them is right."""
    assert_raises("ValueError", ("keep_prob", "x"), dropout("raise ValueError('x does not fit')"), 0.0, 1.5)


def test_accepting_the_call_fails(dropout):
    """A result, of any kind, is no refusal."""
    problem = refusal(dropout("return 1.0"))
    assert problem.message == "dropout accepted this call; it must raise ValueError naming keep_prob"
    assert (problem.expected, problem.got) == ("ValueError", "no exception")


@pytest.mark.parametrize("exception", ["TypeError", "Exception", "ZeroDivisionError", "SystemExit", "AssertionError"])
def test_another_exception_fails(dropout, exception):
    """Any exception that is no ValueError fails, and the message has its type and its text."""
    problem = refusal(dropout(f"raise {exception}('keep_prob is 1.5')"))
    assert problem.message == f"dropout must raise ValueError here; it raised {exception}: keep_prob is 1.5"
    assert problem.got == f"{exception}: keep_prob is 1.5"


@pytest.mark.parametrize("message", ["'must be in [0, 1]'", "", "'bad not_keep_prob'", "'Keep probability is 1.5'"])
def test_a_message_without_the_name_fails(dropout, message):
    """The message must hold the argument's name as a word; the failure shows the message."""
    problem = refusal(dropout(f"raise ValueError({message})"))
    assert problem.message.startswith("the message of the ValueError must name keep_prob; it is ")
    assert problem.expected == "a message with keep_prob in it"
    assert problem.got == message.strip("'")


def test_a_missing_function_is_to_do(dropout):
    """NotImplementedError is neither a refusal nor a failure."""
    with pytest.raises(NotYetImplemented):
        assert_raises("ValueError", ("keep_prob",), dropout("raise NotImplementedError"), 0.0, 1.5)
