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
# The state that the checks of a notebook must not change.
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
        """Run cells without output."""
        for source in sources:
            assert self.run(source) == []

    def shown(self, source: str) -> tuple[str, str]:
        """Run a cell that shows a report, and return it as HTML and as text."""
        (output,) = self.run(source)
        assert output["output_type"] == "execute_result", output
        return unescape(output["data"]["text/html"]), output["data"]["text/plain"]

    def printed(self, source: str) -> str:
        """Run a cell that only prints."""
        (output,) = self.run(source)
        assert output["output_type"] == "stream", output
        return output["text"].strip()

    def error(self, source: str) -> str:
        """Run a cell that fails, and return the message below it, which has no traceback."""
        (output,) = self.run(source)
        assert output["output_type"] == "error", output
        (text,) = output["traceback"]
        assert text.startswith("backproof: ")
        return text


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Yield a running kernel, without the variables of the outer pytest."""
    client = NotebookClient(nbformat.v4.new_notebook(), kernel_name="python3", timeout=60, allow_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with client.setup_kernel(cwd=str(tmp_path_factory.mktemp("notebooks")), env=environment):
        yield client


@pytest.fixture
def notebook(client) -> Notebook:
    """Return an empty notebook."""
    notebook = Notebook(client)
    notebook.run("%reset -f")
    notebook.run("%reload_ext backproof")
    notebook.define("import backproof, numpy as np")
    return notebook


def test_defined_functions_are_checked(notebook):
    """A right function passes; a wrong one gets its property, counterexample and diagnosis; others are left out."""
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


def test_the_page_in_the_docs_is_correct(notebook):
    """The cells on the page produce the failure on the page."""
    page = (Path(__file__).parents[2] / "docs" / "notebooks.md").read_text(encoding="utf-8")
    definition, check, failure = re.findall(r"^```\w*\n(.*?)\n```$", page, re.MULTILINE | re.DOTALL)
    notebook.run(definition)
    assert failure in notebook.shown(check)[1]


def test_a_redefined_function_is_checked(notebook):
    """The same cell passes after the function is corrected."""
    notebook.define(LEAKS)
    assert re.search(r"\d of 9 checks passed, \d failed", notebook.shown("%backproof relu")[1])
    notebook.define(RELU)
    assert "7 of 9 checks passed, 2 to do: " in notebook.shown("%backproof relu")[1]


def test_names(notebook):
    """Only the named functions, modules or checks are graded; undefined functions are to do."""
    notebook.define(RELU)
    checks = "backproof.check('relu', 'dropout_forward').grade.checks"
    printed = notebook.printed(f"print(*sorted({{name for check in {checks} for name in check.functions}}))")
    assert printed == "dropout_backward dropout_forward relu relu_backward"
    _, text = notebook.shown("%backproof losses")
    assert "to do in losses: cross_entropy, binary_cross_entropy" in text
    assert "1 of 1 checks passed" in notebook.shown(f"%backproof {ONE}")[1]


@pytest.mark.parametrize(
    ("line", "message"),
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
def test_usage_problems_are_one_line(notebook, line, message):
    """Wrong usage is reported in one line, with the nearest names, and no traceback."""
    error = notebook.error(line)
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_number_in_place_of_a_function(notebook):
    """A graded name that is no function fails with its type."""
    notebook.define("accuracy = 0.5")
    assert "accuracy is not a function but a float" in notebook.shown("%backproof accuracy")[1]


def test_an_error_shows_the_lines_of_the_cells(notebook):
    """An exception is shown with cells and lines, numbered as IPython does."""
    notebook.run("def helper(x):\n    raise ValueError('no negative numbers')")
    notebook.define("def relu(x):\n    return helper(x)")
    _, text = notebook.shown("%backproof relu")
    assert re.search(r"cell In\[\d+\], line 2 in relu\n +return helper\(x\)\n +cell In\[\d+\], line 2 in helper", text)
    assert "notebook/run.py" not in text


@pytest.mark.parametrize(
    ("line", "start"), [("%backproof relu --seed 5", "%backproof "), ("backproof.check('relu', seed=5)", "backproof.c")]
)
def test_replay_gives_the_same_failure(notebook, line, start):
    """The replay line of a failure works in a cell, and reproduces that failure alone."""
    notebook.define(LEAKS)
    _, text = notebook.shown(line)
    replay = re.search("replay: (.*)", text)[1]
    assert replay.startswith(start)
    assert "5" in replay
    _, again = notebook.shown(replay)
    assert "0 of 1 checks passed, 1 failed" in again
    failure = text.partition("✗")[2].partition("replay: ")[0]
    assert failure in again


def test_the_state_of_the_kernel_is_preserved(notebook):
    """Checks that fail, pass and raise change no state of the process, and import nothing the second time."""
    notebook.run("%matplotlib inline")
    notebook.define("import matplotlib, matplotlib.pyplot as plt", STATE, LEAKS)
    notebook.define("def tanh(x):\n    np.random.rand(3)\n    print('a lot')\n    raise ValueError(x)")
    notebook.run("before = state(); report = backproof.check('activations')")
    assert notebook.printed("print([name for name, value in state().items() if value != before[name]])") == "[]"
    notebook.run("loaded = set(sys.modules); report = backproof.check('activations')")
    assert notebook.printed("print(set(sys.modules) - loaded, set(sys.modules) & {'activations'})") == "set() set()"


def test_interrupted(notebook):
    """An interrupted check reports its line, and the notebook stays usable."""
    notebook.define("import signal", "def relu(x):\n    signal.raise_signal(signal.SIGINT)")
    error = notebook.error("%backproof relu")
    assert re.match(r"backproof: interrupted\ncell In\[\d+\], line 2 in relu\n.*\nKeyboardInterrupt$", error)
    notebook.define(RELU)
    assert "7 of 9 checks passed" in notebook.shown("%backproof relu")[1]


def test_tensors(notebook):
    """``--array torch`` checks functions on tensors, also in the replay line; torch keeps its threads and its seed."""
    notebook.define("import torch\ntorch.set_num_threads(2)\nbefore = torch.get_rng_state()")
    notebook.define("def relu(x):\n    return x.clamp(min=0)")
    assert "7 of 9 checks passed, 2 to do" in notebook.shown("%backproof relu --array torch")[1]
    assert notebook.printed("print(torch.get_num_threads(), torch.equal(torch.get_rng_state(), before))") == "2 True"
    notebook.define("def relu(x):\n    return x.clamp(min=0.1)")
    assert re.search(r"replay: %backproof .* --array torch", notebook.shown("%backproof relu --array torch")[1])


def test_an_assignment_in_a_folder(notebook, tmp_path):
    """``--assignment`` names a folder, whose functions and points apply."""
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
    """``print(backproof.check())`` at the end of a script checks the script's functions, with lines of its file."""
    write_files(
        tmp_path,
        {"work.py": "def relu(x):\n    return x.no_such\n\n\nimport backproof\nprint(backproof.check())\n"},
    )
    done = python("work.py", cwd=tmp_path)
    assert "work.py:2 in relu" in done.stdout, done.stderr
    assert "work.py · assignment optimization · seed 0" in done.stdout
