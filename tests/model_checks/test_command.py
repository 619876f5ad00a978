"""``backproof check-model``: the report, the files, the exit code, and one line for wrong usage."""

import json
import shlex
import sys

import pytest

from backproof.commands import main
from tests.helpers import Finished, backproof, write_files

NETWORKS = """\
    import torch
    from torch import nn

    BATCH = torch.randn(12, 10), torch.arange(12) % 4
    REPORT = 3

    def layers():
        return [nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 4)]

    def right():
        torch.manual_seed(0)
        return nn.Sequential(*layers()), nn.CrossEntropyLoss(), BATCH

    def softmax_twice():
        torch.manual_seed(0)
        return nn.Sequential(*layers(), nn.Softmax(dim=1)), nn.CrossEntropyLoss(), BATCH

    def with_options():
        model, loss_fn, batch = right()
        model[0].requires_grad_(False)
        return {"model": model, "loss_fn": loss_fn, "batch": batch, "frozen": ["0"], "num_classes": 4}

    def mistaken():
        return nn.Linear(10, "4")

    def only_a_model():
        return nn.Linear(10, 4)

    def a_class():
        return nn.Linear, nn.CrossEntropyLoss(), BATCH

    def misspelt():
        return {"model": right()[0], "loss_fn": right()[1], "batch": BATCH, "causale": 1}

    def incomplete():
        return {"model": right()[0]}
"""


@pytest.fixture
def check_model(tmp_path, monkeypatch, capsys):
    """Run the command in a folder with some files, in this process: torch loads slowly."""
    write_files(
        tmp_path,
        {
            "networks.py": NETWORKS,
            "package/__init__.py": "",
            "package/more.py": "from networks import right\n",
            "other_folder/own.py": "from beside import right\n",
            "other_folder/beside.py": NETWORKS,
            "unfinished.py": "def right(:\n",
            "needs_more.py": "import no_such_library\n",
            "ends.py": "raise SystemExit(3)\n",
        },
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = set(sys.modules)

    def run(arguments: str) -> Finished:
        monkeypatch.setattr(sys, "argv", ["backproof", "check-model", *shlex.split(arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Finished(arguments, ended.value.code or 0, *capsys.readouterr())

    yield run
    names = ("networks", "package", "beside", "unfinished", "needs_more", "ends")
    for name in set(sys.modules) - known:
        if name.startswith((*names, "backproof_checked_")):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [
        ("networks:right", 0),
        ("networks.py:right", 0),
        ("package.more:right", 0),
        ("other_folder/own.py:right", 0),
        ("networks:softmax_twice", 1),
        ("networks:softmax_twice --expect 'logits=a softmax = on purpose'", 0),
        ("networks:right --expect logits=known", 1),
        ("networks:with_options", 0),
        ("networks:right --causal 1 --ordered 1 --seconds 20", 0),
    ],
)
def test_exit_code_shows_whether_there_are_errors(check_model, command, exit_code):
    """0: none; 1: some. The verdict is the first line."""
    done = check_model(command)
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert done.stdout.startswith(f"Sequential: {exit_code} error")
    assert "\x1b" not in done.stdout


def test_options_are_used(check_model):
    """Those of the dictionary and those of the command line; the latter take precedence."""
    assert "! frozen" not in check_model("networks:with_options").stdout
    done = check_model("networks:with_options --frozen 2")
    assert "2.weight is declared frozen, and is trained" in done.stdout


def test_report_is_written_as_json_and_as_a_page(check_model, tmp_path):
    """Both have the whole report; the page needs no other file."""
    done = check_model("networks:softmax_twice --json report.json --html report.html")
    assert done.returncode == 1
    found = json.loads((tmp_path / "report.json").read_text())
    assert found["findings"][0]["check"] == "logits"
    assert found["verdict"] in done.stdout
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert found["findings"][0]["message"] in page
    assert "<svg" in page
    assert not any(reference in page for reference in ("<link", "<script", "src="))


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("networks", "MODULE:FACTORY"),
        (":right", "MODULE:FACTORY"),
        ("nope:right", "there is no module nope"),
        ("package.nope:right", "there is no module package.nope"),
        ("nope.py:right", "there is no file nope.py"),
        ("networks:wrong", "wrong is not there; in networks there are layers, right"),
        ("networks:REPORT", "REPORT is no function"),
        ("unfinished.py:right", "unfinished.py:1: SyntaxError"),
        ("needs_more:right", "needs_more.py:1: import no_such_library: ModuleNotFoundError"),
        ("ends:right", "ends.py:1: raise SystemExit(3)"),
        ("networks:mistaken", 'networks.py:24: return nn.Linear(10, "4"): TypeError'),
        ("networks:only_a_model", "not a Linear"),
        ("networks:a_class", "not the class Linear"),
        ("networks:misspelt", "causale"),
        ("networks:incomplete", "has no loss_fn, batch"),
        ("networks:right --expect logits", "CHECK=REASON"),
        ("networks:right --expect logit=known", "did you mean 'logits'"),
        ("networks:right --frozen encoder", "encoder"),
        ("networks:right --seconds 0", "--seconds"),
        ("networks:right --json nope/report.json", "nope"),
        ("networks:right --html package", "package"),
        ("", "MODULE:FACTORY"),
    ],
)
def test_wrong_usage_is_one_line(check_model, command, names):
    """Exit code 2 and one line that names the cause, with the user's own line where that raised."""
    done = check_model(command)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    assert done.stderr.startswith("backproof: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert names in done.stderr


def test_it_runs_as_a_program(tmp_path):
    """It imports from the current folder, although `python -m backproof` imports nothing else from there."""
    write_files(tmp_path, {"networks.py": NETWORKS})
    done = backproof("check-model", "networks:right", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Sequential: 0 errors")
