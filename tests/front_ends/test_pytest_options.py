"""pytest with backproof's options and settings: another folder, and mistakes in one line."""

import pytest

from tests.helpers import copied_reference, double_the_loss, outcome_of_each, run_pytest, write_files


@pytest.mark.parametrize("form", ["--submission {}", "--submission={}"])
def test_another_folder(tmp_path, form):
    """``pytest --submission DIR`` runs all checks on another folder."""
    work = copied_reference(tmp_path / "work", "losses", "activations")
    double_the_loss(work)
    current = tmp_path / "current"
    current.mkdir()
    done = run_pytest(*form.format(work).split(), "-k", "losses", "-rA", cwd=current)
    assert done.returncode == 1, done.stdout + done.stderr
    found = outcome_of_each(done)
    assert {name.rpartition("::")[2]: outcome for name, outcome in found.items()}[
        "test_equal_logits_cost_log_c"
    ] == "FAILED"
    assert all("test_losses.py::" in name for name in found)


@pytest.mark.parametrize(
    ("project", "message"),
    [
        ('[tool.backproof]\narray = "jax"\n', 'array must be "numpy" or "torch"'),
        ('[tool.backproof]\nkind = "numpy"\n', "[tool.backproof] has array and assignment, not kind"),
        ('[tool.backproof]\nassignment = "nope"\n', "no assignment 'nope'"),
        ("[tool]\nbackproof = 3\n", "pyproject.toml"),
    ],
)
def test_mistakes_in_the_project_file_are_one_line(tmp_path, project, message):
    """A wrong [tool.backproof] is a usage error of one line, never an internal error."""
    done = run_pytest(cwd=write_files(tmp_path, {"pyproject.toml": project, "losses.py": ""}))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert message in done.stderr
    assert [line for line in done.stderr.splitlines() if line] == [done.stderr.strip()]
    assert "INTERNALERROR" not in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--submission", "nope"),
        ("--submission", "."),
        ("--submission", "a", "--adapter", "nope.py"),
        ("--submission", "a", "--assignment", "nope"),
    ],
)
def test_wrong_options_are_one_line(tmp_path, options):
    """A missing file or assignment is a usage error of one line."""
    write_files(tmp_path, {"a/losses.py": ""})
    (tmp_path / "empty").mkdir()
    done = run_pytest(*options, cwd=tmp_path / ("empty" if "." in options else ""))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.startswith("ERROR: ")
    assert len(done.stderr.strip().splitlines()) == 1
