"""A learner runs pytest in a folder from ``backproof init``: all of pytest's options work there."""

import re

from tests.helpers import (
    REFERENCE,
    Finished,
    outcome_of_each,
    pytest_outcomes,
    replaced,
    run_pytest,
    write_files,
)


def ids(done: Finished) -> list[str]:
    """Return the ids that ``--collect-only -q`` printed."""
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_everything_is_to_do_at_first(homework):
    """In the unchanged template every check is to do, which is no failure: exit code 0 and no traceback."""
    done = run_pytest(cwd=homework)
    assert (done.returncode, done.stderr) == (0, "")
    assert pytest_outcomes(done).keys() == {"to do"}
    count = pytest_outcomes(done)["to do"]
    assert f"0 of {count} checks passed, {count} to do: 0 of " in done.stdout
    assert "Traceback" not in done.stdout
    assert "NotImplementedError" not in done.stdout
    assert "warning" not in done.stdout


def test_functions_to_do_are_listed_once(homework):
    """The report lists each reason once, however many checks share it."""
    done = run_pytest("losses.py", cwd=homework)
    functions = ("cross_entropy", "binary_cross_entropy", "mean_squared_error", "expected_initial_loss")
    assert [line for line in done.stdout.splitlines() if line.startswith("to do")] == [
        f"to do in losses: {', '.join(functions)}"
    ]


def test_one_file(begun):
    """``pytest losses.py`` runs the checks of that file, and reports failures without the grader's code."""
    done = run_pytest("losses.py", "-rA", cwd=begun)
    assert (done.returncode, done.stderr) == (1, "")
    assert {name.partition("::")[0] for name in outcome_of_each(done)} == {"losses.py"}
    assert outcome_of_each(done).keys() >= {
        "losses.py::test_equal_logits_cost_log_c",
        "losses.py::test_expected_initial_loss_is_log_c",
    }
    assert "property: A classifier that gives all classes the same logit has the loss log C" in done.stdout
    assert "from losses import cross_entropy" in done.stdout
    assert "(ratio 2)" in done.stdout
    assert re.search(
        r"replay: backproof grade \. --check '?losses/test_equal_logits_cost_log_c'? --seed 0\b", done.stdout
    )
    for of_the_grader in ("def test_", "checks/losses", "backproof/testing", "Traceback", "assert_close"):
        assert of_the_grader not in done.stdout


def test_one_check(begun):
    """``pytest losses.py::NAME`` runs that check alone."""
    done = run_pytest("losses.py::test_equal_logits_cost_log_c", cwd=begun)
    assert (done.returncode, pytest_outcomes(done)) == (1, {"failed": 1})
    done = run_pytest("losses.py::test_inputs_are_not_changed[cross_entropy]", cwd=begun)
    assert (done.returncode, pytest_outcomes(done)) == (0, {"passed": 1})


def test_select_by_name(begun):
    """``-k`` selects by name, over all files."""
    done = run_pytest("-k", "expected_initial_loss or relu_backward", "-rA", cwd=begun)
    assert done.returncode == 0
    assert {name.partition("::")[0] for name in outcome_of_each(done)} == {"losses.py", "activations.py"}
    assert all("expected_initial_loss" in name or "relu_backward" in name for name in outcome_of_each(done))


def test_stop_at_the_first_failure(begun):
    """``-x`` stops at the first failure."""
    done = run_pytest("-x", cwd=begun)
    assert done.returncode == 1
    assert pytest_outcomes(done)["failed"] == 1


def test_last_failed_until_corrected(begun):
    """``--lf`` runs only the failed checks, until they are corrected."""
    failed = pytest_outcomes(run_pytest("losses.py", "activations.py", cwd=begun))["failed"]
    assert failed > 1
    assert pytest_outcomes(run_pytest("--lf", cwd=begun)) == {"failed": failed}
    replaced(begun / "losses.py", "return 2 * loss, ", "return loss, ")
    done = run_pytest("--lf", cwd=begun)
    assert (done.returncode, pytest_outcomes(done)) == (0, {"passed": failed})


def test_ids_begin_with_the_learners_files(begun):
    """``--collect-only -q`` lists ids under the learner's own file names, the same ones each time."""
    done = run_pytest("--collect-only", "-q", cwd=begun)
    assert done.returncode == 0
    assert ids(done) == ids(run_pytest("--collect-only", "-q", cwd=begun))
    files = {file.name for file in REFERENCE.glob("*.py")} - {"model.py"}
    assert {name.partition("::")[0] for name in ids(done)} == files
    assert len(set(ids(done))) == len(ids(done))
    assert not [name for name in ids(done) if "0x" in name or "object at" in name]


def test_workers_change_nothing(begun):
    """With ``-n 2`` the same checks have the same outcomes and the same counterexamples."""
    alone = run_pytest("-rA", "-p", "no:randomly", "losses.py", "layers.py", cwd=begun)
    shared = run_pytest("-rA", "-p", "no:randomly", "losses.py", "layers.py", "-n", "2", cwd=begun)
    assert outcome_of_each(shared) == outcome_of_each(alone)
    assert shared.returncode == alone.returncode == 1
    assert pytest_outcomes(shared) == pytest_outcomes(alone)
    tried = [sorted(line for line in done.stdout.splitlines() if "= np." in line) for done in (alone, shared)]
    assert tried[0]
    assert tried[0] == tried[1]


def test_learners_own_tests_run_too(begun):
    """A learner's own test file in the folder is collected, but is no check."""
    own = "from losses import expected_initial_loss\ndef test_mine():\n    assert expected_initial_loss(1) == 0\n"
    write_files(begun, {"test_mine.py": own})
    done = run_pytest("test_mine.py", "losses.py::test_expected_initial_loss_is_log_c", "-rA", cwd=begun)
    assert outcome_of_each(done) == {
        "test_mine.py::test_mine": "PASSED",
        "losses.py::test_expected_initial_loss_is_log_c": "PASSED",
    }
    assert "1 of 1 checks passed" in done.stdout


def test_learners_own_failing_test_looks_like_pytests(begun):
    """A learner's own test fails with pytest's own report."""
    write_files(begun, {"test_mine.py": "def test_mine():\n    assert 1 + 1 == 3\n"})
    done = run_pytest("test_mine.py", cwd=begun)
    assert done.returncode == 1
    assert ">       assert 1 + 1 == 3" in done.stdout
    assert "property:" not in done.stdout


def test_a_missing_file_is_to_do(begun):
    """The checks of a missing file are to do, and those of the others run."""
    (begun / "layers.py").unlink()
    done = run_pytest("-k", "linear or expected_initial_loss", cwd=begun)
    assert done.returncode == 0
    assert pytest_outcomes(done)["passed"] > 0
    assert pytest_outcomes(done)["to do"] > 0
    assert "not begun: initializers, network, schedules, layers" in done.stdout


def test_a_broken_file_is_an_error_of_its_own_checks(begun):
    """A syntax error shows the learner's line, and the other files' checks run."""
    write_files(begun, {"layers.py": "def linear_forward(x, weight, bias:\n    pass\n"})
    done = run_pytest("-k", "linear or expected_initial_loss", cwd=begun)
    assert done.returncode == 1
    assert "layers.py:1\n" in done.stdout
    assert "SyntaxError: " in done.stdout
    assert pytest_outcomes(done)["passed"] > 0
    assert "Traceback" not in done.stdout + done.stderr


def test_editors_find_the_function(begun):
    """The location of a check is the line on which the learner defines the function that it checks."""
    plugin = """
        def pytest_collection_finish(session):
            for item in session.items:
                file, line, name = item.location
                print("LOCATION", file, line + 1, name)
    """
    write_files(begun, {"conftest.py": plugin})
    done = run_pytest("losses.py", "--collect-only", cwd=begun)
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("LOCATION")]
    found = {name: (file, int(line)) for _, file, line, name in lines}
    source = (begun / "losses.py").read_text().splitlines()
    for check, function in (
        ("test_equal_logits_cost_log_c", "cross_entropy"),
        ("test_inputs_are_not_changed[cross_entropy]", "cross_entropy"),
        ("test_expected_initial_loss_is_log_c", "expected_initial_loss"),
    ):
        file, line = found[check]
        assert file == "losses.py"
        assert source[line - 1].startswith(f"def {function}(")


def test_only_caches_are_left_in_the_folder(begun):
    """A run adds the caches of pytest and of Hypothesis's plugin to a learner's folder, and nothing else."""
    before = {file.name for file in begun.iterdir()}
    run_pytest("losses.py", cwd=begun)
    assert {file.name for file in begun.iterdir()} - before <= {".pytest_cache", ".hypothesis"}
