"""``backproof grade`` on wrong usage: exit code 2 and one line that names what to correct, never a traceback."""

import os
import shlex

import pytest

from backproof.problems import UsageProblem
from tests.helpers import REFERENCE, assert_usage_error, backproof, copied_reference, results, write_files

ONE = "losses/test_equal_logits_cost_log_c"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("grade", "SUBMISSION"),
        ("grade nope", "nope"),
        ("grade empty", "empty"),
        ("grade notes.txt", "notes.txt"),
        ("grade work work", "work"),
        ("grade work --adapter empty", "empty"),
        ("grade work --adapter nope.py", "nope.py"),
        ("grade work --adapter notes.txt", "notes.txt"),
        ("grade work --json empty", "empty"),
        ("grade work --json nope/grade.json", "nope"),
        ("grade work --json notes.txt/grade.json", "notes.txt"),
        ("grade work --check losses/test_equal_logits", "test_equal_logits_cost_log_c"),
        ("grade work --check ''", "check"),
        ("grade work --assignment nope", "optimization"),
        ("grade work --assignment empty", "assignment.toml"),
        ("grade work --assignment mistaken", "loses"),
        ("grade strange", "jax"),
        ("grade work --seed -1", "--seed"),
        ("grade work --fail-under 101", "--fail-under"),
        ("grade work --isolation none", "--isolation"),
        ("grade work --nope", "--nope"),
        ("mark work", "mark"),
    ],
)
def test_wrong_usage_is_one_line(tmp_path, command, names):
    """Wrong usage has exit code 2 and one line on standard error that names the culprit or the remedy."""
    copied_reference(tmp_path / "work", "losses", "activations")
    (tmp_path / "empty").mkdir()
    write_files(tmp_path, {"notes.txt": "", "mistaken/assignment.toml": 'modules = ["loses"]', "strange/a.py": ""})
    write_files(tmp_path / "strange", {"pyproject.toml": '[tool.backproof]\narray = "jax"'})
    done = backproof(*shlex.split(command), cwd=tmp_path)
    assert_usage_error(done)
    assert names in done.stderr


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ('titel = "Week 3"', "titel"),
        ("title = 3", "title"),
        ('modules = "losses"', "modules"),
        ('modules = ["loses"]', "did you mean 'losses'"),
        ('functions = ["cross_entropi"]', "did you mean 'cross_entropy'"),
        ('groups = ["dtypes"]', "did you mean 'dtype'"),
        ('checks = ["losses/test_equal"]', "losses/test_equal"),
        ('[leave_out]\nfunctions = ["relus"]', "relus"),
        ('[leave_out]\ngroups = ["purities"]', "purities"),
        ('[leave_out]\nchecks = ["losses/test_x"]', "losses/test_x"),
        ('[leave_out]\nmodules = ["losses"]', "functions, groups, checks"),
        ("[points]\nloses = 3", "loses"),
        ("[points]\nlosses = -1", "0 or more"),
        ("[points]\nlosses = nan", "losses"),
        ("[points]\nlosses = inf", "losses"),
        ("points = 3 = 4", "not valid TOML"),
        ('[leave_out]\ngroups = ["property", "dtype", "purity", "determinism", "bad_arguments"]', "no check"),
    ],
)
def test_mistakes_in_an_assignment_are_one_line(tmp_path, settings, names):
    """An invalid assignment.toml is refused, and the line names what to correct."""
    write_files(tmp_path / "course", {"assignment.toml": settings})
    with pytest.raises(UsageProblem) as caught:
        results(REFERENCE, assignment=tmp_path / "course")
    assert names in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("project", "names"),
    [
        ('[tool.backproof]\nkind = "torch"', "kind"),
        ('[tool.backproof]\narray = "jax"', "jax"),
        ("[tool.backproof]\narray = 3", "[tool.backproof]"),
        ("[tool]\nbackproof = 3", "[tool.backproof]"),
        ("tool = 3", "pyproject.toml"),
        ("[tool.backproof", "not valid TOML"),
    ],
)
def test_mistakes_in_a_project_file_are_one_line(tmp_path, project, names):
    """An invalid pyproject.toml in the submission is refused in one line."""
    write_files(copied_reference(tmp_path / "work", "losses"), {"pyproject.toml": project})
    with pytest.raises(UsageProblem) as caught:
        results(tmp_path / "work", ONE)
    assert names in str(caught.value)
    assert "\n" not in str(caught.value)


def test_json_never_replaces_a_device(tmp_path):
    """``--json`` with a pipe or another device is refused in one line, and leaves it in place."""
    os.mkfifo(tmp_path / "pipe")
    done = backproof("grade", REFERENCE, "--check", ONE, "--json", "pipe", cwd=tmp_path)
    assert (tmp_path / "pipe").is_fifo()
    assert_usage_error(done)


def test_json_that_cannot_be_written_is_one_line(tmp_path):
    """A folder in which no file can be created is reported in one line, before or after grading."""
    done = backproof("grade", REFERENCE, "--check", ONE, "--json", "/proc/grade.json", cwd=tmp_path)
    assert done.returncode in (2, 3)
    assert len(done.stderr.splitlines()) == 1
