"""``%backproof`` and ``backproof.check``, in a kernel that runs cells as a notebook's does."""

import os
import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from tests.helpers import python, write_files

RELU = "def relu(x):\n    return np.maximum(x, 0)"
LEAKS = "def relu(x):\n    return np.where(x > 0, x, 0.01 * x)"
EXPECTED = (
    "def expected_initial_loss(num_classes):\n"
    "    if num_classes < 1:\n"
    "        raise ValueError('num_classes must be positive')\n"
    "    return np.log(num_classes)"
)
ONE = "activations/test_relu_keeps_positives_and_zeroes_negatives"
# What the checks of a notebook must leave alone.
STATE = """
import logging, os, random, sys, warnings
def state():
    return dict(
        random=random.getstate(), numpy=str(np.random.get_state()), errors=np.geterr(), warnings=list(warnings.filters),
        folder=os.getcwd(), files=os.listdir(), environment=dict(os.environ), path=list(sys.path),
        finders=list(sys.meta_path), streams=(sys.stdin, sys.stdout, sys.stderr), handlers=list(logging.root.handlers),
        last=[getattr(sys, name, None) for name in ("last_type", "last_value", "last_traceback", "last_exc")],
        backend=matplotlib.rcParams["backend"], figures=plt.get_fignums(), hooks=(sys.excepthook, sys.displayhook),
    )
"""


class Notebook:
    """A notebook whose cells run one after the other."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(self, source: str) -> list[dict]:
        """Run one cell and return its outputs."""
        cell = new_code_cell(source)
        self._client.nb.cells.append(cell)
        self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        return cell.outputs

    def define(self, *sources: str) -> None:
        """Run cells that say nothing."""
        for source in sources:
            assert self.run(source) == []

    def shown(self, source: str) -> tuple[str, str]:
        """Run a cell that shows a report, and return it as HTML and as text."""
        (output,) = self.run(source)
        assert output["output_type"] == "execute_result", output
        return unescape(output["data"]["text/html"]), output["data"]["text/plain"]

    def printed(self, source: str) -> str:
        """Run a cell that prints something and shows nothing."""
        (output,) = self.run(source)
        assert output["output_type"] == "stream", output
        return output["text"].strip()

    def complaint(self, source: str) -> str:
        """Run a cell that fails, and return what stands below it: our words, and no traceback."""
        (output,) = self.run(source)
        assert output["output_type"] == "error", output
        (text,) = output["traceback"]
        assert text.startswith("backproof: ")
        return text


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Give a running kernel; nothing of the outer pytest reaches it."""
    client = NotebookClient(nbformat.v4.new_notebook(), kernel_name="python3", timeout=60, allow_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with client.setup_kernel(cwd=str(tmp_path_factory.mktemp("notebooks")), env=environment):
        yield client


@pytest.fixture
def notebook(client) -> Notebook:
    """Give a notebook in which nothing is defined yet."""
    notebook = Notebook(client)
    notebook.run("%reset -f")
    notebook.run("%reload_ext backproof")
    notebook.define("import backproof, numpy as np")
    return notebook


def test_what_is_defined_is_checked(notebook):
    """A right function passes, a wrong one gets its property, counterexample and diagnosis; no other is asked for."""
    notebook.define(LEAKS, EXPECTED)
    html, text = notebook.shown("%backproof")
    for report in (html, text):
        assert "relu is x above 0 and 0 below" in report
        assert "out = relu(x=x)" in report
        assert "this is a leaky ReLU" in report
        assert "from losses" not in report
    assert html.startswith("<iframe")
    assert re.search(r"losses +✓+ +(\d+) of \1 ", text)
    assert "to do in activations: relu_backward" in text
    assert "dropout" not in text


def test_the_page_in_the_docs_is_true(notebook):
    """The cells shown there give the failure shown there."""
    page = (Path(__file__).parents[2] / "docs" / "notebooks.md").read_text(encoding="utf-8")
    definition, check, failure = re.findall(r"^```\w*\n(.*?)\n```$", page, re.MULTILINE | re.DOTALL)
    notebook.run(definition)
    assert failure in notebook.shown(check)[1]


def test_a_function_defined_anew_is_the_one_that_is_checked(notebook):
    """The same cell passes after the function is mended."""
    notebook.define(LEAKS)
    assert re.search(r"\d of 9 checks passed, \d failed", notebook.shown("%backproof relu")[1])
    notebook.define(RELU)
    assert "7 of 9 checks passed, 2 to do: " in notebook.shown("%backproof relu")[1]


def test_names(notebook):
    """A function, a module, a check: only these are graded, and what they lack is to do."""
    notebook.define(RELU)
    checks = "backproof.check('relu', 'dropout_forward').grade.checks"
    printed = notebook.printed(f"print(*sorted({{name for check in {checks} for name in check.functions}}))")
    assert printed == "dropout_backward dropout_forward relu relu_backward"
    _, text = notebook.shown("%backproof losses")
    assert "to do in losses: cross_entropy, binary_cross_entropy" in text
    assert "1 of 1 checks passed" in notebook.shown(f"%backproof {ONE}")[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "%backproof dropout",
            "no module, function or check 'dropout' in assignment optimization; did you mean dropout",
        ),
        ("backproof.check('lossess')", "did you mean losses"),
        ("%backproof --assignment nowhere", "no assignment 'nowhere'"),
        ("%backproof", "no function of assignment optimization is defined here yet; it wants sigmoid, "),
        ("%backproof --sed 1", "--seed"),
        ("%backproof 'relu", "No closing quotation"),
        ("backproof.check(print)", "name what to check as a text: check('print')"),
        ("backproof.check('relu', array='jax')", "array must be"),
    ],
)
def test_what_means_nothing_is_one_line(notebook, line, words):
    """A mistake in what is asked is one line, with the nearest names, and no traceback."""
    complaint = notebook.complaint(line)
    assert words in complaint
    assert len(complaint.splitlines()) == 1


def test_no_function_but_a_number(notebook):
    """A name that stands for something else is told so."""
    notebook.define("accuracy = 0.5")
    assert "accuracy is not a function but a float" in notebook.shown("%backproof accuracy")[1]


def test_an_error_shows_the_lines_of_the_cells(notebook):
    """What raised is shown with its cell and line, as IPython counts them."""
    notebook.run("def helper(x):\n    raise ValueError('no negative numbers')")
    notebook.define("def relu(x):\n    return helper(x)")
    _, text = notebook.shown("%backproof relu")
    assert re.search(r"cell In\[\d+\], line 2 in relu\n +return helper\(x\)\n +cell In\[\d+\], line 2 in helper", text)
    assert "notebook/run.py" not in text


@pytest.mark.parametrize(
    ("line", "start"), [("%backproof relu --seed 5", "%backproof "), ("backproof.check('relu', seed=5)", "backproof.c")]
)
def test_replay_gives_the_same_failure(notebook, line, start):
    """The replay line of a failure can be pasted into a cell, and gives that failure alone."""
    notebook.define(LEAKS)
    _, text = notebook.shown(line)
    replay = re.search("replay: (.*)", text)[1]
    assert replay.startswith(start)
    assert "5" in replay
    _, again = notebook.shown(replay)
    assert "0 of 1 checks passed, 1 failed" in again
    failure = text.partition("✗")[2].partition("replay: ")[0]
    assert failure in again


def test_the_kernel_is_left_as_it_was(notebook):
    """Checks that fail, pass and raise change nothing of the process, and load nothing the second time."""
    notebook.run("%matplotlib inline")
    notebook.define("import matplotlib, matplotlib.pyplot as plt", STATE, LEAKS)
    notebook.define("def tanh(x):\n    np.random.rand(3)\n    print('a lot')\n    raise ValueError(x)")
    notebook.run("before = state(); report = backproof.check('activations')")
    assert notebook.printed("print([name for name, value in state().items() if value != before[name]])") == "[]"
    notebook.run("loaded = set(sys.modules); report = backproof.check('activations')")
    assert notebook.printed("print(set(sys.modules) - loaded, set(sys.modules) & {'activations'})") == "set() set()"


def test_interrupted(notebook):
    """Whoever interrupts a check learns where it was, and can go on."""
    notebook.define("import signal", "def relu(x):\n    signal.raise_signal(signal.SIGINT)")
    complaint = notebook.complaint("%backproof relu")
    assert re.match(r"backproof: interrupted\ncell In\[\d+\], line 2 in relu\n.*\nKeyboardInterrupt$", complaint)
    notebook.define(RELU)
    assert "7 of 9 checks passed" in notebook.shown("%backproof relu")[1]


def test_tensors(notebook):
    """``--array torch`` is for functions on tensors, also in the replay line; torch keeps its threads and its seed."""
    notebook.define("import torch\ntorch.set_num_threads(2)\nbefore = torch.get_rng_state()")
    notebook.define("def relu(x):\n    return x.clamp(min=0)")
    assert "7 of 9 checks passed, 2 to do" in notebook.shown("%backproof relu --array torch")[1]
    assert notebook.printed("print(torch.get_num_threads(), torch.equal(torch.get_rng_state(), before))") == "2 True"
    notebook.define("def relu(x):\n    return x.clamp(min=0.1)")
    assert re.search(r"replay: %backproof .* --array torch", notebook.shown("%backproof relu --array torch")[1])


def test_an_assignment_in_a_folder(notebook, tmp_path):
    """``--assignment`` names a folder; its functions and points are what counts."""
    write_files(tmp_path, {"assignment.toml": 'functions = ["relu"]\n[points]\nrelu = 10\n'})
    notebook.define(RELU, "def tanh(x):\n    return x")
    assert ": 10 of 10 points" in notebook.shown(f"%backproof --assignment {tmp_path}")[1]


def test_in_a_terminal_it_is_text(tmp_path):
    """IPython in a terminal prints the report."""
    cells = f"import numpy as np\n{RELU}\nget_ipython().run_line_magic('load_ext', 'backproof')\n"
    write_files(tmp_path, {"cells.ipy": f"{cells}print(get_ipython().run_line_magic('backproof', 'relu'))\n"})
    done = python("-m", "IPython", "--no-banner", "cells.ipy", cwd=tmp_path, environment={"HOME": str(tmp_path)})
    assert "7 of 9 checks passed, 2 to do" in done.stdout, done.stderr


def test_in_a_script(tmp_path):
    """``print(backproof.check())`` at the end of a script checks what the script defines; the lines are the file's."""
    write_files(
        tmp_path,
        {"work.py": "def relu(x):\n    return x.no_such\n\n\nimport backproof\nprint(backproof.check())\n"},
    )
    done = python("work.py", cwd=tmp_path)
    assert "work.py:2 in relu" in done.stdout, done.stderr
    assert "work.py · assignment optimization · seed 0" in done.stdout
