"""``backproof grade``: one submission in, a score and a JSON file out, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import (
    REFERENCE,
    TEMPLATE,
    assert_fits,
    backproof,
    copied_reference,
    double_the_loss,
    graded_json,
    python,
    without_seconds,
    write_files,
)

COUNTS = {"passed": int, "failed": int, "todo": int, "error": int, "timeout": int}
FAILURE = {
    "message": str,
    "expected": str,
    "got": str,
    "counterexample": str,
    "hint": (str, type(None)),
    "replay": str,
    "diagnosis": [{"misconception": str, "says": str}],
}
CHECK = {
    "id": str,
    "module": str,
    "functions": [str],
    "property": str,
    "outcome": str,
    "points": (float, int),
    "max_points": (float, int),
    "seconds": (float, int),
}
GRADE = {
    "schema": str,
    "suite_version": str,
    "assignment": str,
    "seed": int,
    "isolation": str,
    "submission": {"path": str, "sha256": str},
    "score": (float, int),
    "max_score": (float, int),
    "seconds": (float, int),
    "counts": COUNTS,
}
ONE = "losses/test_equal_logits_cost_log_c"


def assert_is_grade(grade: dict[str, Any]) -> None:
    """Assert the whole of schema backproof/grade/v1, its sums included."""
    checks = grade["checks"]
    assert_fits({key: value for key, value in grade.items() if key != "checks"}, GRADE)
    assert (grade["schema"], grade["isolation"]) == ("backproof/grade/v1", "confined")
    for check in checks:
        assert_fits({key: value for key, value in check.items() if key != "failure"}, CHECK, check["id"])
        if check["failure"] is not None:
            assert_fits(check["failure"], FAILURE, check["id"])
        assert (check["failure"] is None) == (check["outcome"] == "passed")
        assert check["id"].partition("/")[0] == check["module"]
        assert check["points"] == (check["max_points"] if check["outcome"] == "passed" else 0)
    assert len({check["id"] for check in checks}) == len(checks)
    assert grade["counts"] == {kind: sum(check["outcome"] == kind for check in checks) for kind in COUNTS}
    assert grade["score"] == pytest.approx(sum(check["points"] for check in checks))
    assert grade["max_score"] == pytest.approx(sum(check["max_points"] for check in checks))


def small(tmp_path: Path) -> tuple[str, str]:
    """Return the options for a course of two modules: quick, with checks that fail."""
    write_files(tmp_path / "small", {"assignment.toml": 'modules = ["losses", "layers"]'})
    return "--assignment", str(tmp_path / "small")


@pytest.fixture
def wrong(tmp_path) -> Path:
    """Return a submission with a doubled loss and a syntax error in layers.py, otherwise right."""
    folder = copied_reference(tmp_path / "wrong", "losses", "activations")
    write_files(folder, {"layers.py": "def linear_forward(:\n"})
    double_the_loss(folder)
    return folder


def test_reference_scores_everything(tmp_path):
    """The reference has all points, and the JSON fits the schema exactly."""
    grade = graded_json(REFERENCE, "--seed", "7", cwd=tmp_path)
    assert_is_grade(grade)
    assert grade["score"] == grade["max_score"] > 0
    assert (grade["seed"], grade["assignment"]) == (7, "optimization")
    assert grade["submission"]["path"] == str(REFERENCE)
    assert grade["counts"]["passed"] == len(grade["checks"]) > 100


def test_template_scores_nothing(tmp_path):
    """In the template every check is to do: a grade, not an error."""
    grade = graded_json(TEMPLATE, cwd=tmp_path)
    assert_is_grade(grade)
    assert grade["score"] == 0 < grade["max_score"]
    assert grade["counts"]["todo"] == len(grade["checks"])


def test_same_seed_same_grade(wrong, tmp_path):
    """``--seed`` repeats a grade: the same JSON except the seconds, failures and counterexamples included."""
    first, second = (graded_json(wrong, "--seed", "3", *small(tmp_path), cwd=tmp_path) for _ in range(2))
    assert_is_grade(first)
    assert first["counts"]["failed"] > 0
    assert first["counts"]["error"] > 0
    assert without_seconds(first) == without_seconds(second)


def test_fresh_seed_is_recorded(tmp_path):
    """Without ``--seed`` a fresh one is drawn and printed."""
    first, second = (graded_json(REFERENCE, "--check", ONE, cwd=tmp_path) for _ in range(2))
    assert first["seed"] != second["seed"]
    done = backproof("grade", REFERENCE, "--check", ONE, cwd=tmp_path)
    assert "seed " in done.stdout


@pytest.mark.parametrize(
    ("names", "count"),
    [
        ([ONE], 1),
        (["losses/test_inputs_are_not_changed[cross_entropy]"], 1),
        (["losses/test_same_call_gives_the_same_result[cross_entropy]", ONE], 2),
        ([ONE, "losses/test_expected_initial_loss_is_log_c"], 2),
    ],
)
def test_only_named_checks(tmp_path, names, count):
    """``--check`` grades the named checks alone."""
    options = [word for name in names for word in ("--check", name)]
    grade = graded_json(REFERENCE, *options, cwd=tmp_path)
    assert len(grade["checks"]) == count
    assert all(check["id"].startswith(tuple(names)) for check in grade["checks"])


def test_a_name_without_parameters_means_all_of_them(tmp_path):
    """``--check`` with the name of a parametrised check grades it for each function."""
    name = "losses/test_same_call_gives_the_same_result"
    found = {check["id"] for check in graded_json(REFERENCE, "--check", name, cwd=tmp_path)["checks"]}
    assert found >= {f"{name}[cross_entropy]", f"{name}[expected_initial_loss]"}
    assert {check.partition("[")[0] for check in found} == {name}


def test_fail_under(tmp_path):
    """Exit code 1 below ``--fail-under``, with a complete report; 0 at or above it."""
    done = backproof("grade", TEMPLATE, "--check", ONE, "--fail-under", "0.1", "--json", "out.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads((tmp_path / "out.json").read_text())["score"] == 0
    assert backproof("grade", TEMPLATE, "--check", ONE, "--fail-under", "0", cwd=tmp_path).returncode == 0
    assert backproof("grade", REFERENCE, "--check", ONE, "--fail-under", "100", cwd=tmp_path).returncode == 0


def test_torch_is_not_loaded_for_numpy_work(tmp_path):
    """Grading the NumPy reference imports neither torch nor scipy.stats: they cost seconds."""
    code = (
        "import sys\n"
        "from backproof.commands import main\n"
        f"sys.argv = ['backproof', 'grade', {str(REFERENCE)!r}]\n"
        "try:\n    main()\nexcept SystemExit as done:\n"
        "    print('EXIT', done.code, sorted({'torch', 'scipy.stats', 'pandas', 'matplotlib'} & set(sys.modules)))\n"
    )
    done = python("-c", code, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "EXIT None []" or done.stdout.splitlines()[-1] == "EXIT 0 []"


def test_the_environment_changes_nothing(wrong, tmp_path):
    """Settings of pytest in the environment, the submission or the current folder change no grade."""
    expected = without_seconds(graded_json(wrong, "--seed", "3", *small(tmp_path), cwd=tmp_path))
    conftest = """
        import pytest

        def pytest_collection_modifyitems(items):
            items.clear()

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_call(item):
            pytest.skip("no")
    """
    ini = "[pytest]\naddopts = -x -k nothing -p conftest\npython_functions = never_*\npython_files = never_*\n"
    for folder in (tmp_path, wrong):
        write_files(
            folder, {"conftest.py": conftest, "pytest.ini": ini, "setup.cfg": "[tool:pytest]\naddopts = --nope\n"}
        )
    environment = {"PYTEST_ADDOPTS": "-k nothing --nope", "PYTEST_PLUGINS": "nope", "PYTHONPATH": str(tmp_path)}
    found = without_seconds(graded_json(wrong, "--seed", "3", *small(tmp_path), cwd=tmp_path, environment=environment))
    assert found["submission"].pop("sha256") != expected["submission"].pop("sha256")  # a conftest.py is a Python file
    assert found == expected


def test_a_grade_leaves_no_files(wrong, tmp_path):
    """A grade leaves the current folder and the submission as they were."""
    options = small(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert backproof("grade", "wrong", *options, cwd=tmp_path).returncode == 0
    assert sorted(tmp_path.rglob("*")) == before
