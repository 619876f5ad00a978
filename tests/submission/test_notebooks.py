"""A notebook is graded by its imports, definitions and constants; training, plots and installations are not run."""

import sys

import nbformat
import pytest

from backproof.problems import NotImportable, NotYetImplemented, Problem, SubmissionRaised, UsageProblem
from backproof.submission import find_source
from tests.helpers import (
    REFERENCE,
    assert_usage_error,
    backproof,
    functions_of,
    graded_json,
    outcomes,
    python,
    results,
    run_pytest,
)
from tests.submission.packing import notebook

INITIAL = "losses/test_expected_initial_loss_is_log_c"
RIGHT = "import math\ndef expected_initial_loss(num_classes):\n    return math.log(num_classes)\n"
RETURNS = "def expected_initial_loss(num_classes):\n    return float({value})\n"


def value_of(tmp_path, *cells: str, value: str = "X") -> float:
    """Return an expression's value, returned by a function in the last cell of a notebook."""
    return functions_of(notebook(tmp_path / "work.ipynb", *cells, RETURNS.format(value=value)))[
        "expected_initial_loss"
    ](10)


def problem_of(tmp_path, *cells: str, function: str = "expected_initial_loss") -> Problem:
    """Return the problem of a call to a function of a notebook."""
    functions = functions_of(notebook(tmp_path / "work.ipynb", *cells))
    with pytest.raises(Problem) as caught:
        functions[function](10)
    return caught.value


@pytest.mark.parametrize("version", [3, 4])
def test_notebooks_of_the_formats_own_library_are_read(tmp_path, version):
    """What nbformat writes, in either format, is graded, with all kinds of cells in it."""
    from nbformat import v4

    cells = [
        v4.new_markdown_cell("# Losses"),
        v4.new_raw_cell("1 / 0"),
        v4.new_code_cell(
            "%matplotlib inline\nimport numpy as np\nprint(1)", outputs=[v4.new_output("stream", text="1\n")]
        ),
        v4.new_code_cell((REFERENCE / "activations.py").read_text()),
        v4.new_code_cell((REFERENCE / "losses.py").read_text().replace("from activations import", "# ")),
    ]
    made = nbformat.convert(v4.new_notebook(cells=cells), version)
    nbformat.write(made, tmp_path / "work.ipynb", version=version)
    assert outcomes(results(tmp_path / "work.ipynb", INITIAL, "losses/test_equal_logits_cost_log_c")) == {"passed"}


CONSTANTS = {
    "number": ("X = 2", 2),
    "annotated": ("X: float = 2.5", 2.5),
    "several at once": ("A, (B, *C) = 1, (2, 3, 4)\nX = A + B + len(C)", 5),
    "operators": ("A = -2 ** 3\nX = A if A < 0 and not A == 1 else 0", -8),
    "of a library": ("import numpy as np\nX = np.sqrt(2 * np.pi)", 2.5066282746310002),
    "a name from a library": ("from math import sqrt, pi as p\nX = sqrt(p)", 1.7724538509055159),
    "star": ("from math import *\nX = sqrt(16)", 4),
    "a submodule": ("import numpy.linalg\nX = numpy.linalg.norm((3, 4))", 5),
    "containers": ("D = {'a': [1, 2], **{'b': (3,)}}\nX = D['a'][-1] + sum(D['b']) + len({1, 1})", 6),
    "comprehension": ("X = sum([i * j for i in range(4) if i for j in (1, 2)])", 18),
    "method of a constant": ("import numpy as np\nX = np.arange(6).reshape(2, 3).sum()", 15),
    "generator": ("import numpy as np\nRNG = np.random.default_rng(0)\nX = RNG.integers(5, 6)", 5),
    "text": ("WORDS = 'a b c'.split()\nX = len(f'{WORDS[0]}!')", 2),
    "lambda": ("double = lambda x: 2 * x\ndef f():\n    return double(4)", 8, "f()"),
    "alias": ("def f():\n    return 7\ng = f", 7, "g()"),
    "partial": ("import functools\ndef f(a, b):\n    return a - b\ng = functools.partial(f, b=1)", 8, "g(9)"),
    "named tuple": ("from collections import namedtuple\nP = namedtuple('P', 'x y')", 3, "P(1, 3).y"),
    "class": ("class A:\n    x = 4\n    def f(self):\n        return self.x", 4, "A().f()"),
    "dataclass": ("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 3", 3, "A().x"),
    "method added later": ("class A: pass\ndef f(self):\n    return 6\nA.f = f", 6, "A().f()"),
    "an entry of a dict": ("CONFIG = {}\nCONFIG['lr'] = 3\nX = CONFIG['lr']", 3),
    "augmented": ("X = 2\nX *= 4", 8),
    "if": ("import math\nif math.pi > 3:\n    X = 1\n    print(X)\nelse:\n    X = 2", 1),
    "try an import": (
        "try:\n    import cupy as xp\nexcept ImportError:\n    !pip install x\n    import math as xp\nX = xp.sqrt(9)",
        3,
    ),
    "none of an import": ("try:\n    import cupy\nexcept ImportError:\n    cupy = None", 1, "cupy is None"),
    "are we in Colab": ("try:\n    import google.colab\n    X = 1\nexcept ModuleNotFoundError:\n    X = 0", 0),
    "type checking": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from jaxx import Array\nX = 1", 1),
    "future": ("X = 1", "from __future__ import annotations", "def f(x: Unknown) -> Nothing:\n    return 3", 3, "f(0)"),
    "the last one": ("X = 1", "X = 2", 2),
    "the last definition": ("def f():\n    return 1", "def f():\n    return 2", 2, "f()"),
    "async": ("import asyncio\nasync def f():\n    return 3", 3, "asyncio.run(f())"),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_imports_definitions_and_constants_are_taken(tmp_path, name):
    """A function finds what it needs, as after a run of the notebook from the top to the bottom."""
    *cells, expected, value = CONSTANTS[name] if isinstance(CONSTANTS[name][-1], str) else (*CONSTANTS[name], "X")
    assert value_of(tmp_path, *cells, value=value) == pytest.approx(expected, rel=1e-12)


NOT_RUN = {
    "training": "for step in range(10**12):\n    print(step)",
    "a call": "def train():\n    open('ran', 'w')\ntrain()",
    "a call that is assigned": "def train():\n    open('ran', 'w')\nmodel = train()",
    "a call in a comprehension": "def train():\n    open('ran', 'w')\nlosses = [train() for _ in range(3)]",
    "a method of one's own class": "class Net:\n    def __init__(self):\n        open('ran', 'w')\nnet = Net()",
    "by way of a library": "import numpy as np\ndef f(x):\n    open('ran', 'w')\ny = np.vectorize(f)(3)",
    "by way of map": "def f(x):\n    open('ran', 'w')\ny = list(map(f, [1]))",
    "a file": "history = open('ran', 'w')",
    "a process": "import subprocess\nout = subprocess.run(['touch', 'ran'])",
    "a shell": "!touch ran",
    "a shell that is assigned": "out = !touch ran",
    "a shell over lines": "!touch \\\n  ran",
    "a magic": "%run -i train.py\n%timeit open('ran', 'w')",
    "a cell of the shell": "%%bash\ntouch ran",
    "a cell that is timed": "%%timeit -n 1\nopen('ran', 'w')",
    "help": "import math\nmath.log?\n??math",
    "with": "with open('ran', 'w') as file:\n    file.write('x')",
    "while": "while True:\n    pass",
    "a question": "name = input()",
    "an exit": "exit()\nraise SystemExit\nassert False",
    "main": "if __name__ == '__main__':\n    open('ran', 'w')",
    "await": "await train()",
    "walrus": "(x := open('ran', 'w'))\ny = [z := 1]",
    "a default": "f = lambda x=open('ran', 'w'): x",
    "another library": "import numpy as np\nnp.float = 3\nnp.random = None",
}


@pytest.mark.parametrize("name", NOT_RUN)
def test_everything_else_is_not_run(tmp_path, monkeypatch, name):
    """Training, plots, shells and questions are not run, and the functions beside them are right."""
    monkeypatch.chdir(tmp_path)
    found = results(notebook(tmp_path / "work.ipynb", NOT_RUN[name], RIGHT, NOT_RUN[name]), INITIAL)
    assert outcomes(found) == {"passed"}, found[INITIAL].failure
    assert [file.name for file in tmp_path.iterdir()] == ["work.ipynb"]
    import numpy as np

    assert np.random is not None


def test_cells_that_only_measure_are_taken(tmp_path):
    """Definitions below %%time or %%capture count; those below %%timeit or in another language do not."""
    assert value_of(tmp_path, "%%time\nX = 3", "%%timeit\nX = 4", "%%javascript\nX = 5") == 3
    assert value_of(tmp_path, "%%capture out\n!pip install x\ndef f():\n    return 2", value="f()") == 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is of Python 3.12")
def test_type_statements_are_taken(tmp_path):
    """An annotation finds the type that a notebook names."""
    assert value_of(tmp_path, "type Number = float", "def f(x: Number):\n    return x", value="f(3)") == 3


def test_a_number_does_not_replace_a_function(tmp_path):
    """``accuracy = 0.0`` above a training loop does not hide the function of that name."""
    cells = (RIGHT, "expected_initial_loss = 0.0\nfor _ in range(3):\n    expected_initial_loss += 1")
    assert outcomes(results(notebook(tmp_path / "work.ipynb", *cells), INITIAL)) == {"passed"}


def test_a_missing_name_affects_only_functions_that_use_it(tmp_path):
    """A missing library or data set fails only the functions that use it, with the reason in the message."""
    cells = (
        "import plotting_library as plt\nimport numpy as np",
        "\nDATA = np.load('mnist.npz')\nmodel = fit(3)",
        RIGHT,
        "def relu(x):\n    return plt.relu(x)",
        "def softmax(logits):\n    return DATA @ logits",
        "def sigmoid(x):\n    return model(x)",
    )
    path = notebook(tmp_path / "work.ipynb", *cells)
    assert outcomes(results(path, INITIAL)) == {"passed"}
    why = {
        "relu": "plt: cell 1, line 1 raised ModuleNotFoundError: No module named 'plotting_library'",
        "softmax": "DATA: cell 2, line 2 raised FileNotFoundError:",
        "sigmoid": "model: cell 2, line 3 is not run: only imports, definitions and constants of a notebook are taken",
    }
    for function, expected in why.items():
        problem = problem_of(tmp_path, *cells, function=function)
        assert type(problem) is SubmissionRaised
        assert expected in problem.message


def test_tracebacks_name_cell_and_line(tmp_path):
    """A learner finds the line: the cell is counted with all cells, the line from the top of the cell."""
    problem = problem_of(
        tmp_path,
        "",
        "!ls \\\n  -l\n\ndef half(x):\n    return x / zero",
        "def expected_initial_loss(num_classes):\n\n    return half(1)",
    )
    assert problem.message == (
        "expected_initial_loss raised.\n"
        "work.ipynb cell 3, line 3 in expected_initial_loss\n    return half(1)\n"
        "work.ipynb cell 2, line 5 in half\n    return x / zero\n"
        "NameError: name 'zero' is not defined"
    )


@pytest.mark.parametrize(
    ("broken", "line", "expected"),
    [
        ("\ndef expected_initial_loss(num_classes:\n    return 1", 2, "SyntaxError: '(' was never closed"),
        ("X = 1\nasync def expected_initial_loss(n):\nreturn 1", 3, "IndentationError: expected an indented block"),
        ("class expected_initial_loss:\n    return = 1", 2, "SyntaxError: invalid syntax"),
        ("def expected_initial_loss(n):\n    return 1\nx = = 1", 3, "SyntaxError: invalid syntax"),
        ("@np.nope\ndef expected_initial_loss(n):\n    return 1", 2, "NameError: name 'np' is not defined"),
    ],
)
def test_a_broken_cell_is_an_error_of_its_functions(tmp_path, broken, line, expected):
    """The functions of an invalid cell are errors with its line, even if an earlier cell defines them."""
    for cells in ([broken], [RIGHT, broken]):
        problem = problem_of(tmp_path, *cells)
        assert type(problem) is NotImportable
        assert problem.message.startswith("expected_initial_loss could not be taken from work.ipynb, cell")
        assert f"cell {len(cells)}, line {line}" in problem.message
        assert expected in problem.message
    assert outcomes(results(notebook(tmp_path / "work.ipynb", broken, RIGHT), INITIAL)) == {"passed"}


def test_missing_and_unfinished_functions_are_to_do(tmp_path):
    """A function that is in no cell, and a stub, are to do."""
    assert problem_of(tmp_path, "x = 1").message == "expected_initial_loss is missing in work.ipynb"
    stub = "def expected_initial_loss(num_classes):\n    raise NotImplementedError"
    assert type(problem_of(tmp_path, stub)) is NotYetImplemented
    made = problem_of(tmp_path, "def make():\n    return abs\nexpected_initial_loss = make()")
    assert "expected_initial_loss could not be taken from work.ipynb, cell 1, line 3" in made.message


@pytest.mark.parametrize("name", ["numpy.ipynb", "math.ipynb", "Lab 1.2 - losses (final).ipynb", "Übung.ipynb"])
def test_the_name_of_a_notebook_does_not_matter(tmp_path, name):
    """A notebook hides no library of its name, and may be called as notebooks are."""
    path = notebook(tmp_path / name, "import numpy as np\n" + RIGHT)
    assert outcomes(results(path, INITIAL)) == {"passed"}


def test_an_adapter_imports_a_notebook(tmp_path):
    """For an adapter, ``work.ipynb`` is the module ``work_ipynb``."""
    path = notebook(tmp_path / "work.ipynb", "import math\ndef first_loss(c):\n    return math.log(c)\n1 / 0")
    code = "import work_ipynb\ndef expected_initial_loss(num_classes):\n    return work_ipynb.first_loss(num_classes)\n"
    (tmp_path / "adapter.py").write_text(code)
    assert outcomes(results(path, INITIAL, adapter=tmp_path / "adapter.py")) == {"passed"}


def test_settings_beside_a_notebook_count(tmp_path):
    """As for a .py file, the pyproject.toml beside it sets the kind of arrays."""
    (tmp_path / "pyproject.toml").write_text('[tool.backproof]\narray = "torch"\n')
    assert find_source(notebook(tmp_path / "work.ipynb", RIGHT)).array == "torch"


def test_the_digest_is_of_the_code(tmp_path):
    """Outputs and metadata change no digest; a line of code does."""
    digest = find_source(notebook(tmp_path / "work.ipynb", RIGHT)).sha256()
    assert find_source(notebook(tmp_path / "work.ipynb", RIGHT, title="x")).sha256() == digest
    assert find_source(notebook(tmp_path / "work.ipynb", RIGHT + "# ")).sha256() != digest


@pytest.mark.parametrize("where", [("kernelspec", "language"), ("language_info", "name")])
@pytest.mark.parametrize("language", ["R", "julia", "C#"])
def test_other_languages_are_reported(tmp_path, where, language):
    """A notebook for another kernel is wrong usage, in a line that names the language."""
    path = notebook(tmp_path / "work.ipynb", "x <- 1", **{where[0]: {where[1]: language}})
    with pytest.raises(UsageProblem, match=f"is a notebook in '{language}'; only Python is graded"):
        find_source(path)


def test_without_the_extra_commands_are_reported_in_one_line(tmp_path):
    """Only notebooks with IPython commands need IPython; without it, one line names the package to install."""
    notebook(tmp_path / "commands.ipynb", "%matplotlib inline", RIGHT)
    notebook(tmp_path / "plain.ipynb", RIGHT + "# Why?\nprint('%d' % 3 != '!')\n")
    code = "import sys; sys.modules['IPython'] = None; from backproof.commands import main; main()"
    words = ("--isolation", "local", "--check", INITIAL)
    done = python("-c", code, "grade", "commands.ipynb", *words, cwd=tmp_path)
    assert_usage_error(done)
    assert "commands.ipynb has commands such as" in done.stderr
    assert "pip install 'backproof[notebooks]'" in done.stderr
    done = python("-c", code, "grade", "plain.ipynb", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_confined_and_by_the_command_line(tmp_path):
    """A grade of a notebook is confined by default, messages and all."""
    cells = (
        "%matplotlib inline\nimport matplotlib_or_not as plt",
        "def relu(x):\n    return plt.x",
        "def cross_entropy(",
        RIGHT,
    )
    notebook(tmp_path / "my work.ipynb", *cells)
    checks = (
        INITIAL,
        "losses/test_equal_logits_cost_log_c",
        "activations/test_relu_keeps_positives_and_zeroes_negatives",
    )
    grade = graded_json("my work.ipynb", *(word for check in checks for word in ("--check", check)), cwd=tmp_path)
    assert grade["isolation"] == "confined"
    assert {check["id"]: check["outcome"] for check in grade["checks"]} == dict(
        zip(checks, ("passed", "error", "error"), strict=True)
    )
    messages = "\n".join(check["failure"]["message"] for check in grade["checks"] if check["failure"])
    assert "my work.ipynb cell 2, line 2 in relu\n    return plt.x" in messages
    assert "plt: cell 1, line 2 raised ModuleNotFoundError" in messages
    assert "my work.ipynb cell 3, line 1\n    def cross_entropy(\nSyntaxError: '(' was never closed" in messages
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["grade.json", "my work.ipynb"]


def test_pytest_takes_a_notebook(tmp_path):
    """``pytest --submission work.ipynb`` runs the checks on it."""
    notebook(tmp_path / "work.ipynb", RIGHT)
    done = run_pytest("--submission", "work.ipynb", "-k", INITIAL.partition("/")[2], cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is not a notebook"),
        ("not JSON", "is not a notebook"),
        ("[]", "is not a notebook: Expected `object`, got `array`"),
        ("{}", "is not a notebook: Object missing required field `nbformat`"),
        ('{"nbformat": 99}', "is a notebook of format 99; save it in format 4"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', "Expected `str | array`, got `int`"),
        ('{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "# x"}]}', "holds no code"),
        ('{"nbformat": 4}', "holds no code"),
    ],
)
def test_an_invalid_notebook_is_reported_in_one_line(tmp_path, text, expected):
    """A file with the suffix of a notebook that is none, or has no code, is wrong usage, with the remedy."""
    (tmp_path / "work.ipynb").write_text(text)
    with pytest.raises(UsageProblem) as caught:
        find_source(tmp_path / "work.ipynb")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    if text == "not JSON":
        assert_usage_error(backproof("grade", "work.ipynb", cwd=tmp_path))
