"""The messages for code that cannot be imported, found or called, or that returns a wrong kind of value."""

from pathlib import Path

import pytest

from backproof.problems import NotImportable, NotYetImplemented, Problem, SubmissionRaised
from tests.helpers import copied_reference, functions_of, results, write_files

INITIAL = "losses/test_expected_initial_loss_is_log_c"


def problem_of(folder: Path, code: str) -> Problem:
    """Return the problem of a call to expected_initial_loss in a losses.py with this code."""
    functions = functions_of(write_files(folder, {"losses.py": code}))
    with pytest.raises(Problem) as caught:
        functions["expected_initial_loss"](10)
    return caught.value


def test_syntax_error_shows_file_line_and_text(tmp_path):
    """A syntax error is an error that shows the learner's line."""
    problem = problem_of(tmp_path, "import math\n\ndef expected_initial_loss(num_classes:\n    return 1\n")
    assert type(problem) is NotImportable
    assert "losses.py:3\n    def expected_initial_loss(num_classes:\nSyntaxError: " in problem.message


def test_null_bytes_are_reported(tmp_path):
    """A file that is no Python text at all is an error, in words."""
    (tmp_path / "losses.py").write_bytes(b"x = 1\0\n")
    found = results(tmp_path, INITIAL)[INITIAL]
    assert found.outcome == "error"
    assert "losses.py could not be imported" in found.failure.message
    assert "null bytes" in found.failure.message


def test_exception_at_import_shows_own_line_and_no_grader_frames(tmp_path):
    """An exception while importing shows the learner's own line, and nothing of the grader's or of importlib's."""
    problem = problem_of(tmp_path, "import math\nSCALE = 1 / 0\n")
    assert problem.message == (
        "losses.py could not be imported.\n"
        "losses.py:2 in <module>\n    SCALE = 1 / 0\nZeroDivisionError: division by zero"
    )


def test_exception_in_a_helper_module_shows_both_own_lines(tmp_path):
    """An exception in a module that the learner's module imports shows the way there."""
    write_files(tmp_path, {"helpers.py": "def half(x):\n    return x / zero\n"})
    code = "from helpers import half\ndef expected_initial_loss(num_classes):\n    return half(num_classes)\n"
    problem = problem_of(tmp_path, code)
    assert problem.message == (
        "expected_initial_loss raised.\n"
        "losses.py:3 in expected_initial_loss\n    return half(num_classes)\n"
        "helpers.py:2 in half\n    return x / zero\n"
        "NameError: name 'zero' is not defined"
    )


def test_endless_recursion_is_short(tmp_path):
    """A recursion that never ends is an error of a few lines."""
    code = "def expected_initial_loss(num_classes):\n    return expected_initial_loss(num_classes)\n"
    problem = problem_of(tmp_path, code)
    assert "RecursionError" in problem.message
    assert len(problem.message.splitlines()) < 15


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, "losses.py is missing: expected_initial_loss belongs there"),
        ("x = 1\n", "expected_initial_loss is missing in losses.py"),
        (
            "def expected_initial_loss(num_classes):\n    raise NotImplementedError\n",
            "expected_initial_loss is not implemented yet",
        ),
    ],
)
def test_missing_code_is_to_do(tmp_path, code, message):
    """A missing file, a missing function and NotImplementedError are to do, with a message that names them."""
    write_files(tmp_path, {"other.py": ""} | ({"losses.py": code} if code is not None else {}))
    found = results(tmp_path, INITIAL)[INITIAL]
    assert (found.outcome, found.failure.message, found.points) == ("todo", message, 0)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("sys.exit(1)", "SystemExit"),
        ("raise SystemExit", "SystemExit"),
        ("exit()", "SystemExit"),
        ("pytest.skip('no')", "Skipped"),
        ("pytest.exit('no')", "Exit"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise unittest.SkipTest('no')", "SkipTest"),
    ],
)
@pytest.mark.parametrize("where", ["call", "import"])
def test_leaving_is_an_error_and_no_way_out(tmp_path, statement, name, where):
    """A submission that exits or skips, when called or imported, gets an error and stops no other check."""
    body = f"    {statement}\n" if where == "call" else f"    return 2.3\n{statement}\n"
    code = f"import sys\nimport unittest\nimport pytest\ndef expected_initial_loss(num_classes):\n{body}"
    copied_reference(tmp_path, "layers")
    write_files(tmp_path, {"losses.py": code})
    found = results(tmp_path, INITIAL, "layers/test_two_linear_layers_equal_one")
    assert found[INITIAL].outcome == "error"
    assert name in found[INITIAL].failure.message
    assert statement in found[INITIAL].failure.message
    assert found["layers/test_two_linear_layers_equal_one"].outcome == "passed"


def test_one_broken_module_leaves_the_rest_graded(tmp_path):
    """A syntax error in layers.py is an error of its checks alone."""
    copied_reference(tmp_path, "layers", "losses", "activations")
    write_files(tmp_path, {"layers.py": "def linear_forward(:\n"})
    found = results(tmp_path, modules=("layers", "losses"))
    assert {(check.module, check.outcome) for check in found.values()} == {("layers", "error"), ("losses", "passed")}


def test_missing_import_is_an_error_that_names_it(tmp_path):
    """A module that is not installed is named."""
    problem = problem_of(tmp_path, "import jaxx\n")
    assert "ModuleNotFoundError: No module named 'jaxx'" in problem.message
    assert "losses.py:1 in <module>\n    import jaxx" in problem.message


def test_exceptions_keep_type_and_text(tmp_path):
    """A check receives the exception's class, its bases and its text."""
    code = "class Odd(ValueError): pass\ndef expected_initial_loss(num_classes):\n    raise Odd('num_classes is odd')\n"
    problem = problem_of(tmp_path, code)
    assert type(problem) is SubmissionRaised
    assert problem.exception_types[:2] == ("Odd", "ValueError")
    assert problem.exception_message == "num_classes is odd"


def test_not_implemented_in_a_helper_is_to_do(tmp_path):
    """A function that needs one which is not implemented yet is to do, not an error."""
    code = """
        def cross_entropy(logits, targets):
            raise NotImplementedError

        def expected_initial_loss(num_classes):
            return cross_entropy(None, None)
    """
    assert type(problem_of(tmp_path, code)) is NotYetImplemented
